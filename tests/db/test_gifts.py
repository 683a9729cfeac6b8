"""Gifts: places of a campaign, covers that begin at once, and what a paid cover does to them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.adjudication.rebuild import rebuild
from app.adjudication.replay import recompute
from app.clock import today
from app.enrolment.confirmed import ConfirmedAhead, ConfirmedLongBefore
from app.enrolment.enrol import NoScheme
from app.enrolment.gift_enrol import GiftOutsideDays, Given
from app.enrolment.gift_open import (
    CampaignKnown,
    CampaignNameMissing,
    GiftCareUnknown,
    GiftDaysReversed,
    GiftTermWrong,
    NoSuchCampaign,
    QuotaWrong,
    gift_of,
    gifts,
)
from app.evidence.models import Event
from tests.db.giving import NAME, Giving
from tests.db.office import (
    assert_sound,
    bill,
    chronic,
    refund,
)
from tests.factories import make_id


@pytest.fixture
def office(session: Session) -> Giving:
    return Giving(session)


def refused(given: Given) -> dict[int, str]:
    return {fault.line: fault.reason for fault in given.faults}


def test_a_gift_covers_at_once_and_the_union_pays_all_of_it(office: Giving) -> None:
    office.open(quota=3, months=6)
    given = office.give([1, 2], date(2022, 7, 1))
    assert (given.enrolled, given.left, given.scheme_id) == ([2, 3], 1, "2022")
    assert office.terms(1) == ["2022-07-01 2022-12-31 gift"]
    # The whole contribution of the scheme in force when the campaign opened: 90.00.
    assert given.union_due_fen == 2 * 9_000
    assert office.balance("1101", 2022) == 18_000
    assert office.balance("4003", 2022) == -18_000
    assert office.balance("2101", 2022) == 0


@pytest.mark.parametrize(
    ("months", "starts_on", "term"),
    [
        (12, date(2024, 2, 29), "2024-02-29 2025-02-28"),
        (6, date(2022, 8, 31), "2022-08-31 2023-02-28"),
        (1, date(2023, 1, 31), "2023-01-31 2023-02-28"),
        (12, date(2023, 5, 1), "2023-05-01 2024-04-30"),
    ],
)
def test_a_gift_runs_its_own_months_whatever_the_scheme(
    office: Giving, months: int, starts_on: date, term: str
) -> None:
    office.open(months=months)
    office.give([1], starts_on)
    assert office.terms(1) == [f"{term} gift"]


def test_every_row_has_a_place_or_a_reason_and_twice_changes_nothing(office: Giving) -> None:
    office.covered([3], date(2022, 3, 1))
    office.open(quota=2)
    given = office.give([1, 3, 2, 4], date(2022, 7, 1))
    assert given.enrolled == [2, 4]
    assert refused(given) == {3: "AlreadyCovered", 5: "QuotaSpent"}
    before = office.counts()
    again = office.give([1, 3, 2, 4], date(2022, 7, 1))
    assert (again.enrolled, again.unchanged, again.left) == ([], [2, 4], 0)
    assert refused(again) == refused(given)
    assert office.counts() == before


def test_a_list_is_not_confirmed_on_any_day(office: Giving) -> None:
    office.open()
    with pytest.raises(ConfirmedAhead):
        office.give([1], date(2022, 7, 1), confirmed_on=today() + timedelta(days=1))
    with pytest.raises(ConfirmedLongBefore):
        office.give([1], date(2022, 7, 1), confirmed_on=date(2020, 12, 31))
    assert office.give([1], date(2022, 7, 1), confirmed_on=date(2021, 1, 1)).enrolled == [2]


def test_who_has_a_later_cover_in_the_term_is_refused(office: Giving) -> None:
    office.open(name="first", months=3)
    office.open(name="second", months=6)
    office.give([1], date(2022, 9, 1), "first")
    given = office.give([1], date(2022, 7, 1), "second")
    assert refused(given) == {2: "AlreadyCovered"}
    assert given.faults[0].facts == {"starts_on": "2022-09-01", "ends_on": "2022-11-30"}
    assert office.give([1], date(2022, 12, 1), "second").enrolled == [2]


def test_a_paid_cover_ends_the_gift_the_day_before_and_does_not_wait(office: Giving) -> None:
    office.open(quota=1)
    office.give([1], date(2021, 3, 1))
    enrolled = office.enrol([1], date(2021, 6, 10))
    assert enrolled.enrolled == [2]
    assert enrolled.starts_later == {}
    # Enrolled and not paid: the gift runs on.
    assert office.terms(1) == ["2021-03-01 2022-02-28 gift"]
    received = office.receive("50", date(2021, 6, 10))
    assert [x.gifts_ended for x in received.begun] == [1]
    assert office.terms(1) == ["2021-03-01 2021-06-09 gift", "2021-06-10 2022-06-09"]
    assert office.changes() == [(date(2021, 6, 9), 1)]
    waits = text("SELECT waits_until FROM cover WHERE cares IS NULL")
    assert office.session.scalar(waits) is None, "a renewal: the gift was a previous cover"
    # The place is not given again.
    assert refused(office.give([2], date(2021, 7, 1))) == {2: "QuotaSpent"}


def test_late_money_ends_the_gift_later(office: Giving) -> None:
    office.open()
    office.give([1], date(2023, 1, 1))
    office.enrol([1], date(2023, 3, 1))
    office.receive("50", date(2023, 5, 4))
    assert office.terms(1) == ["2023-01-01 2023-05-04 gift", "2023-05-05 2023-12-31"]


@pytest.mark.parametrize("gift_on", [date(2021, 6, 10), date(2021, 9, 1)])
def test_nothing_is_left_of_a_gift_that_begins_no_earlier(office: Giving, gift_on: date) -> None:
    office.open()
    office.enrol([1], date(2021, 6, 10))
    office.give([1], gift_on)
    office.receive("50", date(2021, 6, 1))
    assert office.terms(1) == ["2021-06-10 2022-06-09"]
    # It was never a cover: this first one waits.
    waits = text("SELECT waits_until FROM cover WHERE cares IS NULL")
    assert office.session.scalar(waits) == date(2021, 7, 10)
    assert rebuild(office.session).differed == {
        "cover_term": 0,
        "entitlement": 0,
        "claim_queue": 0,
        "batch_sum": 0,
    }


def test_a_gift_can_be_ended_twice(office: Giving) -> None:
    office.open()
    office.give([1], date(2023, 6, 1))
    for day, unit in ((date(2024, 1, 1), 1), (date(2023, 9, 1), 2)):
        office.covered([1], day, unit=unit)
    assert office.terms(1) == [
        "2023-06-01 2023-08-31 gift",
        "2023-09-01 2023-12-31",
        "2024-01-01 2024-12-31",
    ]
    assert office.changes() == [(date(2023, 12, 31), 1), (date(2023, 8, 31), 2)]
    assert rebuild(office.session).differed["cover_term"] == 0


def test_one_paid_cover_can_end_two_gifts(office: Giving) -> None:
    office.open(name="first", months=3)
    office.open(name="second", months=3)
    office.enrol([1], date(2021, 2, 1))
    office.give([1], date(2021, 1, 1), "first")
    office.give([1], date(2021, 8, 1), "second")
    office.receive("50", date(2021, 1, 20))
    assert office.terms(1) == ["2021-01-01 2021-01-31 gift", "2021-02-01 2022-01-31"]
    assert rebuild(office.session).differed["cover_term"] == 0


def test_a_gift_pays_inpatient_only_and_shares_the_year_s_room(office: Giving) -> None:
    office.open()
    office.give([1], date(2022, 1, 1))
    office.feed(
        bill("A", 1, "2022-02-01", "190000.00"),
        chronic("B", 1, "2022-02-02", "100.00"),
    )
    office.drain()
    assert office.live("A").payable_fen == 9_500_000
    assert office.live("B").refusal == "not_in_scheme"
    office.covered([1], date(2022, 3, 1))
    office.feed(
        bill("C", 1, "2022-03-05", "190000.00"),
        chronic("D", 1, "2022-03-06", "100.00"),
    )
    office.drain()
    assert office.live("C").payable_fen == 500_000
    assert office.live("D").payable_fen == 2_000
    assert_sound(office.session)


def test_grants_of_a_gift_stand_and_its_refusals_are_looked_at_again(office: Giving) -> None:
    """The money came in time and was booked late: the gift had paid beyond its end by then."""
    office.open()
    office.give([1], date(2022, 1, 1))
    office.enrol([1], date(2022, 3, 1))
    office.feed(
        bill("A", 1, "2022-03-05", "1000.00"),
        chronic("B", 1, "2022-03-06", "100.00"),
        chronic("C", 1, "2022-02-06", "100.00"),
        bill("D", 1, "2022-12-31", "1000.00"),
    )
    office.drain()
    gift = office.live("A").cover_id
    office.receive("50", date(2022, 2, 20))
    assert office.terms(1) == ["2022-01-01 2022-02-28 gift", "2022-03-01 2023-02-28"]
    assert_sound(office.session)
    office.look_again()
    assert office.drain() == 1
    paid = office.live("B").cover_id
    assert (office.live("A").cover_id, office.live("A").seq) == (gift, 1)
    assert (office.live("D").cover_id, office.live("D").seq) == (gift, 1)
    assert paid != gift
    assert (office.live("B").seq, office.live("B").payable_fen) == (2, 2_000)
    assert office.live("C").refusal == "not_in_scheme"
    assert_sound(office.session)
    assert recompute(office.session, 2022) == []
    # Nothing more comes of looking again.
    assert office.look_again() is None
    # Corrected or refunded, a bill falls under the cover of its day now.
    office.feed(bill("A", 1, "2022-03-05", "2000.00"), refund("R", "D", 1, "2023-01-05"))
    office.drain()
    assert (office.live("A").cover_id, office.live("A").payable_fen) == (paid, 100_000)
    assert office.live("D").refusal == "refunded"
    assert_sound(office.session)


def test_a_grant_of_an_ended_gift_belongs_to_the_gift_s_benefit_year(office: Giving) -> None:
    office.open()
    office.give([1], date(2022, 7, 1))
    office.enrol([1], date(2023, 1, 1), confirmed_on=date(2022, 12, 1))
    office.feed(bill("A", 1, "2023-02-01", "1000.00"))
    office.drain()
    office.receive("50", date(2022, 12, 20), year=2023)
    assert office.terms(1) == ["2022-07-01 2022-12-31 gift", "2023-01-01 2023-12-31"]
    office.feed(bill("B", 1, "2023-02-02", "1000.00"))
    office.drain()
    assert (office.live("A").benefit_year, office.live("B").benefit_year) == (2022, 2023)
    assert_sound(office.session)
    for year in (2022, 2023):
        assert recompute(office.session, year) == []


def test_a_later_cover_in_what_a_gift_left_free_is_no_reason_for_its_grants(
    office: Giving,
) -> None:
    """Ended by one cover, followed by another inside the gift's old term."""
    office.open()
    office.give([1], date(2023, 6, 1))
    office.feed(bill("A", 1, "2024-02-01", "1000.00"))
    office.drain()
    office.covered([1], date(2023, 9, 1))
    office.covered([1], date(2024, 1, 1))
    assert_sound(office.session)
    assert office.live("A").seq == 1


