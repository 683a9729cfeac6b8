"""A unit goes into another: people, covers and open money follow; what was stays readable."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.models import Role
from app.clock import today
from app.contributions.receive import ReferenceUsed
from app.contributions.standing import standing
from app.enrolment.reach import ConfirmerMayNot, check_confirmer
from app.roster.now import NoUnit, UnitMerged, standing_as_one
from app.roster.units import add_unit
from app.units.appoint import contact_of, give_password
from app.units.ask import DayAhead, SameUnit, ask_change, ask_contact, ask_merge
from app.units.asked import Change, Contact, State
from app.units.decide import RequestDecided, approve
from app.units.may import MayNotAsk, MayNotDecide, SamePerson
from app.units.merge import IntoOwnChild
from app.units.waiting import requests
from app.units.write import ChangeBefore
from app.web.paging import Asked as Paging
from app.web.read.scope import scope_of
from app.web.read.unit import unit_seen, years_of
from app.web.read.unit_people import people_of
from app.web.read.units import totals, units
from tests.db.asking import PHONE, Asking
from tests.db.districts import CITY, NORTH, PASSWORD, SOUTH
from tests.db.office import assert_sound, bill, person
from tests.factories import make_uscc

START = date(2023, 1, 1)
ONE, TWO, THREE = 31, 32, 33
"""Units of the north, each with a union and a contact of its own."""


@pytest.fixture
def office(session: Session) -> Asking:
    made = Asking(session)
    for seed in (ONE, TWO, THREE):
        made.register(seed)
    return made


def held(office: Asking, seed: int, account: str = "2101", year: int = 2023) -> int:
    """What the books hold for a unit, credit positive, in fen."""
    found = office.session.scalar(
        text(
            "SELECT -sum(p.amount_fen) FROM posting p JOIN entry e ON e.id = p.entry_id"
            " WHERE p.account = :account AND p.unit_id = :unit AND e.benefit_year = :year"
        ),
        {"account": account, "unit": office.unit_id(seed), "year": year},
    )
    return int(found or 0)


def listed(office: Asking, seed: int, whose: int = NORTH) -> set[int]:
    """Who stands on the lists of a unit's page in 2023."""
    scope = scope_of(office.session, office.unions[whose])
    page = people_of(office.session, office.unit_id(seed), scope, 2023, Paging(None, 50))
    return {each.member_id for each in page.rows}


def test_open_money_goes_along_and_fills_the_rosters_of_both_oldest_first(office: Asking) -> None:
    first = office.enrol([1, 2], START, unit=ONE)
    other = office.enrol([3], START, unit=TWO)
    office.receive("70", START, unit=ONE)
    one, two = office.unit_id(ONE), office.unit_id(TWO)
    office.merge(one, two, START + timedelta(days=30))
    assert (held(office, ONE), held(office, TWO)) == (0, 70_00)
    assert standing(office.session, two, 2023).missing_fen == 80_00
    # 30 for the first roster, of ONE, before anything for that of TWO.
    office.receive("30", START + timedelta(days=40), unit=TWO)
    assert office.outcomes(first.roster_id) == ["covered", "covered"]
    assert office.outcomes(other.roster_id) == []
    assert (held(office, ONE), held(office, TWO)) == (0, 0)
    office.receive("50", START + timedelta(days=50), unit=TWO)
    assert office.outcomes(other.roster_id) == ["covered"]
    assert (held(office, TWO), office.balance("2101", 2023)) == (0, 0)
    assert_sound(office.session)


def test_what_one_had_paid_too_much_fills_the_others_roster_at_once(office: Asking) -> None:
    waiting = office.enrol([1], START, unit=TWO)
    office.receive("50", START, unit=ONE)
    office.merge(office.unit_id(ONE), office.unit_id(TWO), START)
    assert office.outcomes(waiting.roster_id) == ["covered"]
    assert office.covers(1)[0][:2] == (START, date(2023, 12, 31))
    assert (held(office, ONE), held(office, TWO)) == (0, 0)


