"""A unit's contact hands in joiners and leavers; another person, an officer, lets them in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.add import add_account
from app.accounts.change import NotAnOfficer
from app.accounts.models import Role
from app.clock import today
from app.enrolment.hand_in import (
    ChangeListDecided,
    ChangeListOfOthers,
    ChangeListOfOwn,
    ChangeReasonMissing,
    ListWaitsAlready,
    NobodyChanges,
    NoSuchChangeList,
    faults_of,
    hand_in,
    read_list_again,
    refuse_list,
    take_list,
    withdraw_list,
)
from app.enrolment.models import ChangeList
from app.enrolment.reach import ConfirmerMayNot
from app.enrolment.upload import FormUsedAgain, UploadFileGone
from app.evidence.models import Event
from app.files.keep import let_go
from app.roster.models import Roster
from tests.db.asking import Asking
from tests.db.districts import NORTH, PASSWORD, SOUTH
from tests.factories import csv_bytes, make_id, make_name

HEAD = ["姓名", "身份证号", "增减", "日期", "原因"]
JOINS = [make_name(50), make_id(50), "增", "", ""]
LEAVES = [make_name(51), make_id(51), "减", "2026-03-31", "调走"]
STRANGER = [make_name(52), make_id(52), "减", "2026-03-31", "调走"]


class Handing(Asking):
    """A unit with a contact, with one person on its roster of this year."""

    def __post_init__(self) -> None:
        super().__post_init__()
        done = self.register()
        self.mine, self.login = done.unit_id, done.contact.login
        self.contact = self.account(self.login).id
        self.hand([*LEAVES[:2], "增", "", ""], key="first")
        take_list(self.session, self.newest, by=self.second)

    def hand(
        self, *rows: list[str], key: str = "form", by: int = 0, unit: int = 0, later: int = 0
    ) -> int:
        return hand_in(
            self.session,
            unit or self.mine,
            csv_bytes([HEAD, *rows]),
            name="增减.csv",
            starts_on=today() + timedelta(days=later),
            request_key=key,
            by=by or self.contact,
        )

    @property
    def newest(self) -> int:
        return int(self.session.scalar(select(func.max(ChangeList.id))))

    def of(self, list_id: int) -> ChangeList:
        asked = select(ChangeList).where(ChangeList.id == list_id)
        return self.session.scalars(asked.execution_options(populate_existing=True)).one()

    def rows(self) -> tuple[int, ...]:
        tables = ("roster", "roster_line", "unit_leaver", "member", "event")
        asked = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        return tuple(self.session.execute(text(f"SELECT {asked}")).one())


@pytest.fixture
def office(session):
    return Handing(session)


def test_nothing_is_done_before_an_officer_takes_the_list_in(office):
    before = office.rows()[:4]
    list_id = office.hand(JOINS, LEAVES, STRANGER)
    assert office.rows()[:4] == before
    changes = read_list_again(office.session, list_id)
    assert (len(changes.joiners), len(changes.leavers)) == (1, 2)
    changed = take_list(office.session, list_id, by=office.second)
    assert (len(changed.enrolled.enrolled), changed.left.new) == (1, [3])
    taken = office.of(list_id)
    assert (taken.state, taken.joiners, taken.leavers, taken.refused) == ("taken", 1, 1, 1)
    assert [(x.line, x.reason) for x in faults_of(taken.faults, list_id)] == [(4, "LeaverUnknown")]
    roster = office.session.get_one(Roster, taken.roster_id)
    assert (roster.recorded_by, roster.confirmed_on, roster.heads) == (office.second, today(), 1)
    said = select(Event.by).where(Event.act.like("changes.%"), Event.about == list_id)
    assert list(office.session.scalars(said.order_by(Event.id))) == [office.contact, office.second]


def test_44_a_list_with_another_day_is_not_taken_for_the_first(office):
    first = office.hand(JOINS, key="one", later=1)
    before = office.rows()
    assert office.hand(JOINS, key="one", later=1) == office.hand(JOINS, later=1) == first
    with pytest.raises(FormUsedAgain):
        office.hand(JOINS, key="one", later=2)
    with pytest.raises(FormUsedAgain):
        office.hand(JOINS, LEAVES, key="one", later=1)
    with pytest.raises(ListWaitsAlready):
        office.hand(JOINS, key="two", later=2)
    assert office.rows() == before
    withdraw_list(office.session, first, by=office.contact)
    assert office.hand(JOINS, key="two", later=2) != first


def test_a_list_is_decided_once(office):
    list_id = office.hand(JOINS)
    take_list(office.session, list_id, by=office.second)
    before = office.rows()
    with pytest.raises(ChangeListDecided):
        take_list(office.session, list_id, by=office.second)
    with pytest.raises(ChangeListDecided):
        refuse_list(office.session, list_id, reason="不对", by=office.by)
    with pytest.raises(ChangeListDecided):
        withdraw_list(office.session, list_id, by=office.contact)
    with pytest.raises(NoSuchChangeList):
        take_list(office.session, 999_999, by=office.second)
    assert office.rows() == before


def test_the_same_form_and_the_same_file_are_one_list(office):
    list_id = office.hand(JOINS)
    assert office.hand(JOINS) == list_id
    assert office.hand(JOINS, key="other") == list_id
    with pytest.raises(FormUsedAgain):
        office.hand(JOINS, LEAVES)
    withdraw_list(office.session, list_id, by=office.contact)
    assert office.hand(JOINS, key="again") != list_id


def test_who_may_hand_in_and_who_decides(office):
    session = office.session
    for other in (office.unit_id(NORTH), office.unit_id(SOUTH)):
        with pytest.raises(ConfirmerMayNot):
            office.hand(JOINS, unit=other)
    list_id = office.hand(JOINS)
    with pytest.raises(NotAnOfficer):
        take_list(session, list_id, by=office.contact)
    with pytest.raises(ConfirmerMayNot):
        take_list(session, list_id, by=office.officers[SOUTH])
    with pytest.raises(ChangeListOfOthers):
        withdraw_list(session, list_id, by=office.second)
    with pytest.raises(ChangeReasonMissing):
        refuse_list(session, list_id, reason=" ", by=office.second)
    refuse_list(session, list_id, reason="身份证号有误", by=office.officers[NORTH])
    assert (office.of(list_id).state, office.of(list_id).reason) == ("refused", "身份证号有误")
    # An officer's own list is another officer's to decide, and another person's.
    own = office.hand(JOINS, key="own", by=office.second)
    for same in (office.second, twice_an_officer(office)):
        with pytest.raises(ChangeListOfOwn):
            take_list(session, own, by=same)
    take_list(session, own, by=office.by)


def twice_an_officer(office: Handing) -> int:
    """Another account of the second officer's own person."""
    member = office.session.scalar(text("SELECT min(id) FROM member"))
    office.session.execute(
        text("UPDATE account SET member_id = :member WHERE id = :id"),
        {"member": member, "id": office.second},
    )
    asked = ("deputy2", "乙", Role.OFFICER, PASSWORD)
    made = add_account(office.session, *asked, by=office.by)
    office.session.execute(
        text("UPDATE account SET member_id = :member WHERE id = :id"),
        {"member": member, "id": made},
    )
    return made


