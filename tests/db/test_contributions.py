"""Money fills rosters, oldest first; covers begin when it is complete, by the day it came."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.clock import today
from app.contributions.receive import (
    AmountNotPositive,
    ReceivedAhead,
    ReferenceMissing,
    ReferenceUsed,
)
from tests.db.office import Office

START = date(2021, 3, 1)


@pytest.fixture
def office(session):
    return Office(session)


def starts(office, person):
    return [starts_on for starts_on, _, _ in office.covers(person)]


@pytest.mark.parametrize("paid_on", [date(2020, 12, 1), date(2021, 2, 28), START])
def test_money_on_or_before_the_start_keeps_the_start(office, paid_on):
    office.enrol([0], START)
    office.receive("50.00", paid_on, year=2021)
    assert starts(office, 0) == [START]


@pytest.mark.parametrize("days_late", [1, 30, 200])
def test_late_money_starts_the_cover_the_day_after(office, days_late):
    office.enrol([0], START)
    paid_on = START + timedelta(days=days_late)
    office.receive("50.00", paid_on)
    assert starts(office, 0) == [paid_on + timedelta(days=1)]


def test_the_last_day_of_the_year_is_too_late(office):
    """The day after lies in another benefit year: an officer decides, the money stays held."""
    enrolled = office.enrol([0, 1], date(2021, 12, 1))
    office.receive("100.00", date(2021, 12, 31))
    assert office.covers(0) == []
    assert office.outcomes(enrolled.roster_id) == ["undecided", "undecided"]
    assert office.balance("2101", 2021) == -10_000
    assert office.balance("4001", 2021) == 0


def test_the_day_before_the_last_is_just_in_time(office):
    office.enrol([0], date(2021, 12, 1))
    office.receive("50.00", date(2021, 12, 30))
    assert starts(office, 0) == [date(2021, 12, 31)]


def test_the_2019_scheme_goes_on_into_2020_but_a_benefit_year_does_not(office):
    enrolled = office.enrol([0], date(2019, 12, 1))
    office.receive("60.00", date(2020, 1, 15), year=2019)
    assert office.outcomes(enrolled.roster_id) == ["undecided"]


def test_partial_money_starts_nothing(office):
    enrolled = office.enrol([0, 1], START)
    office.receive("99.99", START)
    assert office.outcomes(enrolled.roster_id) == []
    assert office.covers(0) == []
    assert office.balance("2101", 2021) == -9_999


def test_several_receipts_and_the_last_one_counts(office):
    office.enrol([0, 1], START)
    office.receive("60.00", date(2021, 2, 1))
    office.receive("39.99", date(2021, 3, 5))
    assert office.covers(0) == []
    office.receive("0.01", date(2021, 3, 9))
    assert starts(office, 0) == starts(office, 1) == [date(2021, 3, 10)]


def test_receipts_booked_late_are_taken_by_their_own_day(office):
    """Recorded after the other, received before it: the start is kept all the same."""
    office.enrol([0], START)
    office.receive("20.00", date(2021, 3, 1))
    office.receive("30.00", date(2021, 2, 1))
    assert starts(office, 0) == [START]


def test_money_fills_the_oldest_roster_first(office):
    first = office.enrol([0, 1], START)
    second = office.enrol([2], START)
    office.receive("50.00", START)
    assert office.outcomes(first.roster_id) == office.outcomes(second.roster_id) == []
    office.receive("50.00", START)
    assert office.outcomes(first.roster_id) == ["covered", "covered"]
    assert office.outcomes(second.roster_id) == []


def test_one_receipt_may_fill_two_rosters_and_the_rest_a_later_one(office):
    office.enrol([0], START)
    office.enrol([1, 2], START)
    received = office.receive("200.00", START)
    assert [len(begun.covers) for begun in received.begun] == [1, 2]
    assert office.balance("2101", 2021) == -5_000
    late = office.enrol([3], date(2021, 6, 1))
    assert office.outcomes(late.roster_id) == ["covered"]
    assert starts(office, 3) == [date(2021, 6, 1)]
    assert office.balance("2101", 2021) == 0


def test_the_money_of_one_year_or_unit_fills_no_other(office):
    office.enrol([0], START)
    office.receive("50.00", START, year=2022)
    office.receive("50.00", START, unit=2)
    assert office.covers(0) == []


def test_the_same_receipt_again_changes_nothing(office):
    office.enrol([0, 1], START)
    office.receive("50.00", START, ref="A1")
    before = office.counts()
    again = office.receive("50.00", START, ref=" A1 ")
    assert again.again
    assert office.counts() == before


@pytest.mark.parametrize(("amount", "day"), [("50.01", START), ("50.00", date(2021, 3, 2))])
def test_a_reference_used_for_other_money_is_refused(office, amount, day):
    office.receive("50.00", START, ref="A1")
    before = office.counts()
    with pytest.raises(ReferenceUsed):
        office.receive(amount, day, ref="A1")
    assert office.counts() == before


def test_another_unit_or_year_may_use_the_same_reference(office):
    office.receive("50.00", START, ref="A1")
    assert not office.receive("70.00", START, ref="A1", unit=2).again
    assert not office.receive("70.00", START, ref="A1", year=2022).again


@pytest.mark.parametrize("amount", ["0", "-1.00"])
def test_nothing_or_less_is_no_receipt(office, amount):
    with pytest.raises(AmountNotPositive):
        office.receive(amount, START)


def test_a_receipt_needs_a_reference(office):
    with pytest.raises(ReferenceMissing):
        office.receive("1.00", START, ref="   ")


def test_no_money_has_come_on_a_day_to_come(office):
    with pytest.raises(ReceivedAhead):
        office.receive("7.00", today() + timedelta(days=1), year=today().year)
    office.receive("1.00", today())
    assert office.balance("1001", today().year) == 100


def test_a_first_cover_waits_thirty_days(office):
    office.covered([0], START)
    assert office.covers(0) == [(START, date(2022, 2, 28), date(2021, 3, 31))]


def test_late_money_moves_the_waiting_too(office):
    office.enrol([0], START)
    office.receive("50.00", date(2021, 3, 9))
    assert office.covers(0) == [(date(2021, 3, 10), date(2022, 3, 9), date(2021, 4, 9))]


@pytest.mark.parametrize(("days", "waits"), [(0, False), (90, False), (91, True)])
def test_a_renewal_confirmed_within_ninety_days_does_not_wait(office, days, waits):
    """2019's cover ends on 30 September 2020; counted to the confirmation."""
    office.covered([0], date(2019, 10, 1))
    confirmed_on = date(2020, 9, 30) + timedelta(days=days)
    office.enrol([0], date(2021, 1, 1), confirmed_on=confirmed_on)
    office.receive("50.00", date(2020, 12, 31), year=2021)
    waits_until = date(2021, 1, 31) if waits else None
    assert office.covers(0)[1] == (date(2021, 1, 1), date(2021, 12, 31), waits_until)