def test_it_fills_the_roster_of_a_unit_that_had_gone_before(office: Asking) -> None:
    waiting = office.enrol([1], START, unit=ONE)
    one, two, city = (office.unit_id(x) for x in (ONE, TWO, CITY))
    office.merge(one, two, START)
    office.receive("50", START, unit=CITY)
    office.merge(two, city, START)
    assert standing(office.session, city, 2023).missing_fen == 0
    assert office.outcomes(waiting.roster_id) == ["covered"]


def test_money_credited_back_goes_along_year_by_year(office: Asking) -> None:
    office.covered([1], START, unit=CITY)
    office.enrol([2], date(2022, 1, 1), unit=ONE)
    # Two units enrol person 3; the other pays first.
    twice = office.enrol([3], START, unit=ONE)
    office.covered([3], START, unit=CITY)
    office.receive("50", START, unit=ONE)
    office.receive("20", date(2022, 1, 1), unit=ONE)
    assert office.outcomes(twice.roster_id) == ["credited"]
    before = (held(office, ONE, "2102"), held(office, ONE, year=2022))
    assert before == (50_00, 20_00)
    office.merge(office.unit_id(ONE), office.unit_id(TWO))
    assert (held(office, ONE, "2102"), held(office, ONE, year=2022)) == (0, 0)
    assert (held(office, TWO, "2102"), held(office, TWO, year=2022)) == before


def test_later_money_and_the_same_reference_for_the_old_unit_are_the_new_ones(
    office: Asking,
) -> None:
    office.enrol([1], START, unit=ONE)
    office.receive("20", START, unit=ONE, ref="A-1")
    office.merge(office.unit_id(ONE), office.unit_id(TWO), START)
    assert office.receive("20", START, unit=ONE, ref="A-1").again
    assert office.receive("20", START, unit=TWO, ref="A-1").again
    with pytest.raises(ReferenceUsed):
        office.receive("21", START, unit=TWO, ref="A-1")
    office.receive("30", START, unit=ONE, ref="A-2")
    assert (held(office, ONE), held(office, TWO)) == (0, 0)
    assert len(office.covers(1)) == 1


def test_the_lists_of_the_other_show_its_people_and_its_own_stay_readable(office: Asking) -> None:
    session, one, two = office.session, office.unit_id(ONE), office.unit_id(TWO)
    office.covered([1, 2], START, unit=ONE)
    office.covered([3], START, unit=TWO)
    ours, theirs = listed(office, ONE), listed(office, TWO)
    office.merge(one, two, START)
    assert listed(office, TWO) == ours | theirs
    assert listed(office, ONE) == ours
    scope = scope_of(session, office.unions[NORTH])
    seen = unit_seen(session, one, scope)
    assert seen
    assert (seen.merged, seen.stands_name, seen.merged_on) == (True, "第32小学", START)
    (year,) = years_of(session, two)
    assert sorted(str(x.of_unit) for x in year.rosters) == ["None", "第31小学"]
    assert (year.heads, year.covered, year.due_fen, year.received_fen) == (3, 3, 150_00, 150_00)
    rows = {x.uscc: x.enrolled for x in units(session, scope, 2023, Paging(None, 50)).rows}
    assert rows == {office.now(two).uscc: 3}
    assert totals(session, scope, 2023).enrolled == 3


def test_who_is_on_the_old_units_roster_is_not_enrolled_or_charged_again(office: Asking) -> None:
    office.enrol([1], START, unit=ONE)
    office.merge(office.unit_id(ONE), office.unit_id(TWO), START)
    again = office.enrol([1, 2], START, unit=TWO)
    assert (again.unchanged, again.enrolled) == ([2], [3])
    with pytest.raises(UnitMerged, match="第32小学"):
        office.enrol([5], START, unit=ONE)


def test_the_old_contact_is_out_and_the_new_units_contact_sees_all(office: Asking) -> None:
    session, one, two = office.session, office.unit_id(ONE), office.unit_id(TWO)
    office.merge(one, two)
    old, new = contact_of(session, one), contact_of(session, two)
    assert old
    assert new
    assert office.account(old.login).disabled_at
    with pytest.raises(ConfirmerMayNot):
        check_confirmer(session, one, by=old.account_id)
    check_confirmer(session, one, by=new.account_id)
    assert unit_seen(session, one, scope_of(session, office.now(two).union_id))


