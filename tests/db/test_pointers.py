"""Every pointer finds what it is for, and not what lies right beside it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.inspection.look import answer
from app.inspection.pointers import pointers
from app.payments.batch import prepare_batch
from tests.db import deciding
from tests.db.office import Office, bill, chronic, person
from tests.db.reviewing import reviewer
from tests.db.typed import PASSWORD

YEAR = 2023
START = date(2023, 1, 1)
MONDAY = datetime(2023, 5, 15, 2, 0, tzinfo=UTC)
"""10 o'clock in China."""


@pytest.fixture
def office(shared_database):
    """In the owner's hand, who alone may say when something was recorded; rolled back."""
    engine = create_engine(shared_database.owner_url, poolclass=NullPool)
    with engine.connect() as connection, Session(connection) as session:
        session.execute(text("ALTER TABLE review DISABLE TRIGGER USER"))
        yield filled(Office(session))
        session.rollback()


def filled(office):
    office.covered([person(n, n + 2, n) for n in range(9)], START)
    return office


def found(office, key, year=YEAR):
    return answer(office.session, pointers()[key], year)["rows"]


def claim(office, setl_id):
    asked = text("SELECT member_id, id FROM claim WHERE setl_id = :setl_id")
    return office.session.execute(asked, {"setl_id": setl_id}).one()


def numbers(office, *setl_ids):
    return " ".join(str(x) for x in sorted(claim(office, setl_id).id for setl_id in setl_ids))


def reviewed(office, setl_id, at, by, seq=1):
    """Somebody reviewed it then."""
    whose = claim(office, setl_id)
    office.session.execute(
        text(
            "INSERT INTO review (member_id, claim_id, seq, version, stage, outcome, reason,"
            " goes_to, needs, by, recorded_at) VALUES (:member, :claim, :seq, 1, 'first', 'on',"
            " '', 'approve', 'first approve', :by, :at)"
        ),
        {"member": whose.member_id, "claim": whose.id, "seq": seq, "by": by, "at": at},
    )


def paid(office):
    """All that is payable is sent; nobody has heard of the bank."""
    one, other = (reviewer(office.session, n) for n in (8, 9))
    prepare_batch(
        office.session, YEAR, prepared_by=one, approved_by=other, made_on=date(2023, 6, 1)
    )


def test_a_limit_of_reviews_is_from_when_one_of_payments_above_what(office):
    # Half of it is paid. Of 2,000.00, from which on not many are approved at once: from 95 % on.
    amounts = ("3799.96", "3800.00", "3999.98", "4000.00", "4199.98", "4200.00")
    # And of 100,000.00, the yearly cap, to which two people are enough.
    amounts += ("189999.96", "190000.00", "300000.00")
    office.determine(*(bill(f"L{n}", n, "2023-05-10", amount) for n, amount in enumerate(amounts)))
    paid(office)
    assert found(office, "just_under") == [
        [200_000, 2, 2, numbers(office, "L1", "L2")],
        [10_000_000, 2, 0, numbers(office, "L7", "L8")],
    ]


def test_nothing_just_under_a_limit_is_no_row(office):
    office.determine(bill("A", 1, "2023-05-10", "3799.96"), bill("B", 2, "2023-05-10", "4000.00"))
    assert not found(office, "just_under")


def test_an_invoice_of_another_year_counts_and_so_does_how_it_is_written(office):
    office.covered([20], date(2024, 1, 1), unit=2)
    office.determine(bill("A", 1, "2023-05-10", "1000.00", invono="ab 123456"))
    office.determine(bill("B", 2, "2023-05-11", "1000.00", invono="AB 12345"))  # five digits
    office.determine(bill("C", 3, "2023-05-12", "1000.00", invono="AB12345"))
    office.determine(bill("D", 4, "2023-05-13", "1000.00", invono="AB123457"))
    assert not found(office, "invoice_twice")
    office.determine(bill("E", 20, "2024-05-10", "1000.00", invono="AB123456"))
    assert office.payable("A", "E") == [50_000, 50_000], office.live("E")
    for year in (2023, 2024):
        assert [row[2] for row in found(office, "invoice_twice", year)] == [
            numbers(office, "A", "E")
        ]


def test_soon_is_thirty_days_by_the_day_that_care_goes_by(office):
    office.determine(
        bill("A", 1, "2023-02-20", "1000.00", begndate="2023-01-30"),
        bill("B", 2, "2023-01-31", "1000.00"),
        chronic("C", 3, "2023-01-30", "1000.00"),
        chronic("D", 4, "2023-01-31", "1000.00") | {"begndate": "2023-01-02"},
    )
    ((_, soon, whole, fen, claims),) = found(office, "soon_after_joining")
    assert (soon, whole, claims) == (2, 4, numbers(office, "A", "C"))
    assert fen == sum(office.payable("A", "C"))


def test_whoever_was_covered_before_has_not_just_joined(office):
    office.covered([1, 30], date(2024, 1, 1))
    office.determine(bill("A", 1, "2024-01-03", "100.00"), bill("B", 30, "2024-01-03", "100.00"))
    assert [row[4] for row in found(office, "soon_after_joining", 2024)] == [numbers(office, "B")]


