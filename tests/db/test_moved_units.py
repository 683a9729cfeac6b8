"""A unit goes to another district in mid-year: each keeps what was booked while the unit was its.

The north's unit goes to the south on 1 July 2023. What its people brought and cost before is the
north's for ever, what came after is the south's, by benefit year and by calendar year; together
they are the city. Who may look at it and act for it goes with the unit.
"""

import random
from collections import defaultdict
from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.books.derive import derived
from app.books.income import By, income, income_by
from app.books.keep_spent import keep_spent
from app.books.made_of import cost_of_roster, part_of
from app.books.roster_claims import claims_of_roster, roster_named
from app.books.sheets import account_sheet
from app.claims.scope import reaches
from app.clock import today
from app.desks.keep_months import keep_months
from app.ledger.chart import Account
from app.ledger.close import close
from app.money import yuan
from app.payments.batch import prepare_batch
from app.payments.lines import sent_lines
from app.payments.returns import take_return
from app.reports.parts import districts
from app.roster.units import add_unit
from app.unions.models import Union
from app.unions.tree import reach_of_union
from app.units.as_of import units_on
from app.units.asked import NothingChanges
from app.units.movable import NotOfUnit
from tests.db.asking import Asking
from tests.db.districts import CITY, NORTH, SOUTH
from tests.db.office import bill, person, refund
from tests.factories import make_uscc, return_file
from tests.following import loose_ends

START, MOVED_ON = date(2023, 1, 1), date(2023, 7, 1)
STAYS, GOES = 1, 4
"""Units: the north's that stays, and that which goes to the south; the south's own is unit 2."""


@pytest.fixture
def office(session: Session) -> Asking:
    """One of each unit, two of that which goes; each had a bill in March."""
    made = Asking(session)
    made.register(GOES, NORTH)
    for people, unit in (([1], STAYS), ([2], SOUTH), ([41, 42], GOES)):
        rows = [person(who, line, account=who) for line, who in enumerate(people, 2)]
        made.covered(rows, START, unit=unit)
    for who, scope in ((1, "100.00"), (2, "200.00"), (41, "1000.00")):
        made.determine(bill(f"{who}-Mar", who, "2023-03-10", scope))
    return made


def go(office: Asking) -> None:
    office.change(office.unit_id(GOES), MOVED_ON, union_id=office.unions[SOUTH])


def after(office: Asking) -> None:
    """After the move: a bill of who was there, one who joins and has a bill, the next year."""
    office.determine(bill("42-Sep", 42, "2023-09-10", "4000.00"))
    office.covered([43], date(2023, 10, 1), unit=GOES)
    office.determine(bill("43-Nov", 43, "2023-11-10", "6000.00"))
    office.covered([41, 42, 43], date(2024, 1, 1), unit=GOES)
    office.determine(bill("41-Feb", 41, "2024-02-10", "8000.00"))


def told(office: Asking, year: int, by: By = "benefit_year") -> dict[str, tuple[str, str]]:
    """By union: what came in and what was spent, in yuan; the city's whole is their sum."""
    session = office.session
    found = income_by(session, year, "union", by)
    kept = income_by(session, year, "union", by, kept=True)
    whole = income(session, year, by)
    for whose in (NORTH, SOUTH):
        reach = frozenset(reach_of_union(session, office.unions[whose]) or ())
        own = income_by(session, year, "union", by, unions=reach, kept=True)
        assert own == [x for x in kept if x.key == str(office.unions[whose])], "as its officer sees"
    assert [(x.key, x.income_fen, x.expense_fen) for x in kept] == [
        (x.key, x.income_fen, x.expense_fen) for x in found
    ]
    assert sum(x.income_fen for x in found) == whole.income_fen
    assert sum(x.expense_fen for x in found) == whole.expense_fen
    assert all(x.key for x in found), "nothing is nobody's"
    return {x.name: (yuan(x.income_fen), yuan(x.expense_fen)) for x in found}


