"""What an officer's roster changes, and tells, of people whom another union's unit covers."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.clock import today
from app.enrolment.enrol import Asked, Enrolled, enrol
from app.enrolment.gift_open import FunderNotReached, NoSuchCampaign
from app.roster.person import RosterRow
from app.secrets import vault
from tests.db.districts import CITY, NORTH, SOUTH, Districts
from tests.db.office import bill, person
from tests.factories import make_account, make_id, make_name

THIS_YEAR = today().year
OWN, STRANGERS = 1, 9
"""Bank accounts by their seeds."""


@pytest.fixture
def office(session: Session) -> Districts:
    return Districts(session)


def account(seed: int) -> bytes:
    return vault().index("account", make_account(seed))


def covered(office: Districts, where: int, year: int) -> None:
    """Person 0 is enrolled and paid for with the own account."""
    with office.acting(where):
        due = office.enrol([person(0, account=OWN)], date(year, 1, 1), unit=where)
        assert due.enrolled
        office.receive(f"{due.due_fen / 100:.2f}", date(year, 1, 1), unit=where)


def told_anew(office: Districts, where: int, year: int, name: str | None = None) -> Enrolled:
    """A roster of a year again, with another account or name."""
    card = make_account(OWN if name else STRANGERS)
    row = RosterRow(2, name or make_name(0), make_id(0), card)
    with office.acting(where):
        return office.enrol([row], date(year, 1, 1), unit=where)


def assert_kept(office: Districts, answer: Enrolled) -> None:
    assert (answer.kept, answer.renamed, answer.account_changed) == ([2], [], [])
    assert not answer.changes
    assert office.is_called(0) == (make_name(0), account(OWN))


def assert_taken(office: Districts, answer: Enrolled) -> None:
    assert (answer.kept, answer.account_changed) == ([], [2])
    assert office.is_called(0) == (make_name(0), account(STRANGERS))


@pytest.mark.parametrize(("whose", "told"), [(CITY, "南区单位"), (NORTH, "")])
def test_who_waits_on_another_units_roster_is_enrolled_with_a_note(office, whose, told):
    with office.acting(SOUTH):
        office.enrol([0, 1], date(THIS_YEAR, 1, 1), unit=SOUTH)
    with office.acting(whose):
        answer = office.enrol([2, 0, 1], date(THIS_YEAR, 1, 1), unit=NORTH)
        assert (answer.enrolled, answer.faults) == ([2, 3, 4], [])
        assert answer.waiting == {3: told, 4: told}
        again = office.enrol([2, 0, 1], date(THIS_YEAR, 1, 1), unit=NORTH)
        assert (again.unchanged, again.waiting) == ([2, 3, 4], {})


def test_who_is_covered_or_on_another_years_roster_waits_nowhere(office):
    covered(office, SOUTH, THIS_YEAR)
    with office.acting(SOUTH):
        office.enrol([1], date(THIS_YEAR - 1, 1, 1), unit=SOUTH)
    answer = office.enrol([0, 1], date(THIS_YEAR, 1, 1), unit=NORTH)
    assert answer.waiting == {}


def test_who_was_paid_for_too_late_elsewhere_waits_there_no_longer(office):
    year = THIS_YEAR - 1
    with office.acting(SOUTH):
        office.enrol([0], date(year, 12, 1), unit=SOUTH)
        office.receive("50.00", date(year, 12, 31), unit=SOUTH)  # undecided: no cover
    answer = office.enrol([0], date(year, 12, 1), unit=NORTH)
    assert (answer.enrolled, answer.waiting) == ([2], {})


def test_who_paid_for_a_stranger_once_cannot_turn_another_unions_money_to_an_account(office):
    covered(office, SOUTH, 2022)
    covered(office, NORTH, THIS_YEAR)
    assert_kept(office, told_anew(office, SOUTH, 2022))


def test_nor_can_who_wrote_the_number_into_a_roster_first(office):
    with office.acting(SOUTH):
        office.enrol([person(0, account=OWN)], date(2021, 1, 1), unit=SOUTH)
    covered(office, NORTH, THIS_YEAR)
    assert_kept(office, told_anew(office, SOUTH, 2021))


def test_a_name_is_kept_like_an_account(office):
    covered(office, SOUTH, 2022)
    covered(office, NORTH, THIS_YEAR)
    assert_kept(office, told_anew(office, SOUTH, 2022, name="改名"))


def test_an_account_is_not_given_either_where_none_was_known(office):
    covered(office, SOUTH, 2022)
    with office.acting(NORTH):
        office.covered([1], date(THIS_YEAR, 1, 1), unit=NORTH)
    with office.acting(SOUTH):
        office.covered([1], date(2022, 1, 1), unit=SOUTH)
        told = office.enrol([person(1, account=STRANGERS)], date(2022, 1, 1), unit=SOUTH)
    assert (told.kept, office.is_called(1)[1]) == ([2], b"")


def test_the_union_of_the_running_cover_and_the_city_change_it(office):
    covered(office, SOUTH, 2022)
    covered(office, NORTH, THIS_YEAR)
    assert_taken(office, told_anew(office, CITY, 2024))


def test_a_second_union_in_the_way_stops_the_first_too(office):
    """While two unions' covers are not over, only who reaches both changes it."""
    covered(office, SOUTH, 2022)
    office.determine(bill("A", 0, "2022-05-10", "100.00"))
    covered(office, NORTH, THIS_YEAR)
    assert_kept(office, told_anew(office, NORTH, THIS_YEAR))