def test_a_contact_that_was_replaced_hands_in_nothing_more(office):
    list_id = office.hand(JOINS)
    office.name_contact(office.mine)
    with pytest.raises(ConfirmerMayNot):
        office.hand(LEAVES, key="more")
    # What was handed in before waits for the officer all the same.
    take_list(office.session, list_id, by=office.second)


def test_what_says_nothing_or_is_gone(office):
    before = office.rows()
    with pytest.raises(NobodyChanges):
        office.hand([make_name(50), make_id(50), "变", "", ""])
    assert office.rows() == before
    list_id = office.hand(JOINS)
    let_go(office.session, office.of(list_id).file_id)
    office.session.expire_all()
    with pytest.raises(UploadFileGone):
        take_list(office.session, list_id, by=office.second)
    refuse_list(office.session, list_id, reason="文件已过期", by=office.second)


@pytest.mark.parametrize("who", ["contact", "by", "gone"])
def test_the_database_wants_another_person_an_officer(office, who):
    list_id = office.hand(JOINS, by=office.by if who == "by" else 0)
    if who == "gone":
        office.session.execute(
            text("UPDATE account SET disabled_at = now() WHERE id = :id"), {"id": office.second}
        )
    decided = {"contact": office.contact, "by": office.by, "gone": office.second}[who]
    taken = text("UPDATE change_list SET state = 'taken', decided_by = :by WHERE id = :id")
    with pytest.raises(IntegrityError, match="two_people"):
        office.session.execute(taken, {"by": decided, "id": list_id})


def test_the_database_lets_nothing_be_decided_twice(office):
    list_id = office.hand(JOINS)
    refuse_list(office.session, list_id, reason="不对", by=office.second)
    taken = text("UPDATE change_list SET state = 'taken', reason = NULL WHERE id = :id")
    with pytest.raises(IntegrityError, match="two_people"):
        office.session.execute(taken, {"id": list_id})


def test_a_list_that_waits_is_closed_when_its_unit_goes(office):
    waits = office.hand(JOINS)
    into = office.register(12).unit_id
    office.merge(office.mine, into)
    found = office.of(waits)
    assert (found.state, found.decided_by) == ("refused", office.second)
    assert "已并入" in found.reason
    with pytest.raises(ChangeListDecided):
        take_list(office.session, waits, by=office.second)