def then(office: Asking, day: date) -> str:
    """The district of the unit that goes, on a day, by all that is known."""
    [found] = [
        x.union for x in units_on(office.session, day, today()) if x.unit_id == office.unit_id(GOES)
    ]
    return found


def reported(office: Asking, year: int) -> dict[str, tuple[int, int, str, str]]:
    """By union, as the report of the year has it: units, covers, income, benefits."""
    found = districts(office.session, year)
    return {x.name: (x.units, x.covers, yuan(x.income_fen), yuan(x.benefits_fen)) for x in found}


BEFORE = {"北区总工会": ("225.00", "550.00"), "南区总工会": ("75.00", "100.00")}


def test_before_the_move_everything_is_the_norths(office: Asking) -> None:
    assert told(office, 2023) == told(office, 2023, "booked_on") == BEFORE
    assert reported(office, 2023) == {
        "北区总工会": (2, 3, "225.00", "550.00"),
        "南区总工会": (1, 1, "75.00", "100.00"),
    }


def test_unions_stand_as_in_the_tree_whatever_they_are_called(office: Asking) -> None:
    added = Union(name="中区总工会", parent_id=office.unions[CITY])
    office.session.add(added)
    office.session.flush()
    said = {"uscc": make_uscc(7), "name": "中区单位", "union_id": added.id, "unit_percent": 50}
    add_unit(office.session, **said, by=office.by)
    office.covered([47], date(2023, 1, 1), unit=7)
    names = [*told(office, 2023)]
    assert names == ["北区总工会", "南区总工会", "中区总工会"]
    assert names != sorted(names)


def test_the_move_itself_moves_no_money_of_before(office: Asking) -> None:
    go(office)
    assert told(office, 2023) == told(office, 2023, "booked_on") == BEFORE


@pytest.mark.parametrize("keep", [False, True])
def test_what_comes_after_is_the_souths(office: Asking, keep: bool) -> None:
    go(office)
    after(office)
    if keep:
        assert keep_spent(office.session)
    this_year = {"北区总工会": ("225.00", "550.00"), "南区总工会": ("150.00", "5100.00")}
    assert told(office, 2023) == told(office, 2023, "booked_on") == this_year
    next_year = {"南区总工会": ("225.00", "4000.00")}
    assert told(office, 2024) == told(office, 2024, "booked_on") == next_year
    assert reported(office, 2023) == {
        "北区总工会": (2, 3, "225.00", "550.00"),
        "南区总工会": (1, 2, "150.00", "5100.00"),
    }, "the unit is counted once"
    assert reported(office, 2024) == {"南区总工会": (1, 3, "225.00", "4000.00")}
    assert [*loose_ends(office.session)] == []


def test_a_claim_counts_on_the_day_it_is_booked(office: Asking) -> None:
    """The bill of a stay in June that is settled in July is the south's; by both years."""
    go(office)
    office.determine(bill("41-Jun", 41, "2023-06-28", "300.00", setl_time="2023-07-03 10:00:00"))
    found = {"北区总工会": ("225.00", "550.00"), "南区总工会": ("75.00", "250.00")}
    assert told(office, 2023) == told(office, 2023, "booked_on") == found
    office.determine(bill("42-Dec", 42, "2023-12-30", "600.00", setl_time="2024-01-04 10:00:00"))
    benefit_year = {"北区总工会": ("225.00", "550.00"), "南区总工会": ("75.00", "550.00")}
    assert told(office, 2023) == benefit_year
    assert told(office, 2023, "booked_on") == found
    assert told(office, 2024, "booked_on") == {"南区总工会": ("0.00", "300.00")}
    assert [*loose_ends(office.session)] == []


def test_a_bill_undone_later_is_given_back_to_whose_unit_it_is_then(office: Asking) -> None:
    go(office)
    office.determine(refund("41-back", "41-Mar", 41, "2023-08-01"))
    found = {"北区总工会": ("225.00", "550.00"), "南区总工会": ("75.00", "-400.00")}
    assert told(office, 2023) == told(office, 2023, "booked_on") == found
    assert [*loose_ends(office.session)] == []