def test_late_money_does_not_make_a_renewal_wait(office):
    office.covered([0], date(2019, 10, 1))
    office.enrol([0], date(2021, 1, 1), confirmed_on=date(2020, 12, 20))
    office.receive("50.00", date(2021, 5, 31))
    assert office.covers(0)[1][2] is None


def test_from_2022_on_nobody_waits(office):
    office.covered([0], date(2022, 1, 1))
    assert office.covers(0)[0][2] is None


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2020, 2, 29), date(2021, 2, 28)),
        (date(2020, 3, 1), date(2021, 2, 28)),
        (date(2020, 1, 31), date(2021, 1, 30)),
        (date(2021, 1, 1), date(2021, 12, 31)),
        (date(2024, 2, 29), date(2024, 12, 31)),
        (date(2024, 12, 31), date(2024, 12, 31)),
    ],
)
def test_the_last_day(office, starts_on, ends_on):
    office.covered([0], starts_on)
    assert office.covers(0)[0][:2] == (starts_on, ends_on)


def test_money_on_28_february_of_a_leap_year_starts_the_29th(office):
    office.enrol([0], date(2020, 2, 1))
    office.receive("60.00", date(2020, 2, 28))
    assert office.covers(0)[0][:2] == (date(2020, 2, 29), date(2021, 2, 28))


def test_every_step_is_booked(office):
    office.unit(1, percent=40)
    office.enrol([0, 1], START)
    office.receive("60.00", date(2021, 2, 1))
    office.receive("60.00", date(2021, 2, 3))
    entries = office.session.execute(
        text(
            "SELECT e.memo, e.booked_on, p.account, p.amount_fen, p.unit_id IS NOT NULL"
            " FROM entry e JOIN posting p ON p.entry_id = e.id ORDER BY e.id, p.account"
        )
    ).all()
    first, second = date(2021, 2, 1), date(2021, 2, 3)
    assert [tuple(x) for x in entries] == [
        ("money received", first, "1001", 6_000, False),
        ("money received", first, "2101", -6_000, True),
        ("money received", second, "1001", 6_000, False),
        ("money received", second, "2101", -6_000, True),
        ("roster full", second, "1101", 5_000, True),
        ("roster full", second, "2101", 10_000, True),
        ("roster full", second, "4001", -4_000, True),
        ("roster full", second, "4002", -6_000, True),
        ("roster full", second, "4003", -5_000, True),
    ]


def test_covers_are_of_the_year_they_start_in(office):
    office.covered([0], date(2020, 12, 31))
    rows = office.session.execute(text("SELECT benefit_year, scheme_id FROM cover")).all()
    assert [tuple(row) for row in rows] == [(2020, "2019")]


def test_every_writer_leaves_an_event(office):
    office.enrol([0], START)
    office.receive("50.00", START)
    acts = office.session.scalars(text("SELECT act FROM event ORDER BY id DESC LIMIT 3")).all()
    assert sorted(acts) == ["contribution.received", "cover.granted", "roster.imported"]