def test_days_off_and_nights_are_counted_of_each_person(office):
    one, other = (
        add_account(office.session, login, "同名", Role.OFFICER, PASSWORD, by=None)
        for login in ("one", "two")
    )
    office.determine(*(bill(f"R{n}", n, "2023-05-10", "100.00") for n in range(7)))
    hour = timedelta(hours=1)
    for setl_id, at, by in (
        ("R0", MONDAY, one),
        ("R1", MONDAY - 3 * hour, one),  # 7:00
        ("R2", MONDAY - 3 * hour - timedelta(seconds=1), one),  # 6:59:59
        ("R3", MONDAY + 11 * hour, other),  # 21:00
        ("R4", MONDAY + 11 * hour - timedelta(seconds=1), other),  # 20:59:59
        ("R5", MONDAY - 24 * hour, other),  # a Sunday
        ("R6", datetime(2023, 5, 6, 2, 0, tzinfo=UTC), other),  # a Saturday that was worked
    ):
        reviewed(office, setl_id, at, by)
    assert found(office, "off_hours") == [["同名", 4, 1, 1], ["同名", 3, 0, 1]]


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        (MONDAY, None),
        (MONDAY - timedelta(days=1), [1, 1, 0]),
        (MONDAY + timedelta(hours=12), [1, 0, 1]),
    ],
)
def test_a_batch_is_approved_on_a_day_too(office, at, wanted):
    """Its last word is the approver's, or the third's."""
    office.determine(bill("A", 1, "2023-05-10", "100.00"))
    paid(office)
    office.session.execute(text("ALTER TABLE payment_batch DISABLE TRIGGER USER"))
    office.session.execute(text("UPDATE payment_batch SET recorded_at = :at"), {"at": at})
    assert found(office, "off_hours") == ([["审核9", *wanted]] if wanted else [])


def test_quick_is_after_any_review_of_the_same_person(office):
    one, other = (deciding.officer(office.session, name) for name in ("one", "two"))
    office.determine(*(bill(f"R{n}", n, "2023-05-10", "100.00") for n in range(6)))
    office.determine(bill("out", 7, "2022-05-10", "100.00"))  # not paid
    for setl_id, seconds, by in (
        ("R0", 0, one),
        ("out", 20, one),
        ("R1", 24.9, one),
        ("R2", 29.9, one),  # 5 s after it
        ("R3", 29.9, one),  # ticked together
        ("R4", 31, other),
        ("R5", 36, other),
    ):
        reviewed(office, setl_id, MONDAY + timedelta(seconds=seconds), by)
    ((_, whole, quick, together),) = found(office, "speed")
    assert (whole, quick, together) == (4, 1, 1)


def test_whoever_decided_a_held_claim_is_an_officer_of_it(office):
    # Person 40 has the card of person 1, and is an officer, too.
    office.covered([person(40, 2, 1)], START, unit=2)
    office.determine(
        *(bill(f"I{n}", n, "2023-05-10", "1000.00", med_type="99") for n in (1, 2)),
        bill("O", 40, "2023-05-10", "500.00"),
        bill("P", 1, "2023-05-11", "700.00"),
    )
    one = deciding.officer(office.session, "one")
    other = deciding.officer(office.session, "two", claim(office, "O").member_id)
    for setl_id in ("I1", "I2"):
        deciding.decided(office, claim(office, setl_id).id, "pay_as:inpatient", (one, other))
    assert office.payable("I1", "I2") == [50_000, 50_000]
    paid(office)
    assert [row[:3] for row in found(office, "own_reviewer")] == [
        [claim(office, "I1").id, 50_000, "two"]
    ]


def test_a_unit_is_counted_by_its_people_and_stands_out_from_three_deviations_on(office):
    # Of 109 people 9 + 9 are paid. By that rate 1.65 of ten are to be expected, and 5.2 are odd.
    office.covered(range(100, 200), START, unit=2)
    office.covered(range(200, 210), START, unit=3)
    paid_of = {1: 0, 2: 13, 3: 5}
    firsts = {2: 100, 3: 200}
    office.determine(
        *(
            bill(f"U{unit}-{n}", firsts[unit] + n, "2023-05-10", "100.00")
            for unit, many in paid_of.items()
            for n in range(many)
        )
    )
    rate = 18 / 119
    allowed = 10 * rate + 3 * (10 * rate * (1 - rate)) ** 0.5
    assert 4 < allowed < 5
    (row,) = found(office, "unit_rate")
    assert row[1:4] == [10, 5, 2]
    assert "3" in row[0]


def test_four_of_a_small_unit_are_too_few_to_stand_out(office):
    office.covered(range(100, 300), START, unit=2)
    office.covered(range(300, 304), START, unit=3)
    office.determine(*(bill(f"U{n}", 300 + n, "2023-05-10", "100.00") for n in range(4)))
    assert not found(office, "unit_rate")


def test_one_card_of_two_members_and_not_of_one_twice(office):
    office.covered([person(40, 2, 1)], START, unit=2)
    office.determine(
        bill("A", 1, "2023-05-10", "100.00"),
        bill("B", 40, "2023-05-10", "100.00"),
        bill("C", 2, "2023-05-10", "100.00"),
        bill("D", 2, "2023-05-11", "100.00"),
    )
    paid(office)
    ((_, members, fen, claims),) = found(office, "shared_card")
    assert (members, fen, claims) == (2, 10_000, numbers(office, "A", "B"))
