"""What a unit was on any day, as known on any day; contacts; and people who go to another unit."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.sign_in import account_of, open_session
from app.claims.scope import reaches
from app.clock import today
from app.cover.as_of import covered_on
from app.enrolment.reach import ConfirmerMayNot, check_confirmer
from app.enrolment.upload import Wish, take_upload
from app.enrolment.upload_check import Opened, enrol_opened
from app.enrolment.upload_state import upload_of
from app.files.workbook import read_book
from app.notices.deliver import deliver_one
from app.notices.senders import Message
from app.notices.write import write
from app.roster.now import percent_on
from app.roster.sheet import read_roster
from app.units.account import paid_back_to
from app.units.appoint import contact_of
from app.units.as_of import units_on
from app.units.ask import DayAhead, NoSuchDistrict, ask_change, ask_contact, ask_split
from app.units.asked import Change, Contact, NothingChanges
from app.units.decide import approve
from app.units.may import MayNotAsk
from app.units.movable import NobodyToMove, NotOfUnit
from app.units.named import Number, members_named, numbers_typed
from app.units.write import ChangeBefore
from app.web.paging import Asked as Paging
from app.web.read.scope import scope_of
from app.web.read.unit_people import people_of
from tests.db.asking import PHONE, Asking
from tests.db.districts import NORTH, SOUTH
from tests.db.test_scope import who_reach
from tests.factories import make_id, make_name, make_uscc, roster_xlsx

START = date(2023, 1, 1)
ONE, TWO = 31, 32


@pytest.fixture
def office(session: Session) -> Asking:
    made = Asking(session)
    for seed in (ONE, TWO):
        made.register(seed)
    return made


def on(office: Asking, day: date, known: date | None = None) -> dict[str, tuple[object, ...]]:
    """Name, union, share and what it had gone into, by code."""
    found = units_on(office.session, day, known or today())
    return {x.uscc: (x.name, x.union, x.unit_percent, x.into_uscc) for x in found}


def test_every_day_has_its_name_share_and_district(office: Asking) -> None:
    unit, code = office.unit_id(ONE), make_uscc(ONE)
    office.change(unit, date(2023, 3, 1), unit_percent=80)
    office.change(unit, date(2023, 6, 1), name="实验小学", union_id=office.unions[SOUTH])
    assert on(office, date(2023, 2, 28))[code] == ("第31小学", "北区总工会", 60, None)
    assert on(office, date(2023, 3, 1))[code] == ("第31小学", "北区总工会", 80, None)
    assert on(office, date(2023, 6, 1))[code] == ("实验小学", "南区总工会", 80, None)
    assert code not in on(office, date(2019, 12, 31)), "before it took part"
    assert on(office, START, date(2020, 1, 1)) == {}, "nothing was known yet"
    assert [percent_on(office.session, unit, day) for day in (START, date(2023, 3, 1))] == [60, 80]


def test_a_change_that_is_to_come_is_not_yet(office: Asking) -> None:
    unit, later = office.unit_id(ONE), today() + timedelta(days=30)
    office.change(unit, later, name="新名", unit_percent=10, account="62000000000000", bank="乙")
    assert (office.now(unit).name, office.now(unit).unit_percent) == ("第31小学", 60)
    assert on(office, later)[make_uscc(ONE)][:3] == ("新名", "北区总工会", 10)
    account = paid_back_to(office.session, unit)
    then = paid_back_to(office.session, unit, later)
    assert account
    assert then
    assert (account.tail, then.tail, then.bank) == ("5678", "0000", "乙")


def test_the_share_is_that_of_the_day_the_roster_was_confirmed(office: Asking) -> None:
    session, unit = office.session, office.unit_id(ONE)
    office.change(unit, date(2023, 3, 1), unit_percent=80)
    due = []
    for seed, confirmed in ((1, date(2023, 2, 28)), (2, date(2023, 3, 1))):
        wish = Wish(unit, 2023, date(2023, 4, 1), confirmed, f"{seed}" * 32, "zh")
        file = roster_xlsx([[make_name(seed), make_id(seed), ""]])
        upload_id = take_upload(session, wish, file, name="x.xlsx", by=office.by)
        upload = upload_of(session, upload_id)
        assert upload
        book = read_book(file)
        opened = Opened(file, "0" * 64, "x.xlsx", book, read_roster(book, today()))
        registered, enrolled, _ = enrol_opened(session, upload, opened)
        due.append((registered.unit_percent, enrolled.due_fen))
    assert due == [(60, 50_00), (80, 50_00)]
    shares = session.scalars(
        text("SELECT unit_due_fen FROM roster WHERE unit_id = :unit ORDER BY id"), {"unit": unit}
    )
    assert list(shares) == [30_00, 40_00]


def test_what_is_no_change_is_refused(office: Asking) -> None:
    session, unit = office.session, office.unit_id(ONE)
    office.change(unit, date(2023, 3, 1), unit_percent=80)
    tomorrow = today() + timedelta(days=1)
    for wanted, refusal in (
        (Change(today()), NothingChanges),
        (Change(today(), name="第31小学", unit_percent=80), NothingChanges),
        (Change(date(2023, 2, 1), name="新"), ChangeBefore),
        (Change(tomorrow, union_id=office.unions[SOUTH]), DayAhead),
        (Change(today(), union_id=office.now(unit).union_id), NoSuchDistrict),
    ):
        with pytest.raises(refusal):
            ask_change(session, unit, wanted, by=office.by)
    with pytest.raises(MayNotAsk):
        ask_change(session, unit, Change(today(), name="新"), by=office.officers[SOUTH])


def test_another_district_takes_the_unit_its_contact_and_people(office: Asking) -> None:
    unit = office.unit_id(ONE)
    office.covered([1], START, unit=ONE)
    contact = contact_of(office.session, unit)
    assert contact
    assert SOUTH not in who_reach(office, 1)
    office.change(unit, union_id=office.unions[SOUTH])
    assert NORTH not in who_reach(office, 1)
    assert SOUTH in who_reach(office, 1)
    check_confirmer(office.session, unit, by=contact.account_id)
    check_confirmer(office.session, unit, by=office.officers[SOUTH])
    with pytest.raises(ConfirmerMayNot):
        check_confirmer(office.session, unit, by=office.officers[NORTH])


def test_a_unit_without_a_union_of_its_own_gets_one_with_its_first_contact(office: Asking) -> None:
    session, unit = office.session, office.unit_id(NORTH)
    before = office.now(unit).union_id
    done = office.name_contact(unit)
    assert done.contact
    after = office.now(unit).union_id
    assert before == office.unions[NORTH] != after
    assert office.account(done.contact.login).union_id == after
    assert on(office, START)[make_uscc(NORTH)][1] == "北区总工会"
    check_confirmer(session, unit, by=office.account(done.contact.login).id)
    with pytest.raises(ConfirmerMayNot):
        check_confirmer(session, office.unit_id(ONE), by=office.account(done.contact.login).id)


def test_a_contact_asks_for_a_successor_and_is_out_when_that_is_approved(office: Asking) -> None:
    session, unit = office.session, office.unit_id(ONE)
    old = contact_of(session, unit)
    assert old
    token = open_session(session, office.account(old.login))
    asked = ask_contact(session, unit, Contact("李新", PHONE), by=old.account_id)
    assert account_of(session, token)
    done = approve(session, asked.request_id, by=office.officers[NORTH])
    assert account_of(session, token) is None
    assert done.contact
    assert done.contact.login == f"{make_uscc(ONE).lower()}-2"
    with pytest.raises(ConfirmerMayNot):
        check_confirmer(session, unit, by=old.account_id)
    with pytest.raises(MayNotAsk):
        ask_contact(session, unit, Contact("李新", PHONE), by=old.account_id)
    with pytest.raises(MayNotAsk):
        ask_contact(session, office.unit_id(TWO), Contact("李", PHONE), by=old.account_id)


# People who go to another unit.


def shown(office: Asking, seed: int) -> set[int]:
    scope = scope_of(office.session, office.unions[NORTH])
    page = people_of(office.session, office.unit_id(seed), scope, 2023, Paging(None, 50))
    return {each.member_id for each in page.rows}


def test_people_go_with_their_covers_and_unpaid_lines_stay(office: Asking) -> None:
    office.covered([1, 2], START, unit=ONE)
    waiting = office.enrol([3], START, unit=ONE)
    cover = office.covers(1)
    office.split(office.unit_id(ONE), office.unit_id(TWO), [1], date(2023, 5, 1))
    assert office.covers(1) == cover
    assert shown(office, TWO) == {office.member(1)}
    assert shown(office, ONE) == {office.member(2), office.member(3)}
    office.receive("50", START, unit=ONE)
    assert office.outcomes(waiting.roster_id) == ["covered"]
    with pytest.raises(NotOfUnit):
        office.split(office.unit_id(ONE), office.unit_id(TWO), [1], date(2023, 6, 1))
    # And on, from there.
    office.split(office.unit_id(TWO), office.unit_id(NORTH), [1], date(2023, 7, 1))
    assert shown(office, TWO) == set()


def test_both_time_axes_say_at_which_unit_somebody_was(office: Asking) -> None:
    office.covered([1], START, unit=ONE)
    office.split(office.unit_id(ONE), office.unit_id(TWO), [1], date(2023, 5, 1))
    names = [
        [x.by for x in covered_on(office.session, day, today())]
        for day in (date(2023, 4, 30), date(2023, 5, 1))
    ]
    assert names == [["第31小学"], ["第32小学"]]


def test_who_went_with_a_part_has_neither_left_nor_joined(office: Asking) -> None:
    office.covered([1, 2], START, unit=ONE)
    office.covered([3], START, unit=TWO)
    office.split(office.unit_id(ONE), office.unit_id(TWO), [1], date(2023, 5, 1))
    next_year = date(START.year + 1, 1, 1)
    told = [
        (x.joined, x.left, len(x.moved))
        for x in (
            office.enrol([2], next_year, unit=ONE),
            office.enrol([1, 3], next_year, unit=TWO),
        )
    ]
    assert told == [(0, 0, 0), (0, 0, 0)]


def test_who_went_is_the_other_unions_from_then_on(office: Asking) -> None:
    office.covered([1], START, unit=ONE)
    office.split(office.unit_id(ONE), office.unit_id(SOUTH), [1], date(2023, 5, 1))
    assert NORTH not in who_reach(office, 1)
    assert SOUTH in who_reach(office, 1)
    own = office.now(office.unit_id(ONE)).union_id
    assert not reaches(office.session, own, office.member(1))


def test_what_is_no_split_is_refused(office: Asking) -> None:
    session, one, two = office.session, office.unit_id(ONE), office.unit_id(TWO)
    office.covered([1], START, unit=ONE)
    office.enrol([2], START, unit=ONE)
    ask = lambda members, day=START: ask_split(session, one, two, day, members, by=office.by)  # noqa: E731
    with pytest.raises(NobodyToMove):
        ask([])
    with pytest.raises(NotOfUnit):
        ask([office.member(2)])
    with pytest.raises(NotOfUnit):
        ask([office.member(1)], date(2024, 1, 1))
    with pytest.raises(DayAhead):
        ask([office.member(1)], today() + timedelta(days=1))
    with pytest.raises(MayNotAsk):
        ask_split(session, one, two, START, [office.member(1)], by=office.officers[SOUTH])


def test_a_list_of_numbers_accounts_for_every_line(office: Asking) -> None:
    office.covered([1], START, unit=ONE)
    office.enrol([2], START, unit=ONE)
    typed = numbers_typed(f"{make_id(1)}\n\n{make_id(2)}\n{make_id(9)}\n姓名\n {make_id(1)} ")
    members, faults = members_named(office.session, office.unit_id(ONE), typed, START)
    assert members == [office.member(1)]
    assert [(x.line, x.reason) for x in faults] == [
        (3, "NotOfThisUnit"),
        (4, "NumberNotKnown"),
        (5, "NoNumberInRow"),
    ]
    assert Number(6, make_id(1)) in typed


class Told:
    """A sender that keeps what it is given."""

    needs_phone = True

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        self.messages.append(message)


def test_a_new_contact_is_told_so_and_the_first_is_not(office: Asking) -> None:
    session, unit = office.session, office.unit_id(ONE)
    told = Told()
    assert deliver_one(session, told) is None, "the first contact asked for it"
    other = "13911112222"
    asked = ask_contact(session, unit, Contact("李新", other), by=office.by)
    approve(session, asked.request_id, by=office.second)
    assert deliver_one(session, told) == "sent"
    [message] = told.messages
    assert (message.kind, message.phone) == ("contact_changed", other)
    assert "联系人已变更" in message.text


def test_a_unit_that_has_gone_into_another_is_told_through_that_ones_contact(
    office: Asking,
) -> None:
    session, one = office.session, office.unit_id(ONE)
    into = office.register(12, phone="13933334444").unit_id
    write(session, "money_missing", dedupe="x", unit_id=one, year=2024, amount_fen=1, pay_by="-")
    office.merge(one, into)
    told = Told()
    assert deliver_one(session, told) == "sent"
    assert [x.phone for x in told.messages] == ["13933334444"]
