"""A bank's statement: every line once, booked once; what casts doubt refuses the whole file."""

from datetime import date

import pytest
from sqlalchemy import text

from app.banking.import_statement import (
    StatementHole,
    StatementOtherThanBefore,
    import_statement,
)
from app.banking.statement import (
    StatementBalanceBroken,
    StatementOtherAccount,
    StatementSerialTwice,
    StatementSumWrong,
)
from app.contributions.fill_later import fill_promised
from app.contributions.reference import notice_reference
from tests.db.office import Office, certno_index_of
from tests.db.statements import account, plain

DAY = date(2023, 12, 20)


@pytest.fixture
def office(session):
    made = Office(session)
    account(made)
    return made


def take(office, data):
    done = import_statement(office.session, data, account="main", by=office.by)
    office.session.flush()
    jobs = text("SELECT subject_id FROM job WHERE kind = 'fill_rosters' ORDER BY id")
    for subject in office.session.scalars(jobs).all():
        fill_promised(office.session, subject)
    office.session.execute(text("DELETE FROM job WHERE kind = 'fill_rosters'"))
    return done


def taken(office):
    rows = office.session.execute(text("SELECT taken_as, why FROM statement_line ORDER BY id"))
    return [tuple(x) for x in rows]


def test_a_reference_makes_a_receipt_and_covers_begin(office):
    unit = office.unit(1)
    office.enrol([0, 1], date(2024, 1, 1))
    done = take(office, plain([(DAY, "100.00", "别人", notice_reference(unit.id, 2024))]))
    assert done.counts == {"receipt": 1}
    assert taken(office) == [("receipt", "MatchReference")]
    assert [x[0] for x in office.covers(0)] == [date(2024, 1, 1)]
    assert office.balance("1001", 2024) == 10_000
    assert office.balance("2101", 2024) == 0


def test_name_and_exact_amount_make_a_receipt_and_anything_else_waits(office):
    office.enrol([0, 1], date(2024, 1, 1))
    lines = [
        (DAY, "99.00", "单位1", ""),
        (DAY, "100.00", "单位 1", ""),
        (DAY, "100.00", "单位1", ""),
    ]
    take(office, plain(lines))
    assert taken(office) == [
        ("suspense", "SuspenseNoReference"),
        ("receipt", "MatchNameAmount"),
        ("suspense", "SuspenseNoReference"),
    ]
    assert office.balance("2103", 2023) == -19_900
    assert office.balance("1001", 2023) == 19_900


def test_of_two_units_with_the_same_person_the_first_that_paid_counts(office):
    """Whichever was registered first: a statement fills the rosters of all its units at once."""
    start = date(2024, 1, 1)
    for unit, people in [(1, [0, 1]), (2, [0, 2]), (3, [2, 3])]:
        office.enrol(people, start, unit=unit)
    lines = [
        (date(2023, 12, 29), "100.00", "单位3", ""),
        (date(2023, 12, 30), "100.00", "单位2", ""),
        (date(2024, 1, 10), "100.00", "单位1", ""),
    ]
    take(office, plain(lines))
    assert outcomes(office) == {
        (0, 1, "credited"),  # by unit 1's money the cover would start ten days later
        (1, 1, "covered"),
        (0, 2, "covered"),
        (2, 2, "credited"),
        (2, 3, "covered"),
        (3, 3, "covered"),
    }
    assert [x[0] for x in office.covers(0)] == [start]


def test_typed_money_does_not_overtake_what_a_statement_brought_before(office):
    office.enrol([0], date(2024, 1, 1), unit=1)
    office.enrol([0], date(2024, 1, 1), unit=2)
    import_statement(
        office.session, plain([(DAY, "50.00", "单位2", "")]), account="main", by=office.by
    )
    begun = office.receive("50.00", date(2023, 12, 21), unit=1, year=2024).begun
    assert [(x.covers, len(x.credited)) for x in begun] == [([], 1)]
    assert outcomes(office) == {(0, 1, "credited"), (0, 2, "covered")}


def outcomes(office):
    """(person, unit, what became of the roster's line), both by their seeds."""
    rows = office.session.execute(
        text(
            "SELECT m.certno_index, r.unit_id, o.outcome FROM enrolment_outcome o"
            " JOIN roster r ON r.id = o.roster_id JOIN member m ON m.id = o.member_id"
        )
    ).all()
    people = {certno_index_of(n): n for n in range(4)}
    units = {office.unit(n).id: n for n in (1, 2, 3)}
    return {(people[bytes(who)], units[unit], outcome) for who, unit, outcome in rows}


