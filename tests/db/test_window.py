"""Within the window units enrol; outside it by permission, or joiners where the scheme says so."""

from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import text, update

from app.accounts.models import Account
from app.clock import today
from app.db import transaction
from app.enrolment.changes import take_changes
from app.enrolment.enrol import Asked, Enrolled, enrol
from app.enrolment.leave import Leaver
from app.enrolment.models import RosterUpload
from app.enrolment.self_enrol import SelfAsked, open_gig_unit, self_enrol
from app.enrolment.upload_enrol import enrol_upload
from app.enrolment.window import (
    LateWhyMissing,
    NotTheCounty,
    OutsideWindow,
    UntilWrong,
    permit_late,
)
from app.errands import do_errands
from app.roster.units import add_unit
from app.schemes.draft import open_next, set_figures
from app.schemes.publish_draft import publish_draft
from app.unions.models import Union
from tests.db.drafting import Federation, count
from tests.db.giving import Giving
from tests.db.office import person
from tests.db.sending import confirm, send, stands
from tests.db.sending import person as sent
from tests.factories import make_account, make_id, make_name, make_uscc, roster_xlsx
from tests.workers.town import town_in

OPENS, CLOSES = date(2024, 10, 8), date(2024, 12, 20)
AFTER = date(2025, 2, 1)


class City(Federation):
    """A city whose 2025 scheme has a window."""

    def published(self, *, mid_year: bool) -> "City":
        opened = open_next(self.session, 2025, from_year=2024, by=self.by)
        window = {"from": str(OPENS), "to": str(CLOSES), "mid_year": mid_year}
        new = set_figures(self.session, opened.id, {"enrolment": window}, by=self.by)
        publish_draft(self.session, opened.id, digest=new.digest, by=self.officer("second"))
        return self

    def come(self, people: list[int], on: date, starts: date = date(2025, 1, 1)) -> Enrolled:
        """A roster that is entered on a day."""
        unit = self.unit()
        rows = [person(seed, line) for line, seed in enumerate(people, 2)]
        digest = sha256(repr(rows).encode()).hexdigest()
        asked = Asked(
            unit,
            starts.year,
            starts,
            max(OPENS, date(starts.year - 1, 1, 1)),
            50,
            digest,
            entered_on=on,
        )
        return enrol(self.session, asked, rows, by=self.by)


@pytest.fixture
def city(session):
    return City(session).published(mid_year=True)


def refused(city: City, people: list[int], on: date, starts: date = date(2025, 1, 1)) -> None:
    before = city.counts()
    with pytest.raises(OutsideWindow) as outside, city.session.begin_nested():
        city.come(people, on, starts)
    assert city.counts() == before
    assert outside.value.facts["closes_on"] in {"2024-12-20", "2025-12-20"}


def test_the_first_and_the_last_day_are_in_the_window(city):
    refused(city, [1], date(2024, 10, 7))
    assert city.come([1], OPENS).enrolled
    assert city.come([1, 2], CLOSES).enrolled
    refused(city, [3], date(2024, 12, 21))


def test_a_permission_lasts_to_its_day_and_for_its_unit_and_year(city):
    second = city.unit(2)
    permit_late(city.session, second.id, year=2025, until=AFTER, why="停产", by=city.by, on=CLOSES)
    refused(city, [1], AFTER)
    unit = city.unit()
    permit_late(city.session, unit.id, year=2024, until=CLOSES, why="停产", by=city.by, on=CLOSES)
    refused(city, [1], AFTER)
    permit_late(city.session, unit.id, year=2025, until=AFTER, why="停产", by=city.by, on=CLOSES)
    assert city.come([1], AFTER).enrolled
    refused(city, [2], date(2025, 2, 2))


def test_joiners_come_within_the_year_of_a_unit_that_is_enrolled(city):
    later = date(2025, 3, 1)
    refused(city, [1], AFTER, later)
    city.come([1], OPENS)
    assert city.come([2], AFTER, later).enrolled
    # From the year's first day: that is no joiner.
    refused(city, [3], AFTER)


def test_where_the_scheme_takes_no_joiners_nobody_joins(session):
    city = City(session).published(mid_year=False)
    city.come([1], OPENS)
    refused(city, [2], AFTER, date(2025, 3, 1))


def test_a_list_of_changes_is_refused_whole_where_nobody_joins(session):
    city = City(session).published(mid_year=False)
    city.come([1], OPENS)
    left = [Leaver(3, make_id(1), date(2025, 2, 28), "resigned")]
    start = date(2025, 3, 1)
    asked = Asked(city.unit(), 2025, start, OPENS, 50, "c" * 64, entered_on=AFTER)
    before = city.counts()
    with pytest.raises(OutsideWindow), session.begin_nested():
        take_changes(session, asked, [person(2)], left, by=city.by)
    assert city.counts() == before
    assert take_changes(session, asked, [], left, by=city.by).left.new == [3]


class Gigs(City, Giving):
    """A city that gives, and lets gig workers enrol alone."""

    def alone(self, seed: int) -> SelfAsked:
        return SelfAsked(
            unit_id=self.unit(9, percent=0).id,
            name=make_name(seed),
            certno=make_id(seed),
            occupation="rider",
            platform="",
            phone="13900000000",
            account=make_account(seed),
            consent=True,
            request_key=f"{seed:032x}",
            address="192.0.2.1",
        )


def test_who_enrols_alone_is_a_joiner_though_the_union_sent_no_roster(session):
    city = Gigs(session).published(mid_year=True)
    open_gig_unit(session, city.unit(9, percent=0).id, by=city.by)
    assert self_enrol(session, city.alone(1)).reference


