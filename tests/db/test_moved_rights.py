"""What goes along with a unit, or with people, to another district or unit: who reads and decides.

The north's unit goes to the south. From then on its notices, orders and requests are the south's
business, and no longer the north's. Whoever went with a part of a unit, or with a unit that went
into another, is of that one: it says who leaves, and enrols them anew as its own.
"""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.enrolment.difference import gone_how, moved_from
from app.enrolment.leave import Leaver, leave
from app.notices.outbox import listed
from app.notices.write import write
from app.online.listed import online_orders
from app.online.order import order_for_unit
from app.unions.tree import reach_of_union
from app.units.ask import ask_change
from app.units.asked import Change
from app.units.decide import approve
from app.units.may import MayNotDecide
from app.units.waiting import waiting_requests
from tests.db.asking import Asking
from tests.db.districts import CITY, NORTH, SOUTH
from tests.factories import make_id

START, MOVED_ON, LEFT_ON = date(2023, 1, 1), date(2023, 7, 1), date(2023, 9, 30)
GOES = 4


@pytest.fixture
def office(session: Session) -> Asking:
    made = Asking(session)
    made.register(GOES, NORTH)
    made.covered([41, 42], START, unit=GOES)
    made.covered([2], START, unit=SOUTH)
    return made


def go(office: Asking) -> None:
    office.change(office.unit_id(GOES), MOVED_ON, name="南迁小学", union_id=office.unions[SOUTH])


def seen_by(office: Asking) -> dict[int, tuple[list[str | None], list[str], list[str]]]:
    """By whose officer looks: of notices, orders and requests the unit, as far as they are seen."""
    session, found = office.session, {}
    for whose, union_id in office.unions.items():
        reach = reach_of_union(session, union_id)
        found[whose] = (
            [x.unit for x in listed(session, reach=reach) if x.kind == "window_opens"],
            [x.unit for x in online_orders(session, reach)],
            [x.union for x in waiting_requests(session, reach)],
        )
    return found


def test_its_notices_orders_and_requests_are_the_other_districts(office: Asking) -> None:
    session, unit = office.session, office.unit_id(GOES)
    write(session, "window_opens", dedupe="unit", unit_id=unit, year=2023)
    write(session, "window_opens", dedupe="member", member_id=office.member(41), year=2023)
    office.enrol([43], date(2023, 2, 1), unit=GOES)
    order_for_unit(session, unit, 2023, 10_00, by=office.by, provider="wechat")
    asked = ask_change(session, unit, Change(MOVED_ON, unit_percent=10), by=office.by)
    name, new = "第4小学", "南迁小学"
    everything = ([None, name], [name], ["北区总工会"])
    assert seen_by(office) == {CITY: everything, NORTH: everything, SOUTH: ([], [], [])}
    go(office)
    everything = ([None, new], [new], ["南区总工会"])
    assert seen_by(office) == {CITY: everything, NORTH: ([], [], []), SOUTH: everything}
    with pytest.raises(MayNotDecide):
        approve(session, asked.request_id, by=office.officers[NORTH])
    approve(session, asked.request_id, by=office.officers[SOUTH])
    assert office.now(unit).unit_percent == 10


def test_a_gift_makes_its_notices_the_unions_that_gave_it(office: Asking) -> None:
    office.open_of(SOUTH, "南区关爱", opens_on=START, closes_on=date(2023, 12, 31))
    office.give([9], START, name="南区关爱")
    member = office.member(9)
    write(office.session, "window_opens", dedupe="given", member_id=member, year=2023)
    found = {whose: notices for whose, (notices, _, _) in seen_by(office).items()}
    assert found == {CITY: [None], NORTH: [], SOUTH: [None]}


def leaves(office: Asking, unit: int, who: int) -> bool:
    """Whether a unit can say that somebody has left; the same again changes nothing."""
    row, unit_id = Leaver(2, make_id(who), LEFT_ON, "resigned"), office.unit_id(unit)
    told = leave(office.session, unit_id, [row], by=office.by)
    again = leave(office.session, unit_id, [row], by=office.by)
    assert again.known == told.new
    assert bool(told.new) != bool(told.faults)
    return bool(told.new)


def test_who_came_with_a_unit_that_went_into_another_leaves_that_one(office: Asking) -> None:
    office.merge(office.unit_id(GOES), office.unit_id(SOUTH), MOVED_ON)
    assert leaves(office, SOUTH, 41)
    assert not leaves(office, SOUTH, 99)
    members, into = [office.member(41), office.member(42)], office.unit_id(SOUTH)
    assert gone_how(office.session, members, into).left == {members[0]}
    assert moved_from(office.session, members, into, 2024, None) == {}, "they are its own"
    stays = office.unit_id(NORTH)
    assert {*moved_from(office.session, members, stays, 2024, None)} == {*members}


def test_who_went_with_a_part_of_a_unit_leaves_where_it_went(office: Asking) -> None:
    session, unit, to = office.session, office.unit_id(GOES), office.unit_id(SOUTH)
    office.split(unit, to, [42], MOVED_ON)
    assert (leaves(office, GOES, 42), leaves(office, SOUTH, 42)) == (False, True)
    assert (leaves(office, GOES, 41), leaves(office, SOUTH, 41)) == (True, False)
    one, two = office.member(41), office.member(42)
    north, south = (reach_of_union(session, office.unions[x]) for x in (NORTH, SOUTH))
    assert moved_from(session, [one, two], to, 2024, south) == {one: ""}
    assert moved_from(session, [one, two], unit, 2024, None) == {two: "南区单位"}
    assert moved_from(session, [one, two], unit, 2024, north) == {two: ""}