def test_interest_fees_and_what_nobody_knows(office):
    lines = [
        (DAY, "12.34", "", "结息"),
        (DAY, "-5.00", "", "手续费"),
        (DAY, "-7.00", "某公司", "货款"),
        (DAY, "3.00", "", "HZ2024000001999"),
    ]
    done = take(office, plain(lines))
    assert done.counts == {"interest": 1, "fee": 1, "unexplained": 1, "suspense": 1}
    assert office.balance("4101", 2023) == -1_234
    assert office.balance("5101", 2023) == 500
    assert office.balance("1001", 2023) == 1_234 - 500 + 300


def test_the_bank_is_known_without_the_branch_that_keeps_the_account(office):
    """Its head office credits interest. A stranger's money stays a person's to look at."""
    lines = [
        (DAY, "12.34", "某银行城中", "结息"),
        (DAY, "-5.00", "某银行城中", "手续费"),
        (DAY, "1.00", "另银行城中", "结息"),
        (DAY, "2.00", "某银行城中", "往来"),
        (DAY, "3.00", "某银", "结息"),
    ]
    take(office, plain(lines))
    assert [kind for kind, _ in taken(office)] == [
        *("interest", "fee", "suspense", "suspense", "suspense")
    ]


def test_the_same_file_again_changes_nothing(office):
    data = plain([(DAY, "1.00", "甲", "")])
    take(office, data)
    before = office.counts()
    assert take(office, data).again
    assert office.counts() == before


def test_an_overlapping_statement_gives_only_its_new_lines(office):
    first = [(DAY, "1.00", "甲", ""), (DAY, "2.00", "甲", "")]
    take(office, plain(first))
    done = take(office, plain([*first[1:], (DAY, "4.00", "乙", "")], "1.00", first=2))
    assert (done.lines, done.known) == (1, 1)
    assert office.balance("1001", 2023) == 700


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (plain([(DAY, "1.00", "甲", "")], "5.00", first=9), StatementHole),
        (plain([(DAY, "1.00", "甲", "")], number="6222000000000000018"), StatementOtherAccount),
        (plain([(DAY, "1.00", "甲", "")]).replace(b"1.00", b"2.00", 1), StatementBalanceBroken),
        (plain([(DAY, "9.00", "甲", "")]), StatementSerialTwice),
        (plain([(DAY, "1.00", "甲", "")] * 2).replace(b"S2", b"S1"), StatementSerialTwice),
    ],
)
def test_what_casts_doubt_refuses_the_whole_file(office, data, refusal):
    take(office, plain([(DAY, "1.00", "甲", ""), (DAY, "2.00", "甲", "")]))
    before = office.counts()
    with pytest.raises(refusal):
        take(office, data)
    assert office.counts() == before


def test_a_number_of_another_day_again_credits_one_unit_once(office):
    """Banks begin their numbers anew each day: both lines are money, the second a person's."""
    later = date(2023, 12, 21)
    office.enrol([0, 1], date(2024, 1, 1))
    lines = [(DAY, "100.00", "单位1", ""), (later, "100.00", "单位1", "")]
    with pytest.raises(StatementSerialTwice):
        take(office, plain([lines[0]] * 2).replace(b"S2", b"S1"))
    reference = notice_reference(office.unit(1).id, 2024)
    lines = [(day, "40.00", "单位1", reference) for day in (DAY, later)]
    take(office, plain(lines).replace(b"S2", b"S1"))
    assert taken(office) == [
        ("receipt", "MatchReference"),
        ("suspense", "SuspenseReferenceUsed"),
    ]
    assert (office.balance("1001", 2024), office.balance("2103", 2023)) == (4_000, -4_000)


@pytest.mark.parametrize("whole", [True, False])
def test_another_statement_of_days_known_is_no_hole(office, whole):
    """Nothing is missing between the two: they tell of the same days, and otherwise."""
    days = [DAY, date(2023, 12, 21), date(2023, 12, 22)]
    lines = [(day, "1.00", "甲", "") for day in days]
    take(office, plain(lines))
    before = office.counts()
    other = plain(lines).replace(b"S2", b"S9") if whole else plain(lines[1:2], "1.00", first=9)
    with pytest.raises(StatementOtherThanBefore) as told:
        take(office, other)
    wanted = {"line": 5 if whole else 4, "until": days[-1].isoformat()}
    assert told.value.facts == wanted
    assert office.counts() == before


def test_a_closing_balance_that_is_not_the_sum_refuses(office):
    data = plain([(DAY, "1.00", "甲", "")]).replace(
        "期末余额,1.00".encode(), "期末余额,1.01".encode()
    )
    with pytest.raises(StatementSumWrong):
        take(office, data)