def test_who_goes_with_a_part_of_a_unit_costs_the_other_union_from_then_on(office: Asking) -> None:
    office.split(office.unit_id(GOES), office.unit_id(SOUTH), [42], MOVED_ON)
    for who, scope in ((41, "2000.00"), (42, "4000.00")):
        office.determine(bill(f"{who}-Sep", who, "2023-09-10", scope))
    found = {"北区总工会": ("225.00", "1550.00"), "南区总工会": ("75.00", "2100.00")}
    assert told(office, 2023) == told(office, 2023, "booked_on") == found
    assert reported(office, 2023)["北区总工会"][:2] == (2, 3), "covers count where they began"
    assert [*loose_ends(office.session)] == []


def test_what_goes_into_a_unit_of_the_south_is_the_souths_from_then_on(office: Asking) -> None:
    office.merge(office.unit_id(GOES), office.unit_id(SOUTH), MOVED_ON)
    office.determine(bill("42-Sep", 42, "2023-09-10", "4000.00"))
    found = {"北区总工会": ("225.00", "550.00"), "南区总工会": ("75.00", "2100.00")}
    assert told(office, 2023) == told(office, 2023, "booked_on") == found
    assert [*loose_ends(office.session)] == []


def test_gifts_stay_with_the_union_that_gave_them_whatever_moves(office: Asking) -> None:
    office.open_of(NORTH, "北区关爱", opens_on=START, closes_on=date(2023, 12, 31))
    office.give([9], START, name="北区关爱")
    before = reported(office, 2023)
    assert before["北区总工会"][:2] == (2, 4)
    go(office)
    assert reported(office, 2023) == before
    office.determine(bill("9-Sep", 9, "2023-09-10", "10.00"))
    assert told(office, 2023)["北区总工会"] == ("300.00", "555.00")
    assert [*loose_ends(office.session)] == []


def test_a_move_that_is_told_late_counts_from_its_day(office: Asking) -> None:
    after(office)
    assert keep_spent(office.session)
    go(office)
    assert told(office, 2023)["南区总工会"] == ("150.00", "5100.00")
    assert told(office, 2024) == {"南区总工会": ("225.00", "4000.00")}
    assert [*loose_ends(office.session)] == []


def test_what_is_closed_stays_the_norths_when_a_move_is_told_late(office: Asking) -> None:
    """The move is of 1 July, but told when the year is closed: it counts from the next on."""
    after(office)
    was = told(office, 2023, "booked_on")
    close(office.session, "2023", closed_by=office.by, approved_by=office.second)
    go(office)
    assert told(office, 2023, "booked_on") == was
    assert told(office, 2024, "booked_on") == {"南区总工会": ("225.00", "4000.00")}
    assert then(office, date(2023, 7, 1)) == "南区总工会", "its history says the day itself"
    assert [*loose_ends(office.session)] == []


def test_a_unit_that_comes_back_has_two_parts_of_one_year(office: Asking) -> None:
    unit = office.unit_id(GOES)
    go(office)
    office.change(unit, date(2023, 8, 1), name="新名")
    office.change(unit, date(2023, 10, 1), union_id=office.unions[NORTH])
    for month, scope in (("06", "200.00"), ("09", "2000.00"), ("10", "20000.00")):
        office.determine(bill(f"41-{month}", 41, f"2023-{month}-01", scope))
    found = {"北区总工会": ("225.00", "10650.00"), "南区总工会": ("75.00", "1100.00")}
    assert told(office, 2023) == found
    assert [*loose_ends(office.session)] == []