def test_an_account_that_the_old_contact_gave_is_still_paid_to(office: Asking) -> None:
    """Its union is neither that which answers now nor above it: it was when the account came."""
    old = contact_of(office.session, office.unit_id(ONE))
    assert old
    officer, office.by = office.by, old.account_id
    office.enrol([person(1, account=1)], START, unit=ONE)
    office.by = officer
    office.receive("50", START, unit=ONE)
    office.determine(bill("B1", 1, "2023-03-01", "1000.00"))
    office.merge(office.unit_id(ONE), office.unit_id(TWO), START)
    office.pay(2023)
    assert office.live("B1").state == "paid"


def test_units_that_went_before_go_along_and_there_are_no_circles(office: Asking) -> None:
    session = office.session
    one, two, three = (office.unit_id(seed) for seed in (ONE, TWO, THREE))
    office.receive("10", START, unit=ONE)
    office.merge(one, two, START)
    office.merge(two, three, START)
    assert standing_as_one(session, one) == [one, two, three]
    assert (held(office, ONE), held(office, TWO), held(office, THREE)) == (0, 0, 10_00)
    with pytest.raises(UnitMerged):
        ask_merge(session, three, one, START, by=office.by)
    with pytest.raises(UnitMerged):
        ask_merge(session, one, three, START, by=office.by)
    for into, seq in ((one, 2), (two, 2)):
        row = {"unit": three, "into": into, "seq": seq, "union": office.unions[NORTH]}
        row |= {"day": today(), "by": office.by, "second": office.second}
        with pytest.raises(IntegrityError, match="history does not follow"), session.begin_nested():
            session.execute(
                text(
                    "INSERT INTO unit_change (unit_id, seq, name, union_id, unit_percent, into_id,"
                    " from_on, why, recorded_by, approved_by) VALUES (:unit, :seq, 'x', :union, 1,"
                    " :into, :day, 'merged', :by, :second)"
                ),
                row,
            )


def test_two_mergers_asked_for_at_once_make_no_circle(office: Asking) -> None:
    one, two = office.unit_id(ONE), office.unit_id(TWO)
    there = ask_merge(office.session, one, two, START, by=office.by)
    back = ask_merge(office.session, two, one, START, by=office.by)
    approve(office.session, there.request_id, by=office.second)
    with pytest.raises(RequestDecided):
        approve(office.session, back.request_id, by=office.second)


def test_what_is_no_merger_is_refused(office: Asking) -> None:
    session, one, two = office.session, office.unit_id(ONE), office.unit_id(TWO)
    with pytest.raises(SameUnit):
        ask_merge(session, one, one, START, by=office.by)
    with pytest.raises(DayAhead):
        ask_merge(session, one, two, today() + timedelta(days=1), by=office.by)
    with pytest.raises(NoUnit):
        ask_merge(session, one, 10**12, START, by=office.by)
    asked = ask_merge(session, one, two, START, by=office.by)
    with pytest.raises(SamePerson):
        approve(session, asked.request_id, by=office.by)
    contact = contact_of(session, one)
    assert contact
    with pytest.raises(MayNotAsk):
        ask_merge(session, one, two, START, by=contact.account_id)
    office.change(one, from_on=START + timedelta(days=90), name="新名")
    with pytest.raises(ChangeBefore):
        approve(session, asked.request_id, by=office.second)


def test_a_unit_does_not_go_into_one_below_its_own_union(office: Asking) -> None:
    """A unit's officer registers a workshop as a unit below the unit's own union."""
    session, one = office.session, office.unit_id(ONE)
    own = office.now(one).union_id
    child = add_unit(
        session, uscc=make_uscc(77), name="车间", union_id=own, unit_percent=50, by=office.by
    )
    asked = ask_merge(session, one, child, START, by=office.by)
    with pytest.raises(IntoOwnChild):
        approve(session, asked.request_id, by=office.second)