def test_what_a_campaign_is_must_be_said_right(office: Giving) -> None:
    for refusal, wrong in (
        (CampaignNameMissing, {"name": " "}),
        (QuotaWrong, {"quota": 0}),
        (GiftTermWrong, {"months": 13}),
        (GiftTermWrong, {"months": 0}),
        (GiftCareUnknown, {"cares": ()}),
        (GiftCareUnknown, {"cares": ("dental",)}),
        (GiftDaysReversed, {"closes_on": date(2019, 12, 31)}),
        (NoScheme, {"opens_on": date(2018, 1, 1)}),
    ):
        with pytest.raises(refusal):
            office.open(**wrong)  # type: ignore[arg-type]
    assert gifts(office.session) == []
    office.open(each_fen=0, cares=("chronic", "inpatient"))
    assert gift_of(office.session, f" {NAME} ").cares == ("inpatient", "chronic")
    with pytest.raises(CampaignKnown):
        office.open()
    with pytest.raises(NoSuchCampaign):
        gift_of(office.session, "another")
    with pytest.raises(GiftOutsideDays):
        office.give([1], date(2026, 1, 1))


def test_who_gave_what_stands_in_the_log_without_names(office: Giving) -> None:
    office.open(quota=1)
    office.give([1, 2], date(2022, 7, 1))
    said = {x.act: x.facts for x in office.session.query(Event).filter(Event.by == office.by)}
    assert said["gift.given"]["enrolled"] == 1
    assert said["gift.given"]["refused"] == 1
    assert said["cover.granted"]["covered"] == 1
    assert make_id(1) not in str(said)