def test_the_norths_officer_follows_its_own_amounts_and_nothing_that_is_new(office: Asking) -> None:
    session = office.session
    office.determine(bill("42-May", 42, "2023-05-10", "10.00"))
    go(office)
    after(office)
    roster_id = session.scalar(
        text("SELECT min(id) FROM roster WHERE unit_id = :unit"), {"unit": office.unit_id(GOES)}
    )
    assert roster_id
    north, south = (part_of(session, str(office.unions[x])) for x in (NORTH, SOUTH))
    named = roster_named(session, roster_id)
    assert named
    assert all({*named.unions} & unions for unions in (north, south))
    own = {}
    for whose, unions in (("north", north), ("south", south), ("city", None)):
        of = (session, roster_id, "inpatient", 2023, "benefit_year")
        own[whose] = [
            (x.member_id, x.amount_fen)
            for x in claims_of_roster(*of, unions=unions, after=0, size=9)
        ]
        told_fen = cost_of_roster(
            session, Account.INPATIENT, 2023, "benefit_year", roster_id, unions=unions
        )
        assert told_fen == sum(fen for _, fen in own[whose])
    one, two = office.member(41), office.member(42)
    assert own == {
        "north": [(one, 500_00), (two, 5_00)],
        "south": [(two, 2000_00)],
        "city": [(one, 500_00), (two, 5_00), (two, 2000_00)],
    }
    assert not reaches(session, office.unions[NORTH], two), "their claims are the south's to open"
    assert reaches(session, office.unions[SOUTH], two)
    assert then(office, date(2023, 6, 30)) == "北区总工会"
    assert then(office, today()) == "南区总工会"


def by_hand(office: Asking, year: int, by: By) -> dict[str, tuple[str, str]]:
    """The same figures, posting by posting, each for the union of its unit on its day."""
    session, found = office.session, defaultdict[str, list[int]](lambda: [0, 0])
    lines = text(
        """
        SELECT r.unit_id, r.id, p.member_id, e.booked_on, p.amount_fen, p.claim_id IS NULL
        FROM posting p JOIN entry e ON e.id = p.entry_id
        LEFT JOIN LATERAL (
            SELECT c.roster_id FROM determination d
            JOIN cover c ON c.member_id = d.member_id AND c.id = d.cover_id
            WHERE d.member_id = p.member_id AND d.claim_id = p.claim_id AND d.payable_fen > 0
                  AND d.benefit_year = e.benefit_year ORDER BY d.seq DESC LIMIT 1
        ) c ON true
        JOIN roster r ON r.id = coalesce(c.roster_id, e.about)
        WHERE (e.memo = 'roster full' AND p.account LIKE '4%' OR e.memo = 'claims determined'
               AND p.claim_id IS NOT NULL AND p.account IN ('2001', '1201'))
              AND CASE WHEN :booked THEN extract(year FROM e.booked_on) ELSE e.benefit_year END
                  = :year
        """
    )
    moves = session.execute(
        text("SELECT member_id, roster_id, unit_id, from_on FROM line_move ORDER BY seq")
    ).all()
    asked = {"booked": by == "booked_on", "year": year}
    for unit_id, roster_id, member_id, day, fen, came in session.execute(lines, asked):
        at = unit_id
        for who, which, to, from_on in moves:
            at = to if (who, which) == (member_id, roster_id) and from_on <= day else at
        union = {x.unit_id: x.union for x in units_on(session, day, today())}[at]
        found[union][0 if came else 1] -= fen
    return {name: (yuan(came), yuan(went)) for name, (came, went) in found.items()}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_districts_are_together_the_city(office: Asking, seed: int) -> None:
    """Units go and come back, split and merge, bills come late and are undone, sums are kept."""
    lot = random.Random(seed)  # noqa: S311 - a test's lots
    office.covered([44, 45], date(2023, 5, 1), unit=GOES)
    units, days = (STAYS, SOUTH, GOES), [date(2023, month, 15) for month in range(4, 13)]
    billed: list[tuple[str, int]] = []
    for at, day in enumerate(sorted(lot.choices(days, k=18))):
        unit, union = lot.choice(units), office.unions[lot.choice((NORTH, SOUTH))]
        what = lot.choice(("bill", "bill", "bill", "refund", "move", "split", "keep"))
        if what == "bill":
            billed.append((f"B{at}", lot.choice((1, 2, 41, 42, 44, 45))))
            scope = f"{lot.randrange(100, 90_000) / 100:.2f}"
            settled = lot.choice((day, date(2024, 1, 5)))
            office.determine(
                bill(*billed[-1], str(lot.choice((day, date(2023, 3, 3)))), scope)
                | {"setl_time": f"{settled} 10:00:00"}
            )
        elif what == "refund" and billed:
            number, who = billed.pop(lot.randrange(len(billed)))
            office.determine(refund(f"R{at}", number, who, str(day)))
        elif what == "move":
            with suppress(NothingChanges):
                office.change(office.unit_id(unit), day, union_id=union)
        elif what == "split":
            to = lot.choice([x for x in units if x != unit])
            with suppress(NotOfUnit):
                office.split(office.unit_id(unit), office.unit_id(to), [lot.choice((1, 41))], day)
        else:
            assert keep_spent(office.session)
    office.merge(office.unit_id(GOES), office.unit_id(STAYS), date(2023, 12, 31))
    office.determine(bill("last", 45, "2023-12-31", "77.00"))
    for year in (2023, 2024):
        for by in ("benefit_year", "booked_on"):
            shown = told(office, year, by)
            nothing = {("0.00", "0.00")}
            assert {k: v for k, v in shown.items() if v not in nothing} == {
                k: v for k, v in by_hand(office, year, by).items() if v not in nothing
            }
    assert [*loose_ends(office.session)] == []