def test_across_districts_both_are_reached_by_who_asks_and_who_decides(office: Asking) -> None:
    session, one, south = office.session, office.unit_id(ONE), office.unit_id(SOUTH)
    north = office.officers[NORTH]
    with pytest.raises(MayNotAsk):
        ask_merge(session, one, south, START, by=north)
    asked = ask_merge(session, one, south, START, by=office.by)
    deputy = add_account(
        session, "n2", "北二", Role.OFFICER, PASSWORD, by=office.by, union_id=office.unions[NORTH]
    )
    for half in (north, deputy, office.officers[SOUTH]):
        with pytest.raises(MayNotDecide):
            approve(session, asked.request_id, by=half)
    approve(session, asked.request_id, by=office.second)
    assert office.now(one).union_id == office.unions[SOUTH]


def test_what_has_gone_changes_no_more(office: Asking) -> None:
    one = office.unit_id(ONE)
    office.merge(one, office.unit_id(TWO))
    with pytest.raises(UnitMerged):
        ask_change(office.session, one, Change(today(), name="新"), by=office.by)
    with pytest.raises(UnitMerged):
        ask_contact(office.session, one, Contact("王", PHONE), by=office.by)


def test_what_waited_for_it_is_closed_with_it(office: Asking) -> None:
    """A change, a contact, a split of it, and another that was to go into it."""
    session, one, two = office.session, office.unit_id(ONE), office.unit_id(TWO)
    third = office.register(55).unit_id
    change = ask_change(session, one, Change(today(), name="新"), by=office.by)
    contact = ask_contact(session, one, Contact("王", PHONE), by=office.by)
    coming = ask_merge(session, third, one, today(), by=office.by)
    other = ask_contact(session, two, Contact("李", PHONE), by=office.by)
    office.merge(one, two)
    for asked in (change, contact, coming):
        with pytest.raises(RequestDecided), session.begin_nested():
            approve(session, asked.request_id, by=office.second)
    closed = {x.id: x.reason for x in requests(session, None) if x.state == State.REFUSED}
    assert set(closed) == {change.request_id, contact.request_id, coming.request_id}
    assert all("已并入" in (reason or "") for reason in closed.values())
    approve(session, other.request_id, by=office.second)


def test_who_may_not_ask_learns_nothing_of_what_has_gone(office: Asking) -> None:
    one = office.unit_id(ONE)
    office.merge(one, office.unit_id(TWO))
    with pytest.raises(MayNotAsk):
        ask_contact(office.session, one, Contact("王", PHONE), by=office.officers[SOUTH])
    with pytest.raises(MayNotAsk):
        give_password(office.session, one, by=office.officers[SOUTH])
    with pytest.raises(MayNotAsk):
        ask_merge(office.session, office.unit_id(SOUTH), one, today(), by=office.officers[SOUTH])


MONEY = text(
    "SELECT e.benefit_year, p.account, sum(p.amount_fen)::bigint FROM posting p"
    " JOIN entry e ON e.id = p.entry_id WHERE p.account IN ('2101', '2102') GROUP BY 1, 2"
    " HAVING sum(p.amount_fen) <> 0 ORDER BY 1, 2"
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    receipts=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 200), st.booleans()), max_size=6),
    order=st.permutations([(0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (1, 3)]),
)
def test_mergers_in_any_order_keep_the_money_held(office: Asking, receipts, order) -> None:
    """Of each benefit year, whatever is merged in what order; and what has gone holds nothing."""
    seeds = (ONE, TWO, THREE, NORTH)
    trial = office.session.begin_nested()
    for at, yuan, early in receipts:
        on = date(2022, 5, 1) if early else date(2023, 5, 1)
        office.receive(f"{yuan}.00", on, unit=seeds[at])
    before = office.session.execute(MONEY).all()
    gone = set()
    for one, into in order:
        if one in gone or into in gone:
            continue
        office.merge(office.unit_id(seeds[one]), office.unit_id(seeds[into]))
        gone.add(one)
        assert office.session.execute(MONEY).all() == before
        for each in gone:
            for year in (2022, 2023):
                assert held(office, seeds[each], year=year) == 0
    assert len(gone) == 3
    trial.rollback()