def test_where_nobody_joins_who_enrols_alone_needs_the_permission_too(session):
    city = Gigs(session).published(mid_year=False)
    unit = city.unit(9, percent=0)
    open_gig_unit(session, unit.id, by=city.by)
    now = today()
    with pytest.raises(OutsideWindow):
        self_enrol(session, city.alone(1))
    assert count(session, "member") == 0
    until = date(now.year, 12, 31)
    permit_late(session, unit.id, year=now.year, until=until, why="骑手", by=city.by)
    assert self_enrol(session, city.alone(1)).reference


def test_gifts_go_by_the_days_of_their_campaign(session):
    city = Gigs(session).published(mid_year=False)
    city.open()
    assert not city.give([1], AFTER).faults
    assert count(session, "gift_place") == 1


def test_who_is_enrolled_can_be_named_anew_on_any_day(city):
    city.come([1], OPENS)
    row = person(1, account=7)
    asked = Asked(city.unit(), 2025, date(2025, 1, 1), OPENS, 50, "f" * 64, entered_on=AFTER)
    answer = enrol(city.session, asked, [row], by=city.by)
    assert (answer.enrolled, answer.unchanged) == ([], [2])
    assert count(city.session, "bank_account") == 1


def test_the_window_of_a_later_year_is_as_much_later(city):
    refused(city, [1], OPENS, date(2026, 1, 1))
    assert city.come([1], date(2025, 10, 8), date(2026, 1, 1)).enrolled


def test_old_schemes_have_no_window(city):
    assert city.come([1], date(2030, 6, 1), date(2024, 1, 1)).enrolled


@pytest.fixture
def town(database):
    """Its next year, 2024, has a window that was closed long ago."""
    with town_in(database, people=1) as made:
        with transaction() as session:
            opened = open_next(session, 2024, from_year=2023, by=made.by)
            window = {"from": "2023-10-08", "to": "2023-12-20", "mid_year": True}
            new = set_figures(session, opened.id, {"enrolment": window}, by=made.by)
            second = session.scalar(text("SELECT max(id) FROM account WHERE role = 'officer'"))
            publish_draft(session, opened.id, digest=new.digest, by=second)
        yield made


def test_an_upload_goes_by_the_day_it_was_sent_and_then_confirmed(town):
    content = roster_xlsx([sent(7)])
    late = send(town, content, "late")
    do_errands()
    state, report = stands(late)
    assert (state, report.file_fault.reason) == ("refused", "OutsideWindow")
    assert report.file_fault.facts["closes_on"] == "2023-12-20"
    within = send(town, content)
    entered = update(RosterUpload).where(RosterUpload.id == within)
    with transaction() as session:
        session.execute(entered.values(entered_on=date(2023, 12, 20)))
    do_errands()
    assert stands(within)[0] == "checked"
    with pytest.raises(OutsideWindow):
        confirm(within)
    # Confirmed on the last day; the worker came after it.
    said = {"state": "enrolling", "confirmed_by": town.by}
    with transaction() as session:
        session.execute(entered.values(said))
    with transaction() as session:
        enrol_upload(session, within)
    assert stands(within)[0] == "enrolled"
    # Names and accounts of who is enrolled need no window.
    again = send(town, roster_xlsx([sent(7, "改名")]), "again")
    do_errands()
    confirm(again)
    do_errands()
    assert stands(again)[0] == "enrolled"


def test_the_county_permits_and_the_units_own_union_does_not(session, city):
    county = city.district()
    own = Union(name="厂工会", parent_id=county)
    other = Union(name="南区总工会", parent_id=city.session.get_one(Union, county).parent_id)
    session.add_all([own, other])
    session.flush()
    unit = city.unit(9)
    unit_id = add_unit(
        session, uscc=make_uscc(77), name="厂", union_id=own.id, unit_percent=50, by=city.by
    )
    asked = {"year": 2025, "until": AFTER, "why": "停产", "on": CLOSES}
    for login, union in (("own", own.id), ("other", other.id)):
        with pytest.raises(NotTheCounty):
            permit_late(session, unit_id, **asked, by=city.officer(login, union))
    with pytest.raises(NotTheCounty):
        permit_late(session, unit.id, **asked, by=city.officer("far", county))
    for login, union in (("north", county), ("third", None)):
        assert permit_late(session, unit_id, **asked, by=city.officer(login, union))
    assert count(session, "late_permission") == 2


def test_a_units_own_union_right_under_the_citys_is_no_county(session, city):
    top = city.session.get_one(Account, city.by).union_id
    own = Union(name="直属厂工会", parent_id=top, kind="unit")
    session.add(own)
    session.flush()
    unit_id = add_unit(
        session, uscc=make_uscc(78), name="直属厂", union_id=own.id, unit_percent=50, by=city.by
    )
    asked = {"year": 2025, "until": AFTER, "why": "停产", "on": CLOSES}
    with pytest.raises(NotTheCounty):
        permit_late(session, unit_id, **asked, by=city.officer("own", own.id))
    assert permit_late(session, unit_id, **asked, by=city.by)


def test_a_permission_says_why_and_ends_with_its_year(session, city):
    unit = city.unit().id
    given = {"year": 2025, "by": city.by, "on": AFTER}
    for until in (date(2025, 1, 31), date(2026, 1, 1)):
        with pytest.raises(UntilWrong):
            permit_late(session, unit, until=until, why="停产", **given)
    for why in ("", "  ", "x" * 501, "a\x00b"):
        with pytest.raises(LateWhyMissing):
            permit_late(session, unit, until=AFTER, why=why, **given)
    assert count(session, "late_permission") == 0
