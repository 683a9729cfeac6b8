"""Whom an officer reaches and sees: whom the own unions have covered; nobody by a mere line."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.scope import reaches
from app.units.may import Two
from app.units.split import split
from app.web.read.scope import MEMBER, OF_SEEN, ONE_BY_ONE, SEEN, scope_of
from tests.db.districts import CITY, NORTH, SOUTH, Districts

FIRST = date(2022, 1, 1)
GIFT = "南区关爱"


@pytest.fixture
def office(session: Session) -> Districts:
    """Person 0 is the north's by a cover that runs the year; nobody has been anybody else's yet."""
    made = Districts(session)
    with made.acting(NORTH):
        made.covered([0], FIRST, unit=NORTH)
    made.open_of(SOUTH, GIFT, opens_on=FIRST, closes_on=date(2023, 12, 31), quota=2)
    return made


def who_reach(office: Districts, seed: int) -> set[int]:
    """The unions whose officers reach a member; by one question or by a list it is the same."""
    session, member_id = office.session, office.member(seed)
    found = {
        whose for whose, union_id in office.unions.items() if reaches(session, union_id, member_id)
    }
    ways = (("", MEMBER), (f"WITH {SEEN}", OF_SEEN), (f"WITH {SEEN}", ONE_BY_ONE))
    for gathered, condition in ways:
        members = text(
            f"{gathered} SELECT 1 FROM (SELECT id AS member_id FROM member) c WHERE {condition}"
            " AND member_id = :member"
        )
        listed = {
            whose
            for whose, union_id in office.unions.items()
            if session.scalar(members, scope_of(session, union_id).asked | {"member": member_id})
        }
        assert listed == found
    return found


def a_line(office: Districts) -> None:
    office.enrol([0], date(2023, 1, 1), unit=SOUTH)


def a_cover(office: Districts) -> None:
    office.covered([0], date(2023, 1, 1), unit=SOUTH)


def a_line_that_was_paid_for_and_credited_back(office: Districts) -> None:
    """Two units enrol, the other pays first."""
    due = office.enrol([0], date(2023, 1, 1), unit=SOUTH)
    with office.acting(NORTH):
        office.covered([0], date(2023, 1, 1), unit=NORTH)
    office.receive("50.00", date(2023, 1, 1), unit=SOUTH)
    assert office.outcomes(due.roster_id) == ["credited"]


def a_gift(office: Districts) -> None:
    assert office.give([0], date(2023, 1, 1), name=GIFT).enrolled == [2]


def a_place_that_was_refused(office: Districts) -> None:
    assert office.give([0], date(2022, 2, 1), name=GIFT).enrolled == []


def a_gift_cut_short(office: Districts) -> None:
    """A month of it is left."""
    a_gift(office)
    with office.acting(NORTH):
        office.covered([0], date(2023, 2, 1), unit=NORTH)
    assert "2023-01-01 2023-01-31 gift" in office.terms(0)


def a_gift_of_which_nothing_is_left(office: Districts) -> None:
    a_gift(office)
    with office.acting(NORTH):
        office.covered([0], date(2023, 1, 1), unit=NORTH)
    assert len(office.terms(0)) == 2


@pytest.mark.parametrize(
    ("given", "gives"),
    [
        (a_line, False),
        (a_line_that_was_paid_for_and_credited_back, False),
        (a_cover, True),
        (a_gift, True),
        (a_place_that_was_refused, False),
        (a_gift_cut_short, True),
        (a_gift_of_which_nothing_is_left, False),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_what_gives_access_to_a_member(
    office: Districts, given: Callable[[Districts], None], gives: bool
) -> None:
    assert who_reach(office, 0) == {CITY, NORTH}
    with office.acting(SOUTH):
        given(office)
    assert who_reach(office, 0) == ({CITY, NORTH, SOUTH} if gives else {CITY, NORTH})


def test_a_cover_that_has_ended_still_counts(office: Districts) -> None:
    """All covers here have: their claims come late."""
    assert office.covers(0)[-1][1] == date(2022, 12, 31)
    assert who_reach(office, 0) == {CITY, NORTH}


def test_a_line_that_a_split_has_put_elsewhere_counts_there(office: Districts) -> None:
    two = Two(office.officers[NORTH], office.officers[SOUTH])
    day, moved = date(2022, 6, 1), (office.member(0),)
    split(office.session, office.unit(NORTH).id, office.unit(SOUTH).id, day, moved, two)
    assert who_reach(office, 0) == {CITY, SOUTH}


def test_a_line_of_the_own_unit_without_a_cover_is_not_enough(office: Districts) -> None:
    with office.acting(NORTH):
        office.enrol([1], FIRST, unit=NORTH)
    assert who_reach(office, 1) == {CITY}


def test_an_officer_reaches_nobody_that_is_not_there(office: Districts) -> None:
    nobody = office.session.scalar(text("SELECT max(id) + 1 FROM member"))
    assert not any(reaches(office.session, union, nobody) for union in office.unions.values())