def test_who_changed_unions_gives_the_new_account_when_the_old_cover_is_over(office):
    covered(office, NORTH, 2021)
    covered(office, SOUTH, 2022)
    assert_taken(office, told_anew(office, SOUTH, 2022))


def test_a_claim_that_is_not_paid_keeps_the_account_and_a_paid_one_does_not(office):
    covered(office, NORTH, 2021)
    covered(office, SOUTH, 2022)
    office.feed(bill("A", 0, "2021-05-10", "100.00"))
    assert_kept(office, told_anew(office, SOUTH, 2022))  # nobody has determined it
    office.drain()
    assert_kept(office, told_anew(office, SOUTH, 2022))  # payable
    office.pay(2021)
    assert_taken(office, told_anew(office, SOUTH, 2022))


@pytest.mark.parametrize(
    ("day", "scope"),
    [("2021-05-10", "0.00"), ("2020-05-10", "100.00"), ("2022-05-10", "100.00")],
    ids=["closed: nothing due", "held: before all covers", "payable: under the own cover"],
)
def test_claims_that_are_nobody_elses_do_not_keep_it(office, day, scope):
    covered(office, NORTH, 2021)
    covered(office, SOUTH, 2022)
    office.determine(bill("A", 0, day, scope))
    assert_taken(office, told_anew(office, SOUTH, 2022))


def test_a_union_does_not_give_at_another_s_cost(office):
    days = {"opens_on": date(2022, 1, 1), "closes_on": date(2022, 12, 31)}
    with pytest.raises(FunderNotReached):
        office.open_of(SOUTH, "南区关爱", by=office.officers[NORTH], **days)


def test_a_gift_of_which_nothing_is_left_gives_no_right(office):
    first, last = date(2022, 1, 1), date(2022, 12, 31)
    with office.acting(NORTH):
        due = office.enrol([person(0, account=OWN)], first, unit=NORTH)
    office.open_of(SOUTH, "南区关爱", opens_on=first, closes_on=last)
    with office.acting(SOUTH):
        office.give([0], date(2022, 2, 1), name="南区关爱")
        office.receive(f"{due.due_fen / 100:.2f}", first, unit=NORTH)
    assert office.terms(0) == ["2022-01-01 2022-12-31"]
    answer = told_anew(office, SOUTH, 2023)
    assert (answer.kept, answer.account_changed) == ([2], [])
    assert office.is_called(0) == (make_name(0), account(OWN))


def test_the_day_another_unions_cover_ends_is_not_told(office):
    with office.acting(NORTH):
        office.covered([0], date(2022, 4, 1), unit=NORTH)
    with office.acting(SOUTH):
        office.covered([1], date(2022, 4, 1), unit=SOUTH)
        answer = office.enrol([0, 1, 2], date(2023, 1, 1), unit=SOUTH)
    assert answer.starts_later == {2: None, 3: date(2023, 4, 1)}
    assert answer.enrolled == [2, 3, 4]


def test_what_a_districts_officers_may_read_does_not_depend_on_who_sent_it(office):
    """The city's officer may send a district's roster; what comes of it, the district reads too."""
    with office.acting(NORTH):
        office.covered([0], date(2022, 4, 1), unit=NORTH)
        office.covered([1], date(2023, 2, 1), unit=NORTH)
    rows, unit = [person(0, 2), person(1, 3)], office.unit(SOUTH)
    asked = Asked(unit, 2023, date(2023, 1, 1), date(2023, 1, 1), 50, "0" * 64)
    with office.session.begin_nested() as trial:
        answer = enrol(office.session, asked, rows, by=office.by)
        assert answer.starts_later == {2: date(2023, 4, 1)}
        assert [x.reason for x in answer.faults] == ["AlreadyCovered"]
        trial.rollback()
    answer = enrol(office.session, replace(asked, read_in=office.unions[SOUTH]), rows, by=office.by)
    assert answer.starts_later == {2: None}
    assert [(x.reason, x.facts) for x in answer.faults] == [("CoveredElsewhere", {})]


def test_the_city_is_told_the_day(office):
    with office.acting(NORTH):
        office.covered([0], date(2022, 4, 1), unit=NORTH)
    answer = office.enrol([0], date(2023, 1, 1), unit=CITY)
    assert answer.starts_later == {2: date(2023, 4, 1)}


def test_nobody_gives_covers_that_another_union_pays(office):
    """The one that pays gives them, the city above it and the districts below."""
    days = {"opens_on": date(THIS_YEAR, 1, 1), "closes_on": date(THIS_YEAR, 12, 31)}
    office.open_of(SOUTH, "南区骑手", **days)
    office.open_of(CITY, "全市骑手", **days)
    start = date(THIS_YEAR, 1, 1)
    with office.acting(NORTH):
        with pytest.raises(NoSuchCampaign):
            office.give([1], start, "南区骑手")
        assert office.give([2], start, "全市骑手").enrolled == [2]
    for whose, seed in [(SOUTH, 3), (CITY, 4)]:
        with office.acting(whose):
            assert office.give([seed], start, "南区骑手").enrolled == [2]