def pay(office: Asking, day: date) -> None:
    """Send what is payable of 2023, as on a day."""
    people = {"prepared_by": office.by, "approved_by": office.second}
    batch = prepare_batch(office.session, 2023, made_on=day, **people)
    lines = sent_lines(office.session, batch.id)
    answers = [(x.line, yuan(x.amount_fen), "成功", day.isoformat(), "") for x in lines]
    take_return(office.session, return_file(batch.number, answers), by=office.second)


def test_a_month_counts_for_whose_unit_it_was(office: Asking) -> None:
    """What was paid in March is the north's, in September the south's, whenever it is told."""
    pay(office, date(2023, 3, 20))
    go(office)
    office.determine(bill("42-Sep", 42, "2023-09-10", "4000.00"))
    pay(office, date(2023, 9, 20))
    assert keep_months(office.session)
    for what in ("received", "paid"):
        months = office.session.execute(
            text(
                "SELECT n.name, date_part('month', m.month)::int, sum(m.counted)::int"
                " FROM claim_month m JOIN union_node n ON n.id = m.union_id"
                " WHERE m.what = :what AND n.kind = 'union' GROUP BY 1, 2"
            ),
            {"what": what},
        )
        assert {(name, month): count for name, month, count in months} == {
            ("市总工会", 3): 3,
            ("北区总工会", 3): 2,
            ("南区总工会", 3): 1,
            ("市总工会", 9): 1,
            ("南区总工会", 9): 1,
        }


def of_the_school(office: Asking) -> dict[str, set[str]]:
    """By half of 2023, what vouchers and the bank's day book call the unit that goes."""
    first, last = START, date(2023, 12, 31)
    said = [(x.booked_on, x.summary.split()[-1]) for x in derived(office.session, first, last)[1]]
    lines = account_sheet(office.session, Account.BANK, first, last).lines
    said += [(x.booked_on, x.unit) for x in lines]
    named: dict[str, set[str]] = defaultdict(set)
    for day, name in said:
        if "小学" in name and name != f"第{STAYS}小学":
            named["before" if day < MOVED_ON else "after"].add(name)
    return named


def test_a_voucher_names_a_unit_as_of_its_day(office: Asking) -> None:
    office.change(office.unit_id(GOES), MOVED_ON, name="实验小学")
    after(office)
    assert of_the_school(office) == {"before": {"第4小学"}, "after": {"实验小学"}}


def test_a_name_told_late_leaves_the_vouchers_of_what_is_closed(office: Asking) -> None:
    after(office)
    close(office.session, "2023", closed_by=office.by, approved_by=office.second)
    office.change(office.unit_id(GOES), MOVED_ON, name="实验小学")
    assert of_the_school(office) == {"before": {"第4小学"}, "after": {"第4小学"}}
