"""A unit asks to take part; another person, an officer of its district or above, lets it."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.check import authenticate
from app.accounts.models import Account, Role
from app.clock import today
from app.db import as_refusal
from app.evidence.models import Event
from app.roster.models import Unit
from app.roster.units import PercentWrong, UnitKnown, UnitNameFormula, UnitNameMissing, UsccWrong
from app.unions.models import Union
from app.units.account import paid_back_to
from app.units.appoint import contact_of, give_password, phone_of
from app.units.ask import NoSuchDistrict, ask_registration
from app.units.asked import (
    ContactMissing,
    PhoneWrong,
    ReasonMissing,
    Registration,
    UnitAccountWrong,
)
from app.units.decide import (
    NoSuchRequest,
    NotTheAsker,
    RequestDecided,
    approve,
    approve_file,
    refuse,
    withdraw,
)
from app.units.may import MayNotAsk, MayNotDecide, SamePerson
from app.units.models import UnitRequest
from tests.clear import in_the_clear
from tests.db.asking import Asking
from tests.db.districts import CITY, NORTH, PASSWORD, SOUTH
from tests.factories import make_id, make_uscc


@pytest.fixture
def office(session: Session) -> Asking:
    return Asking(session)


def state_of(office: Asking, request_id: int) -> str:
    return office.session.scalars(
        select(UnitRequest.state).where(UnitRequest.id == request_id)
    ).one()


def test_a_unit_asks_by_itself_and_is_registered_when_an_officer_says_so(office: Asking) -> None:
    session = office.session
    units = session.scalar(select(func.count()).select_from(Unit))
    asked = ask_registration(session, office.wish(), by=None)
    assert session.scalar(select(func.count()).select_from(Unit)) == units
    done = approve(session, asked.request_id, by=office.officers[NORTH])
    unit = office.now(done.unit_id)
    assert (unit.uscc, unit.name, unit.unit_percent) == (make_uscc(11), "第11小学", 60)
    own = session.get_one(Union, unit.union_id)
    assert (own.kind, own.parent_id, own.name) == ("unit", office.unions[NORTH], "第11小学")
    account = paid_back_to(session, unit.id)
    assert account
    assert (account.account, account.tail, account.bank) == (
        "4100000000005678",
        "5678",
        "市商业银行",
    )
    contact = contact_of(session, unit.id)
    assert contact
    assert (contact.name, contact.tail) == ("王联系", "1234")
    assert phone_of(session, unit.id) == "13800001234"
    signed_in = authenticate(session, done.contact.login, done.contact.password, "192.0.2.1")
    assert isinstance(signed_in, Account)
    assert (signed_in.role, signed_in.union_id) == (Role.CONTACT, unit.union_id)
    told = session.scalars(select(Event).where(Event.act == "unit.added", Event.about == unit.id))
    assert told.one().by == office.officers[NORTH]


def test_nothing_of_what_is_asked_stands_in_clear(office: Asking) -> None:
    asked = ask_registration(office.session, office.wish(), by=None)
    kept = office.session.get_one(UnitRequest, asked.request_id)
    assert not in_the_clear(kept.content, ("1380000", "41000000", "王联系"))


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"uscc": "91410599000000001X"}, UsccWrong),
        ({"name": " "}, UnitNameMissing),
        ({"name": "=HYPERLINK(1)"}, UnitNameFormula),
        ({"name": " ＠厂"}, UnitNameFormula),
        ({"name": "学" * 201}, UnitNameMissing),
        ({"unit_percent": 101}, PercentWrong),
        ({"contact": ""}, ContactMissing),
        ({"contact": "王" * 51}, ContactMissing),
        ({"phone": "abc"}, PhoneWrong),
        ({"account": "12"}, UnitAccountWrong),
        ({"bank": "行" * 101}, UnitAccountWrong),
        ({"union_id": 10**12}, NoSuchDistrict),
    ],
)
def test_what_cannot_be_read_is_refused(
    office: Asking, wrong: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        ask_registration(office.session, replace(office.wish(), **wrong), by=None)  # type: ignore[arg-type]
    assert not office.session.scalar(select(func.count()).select_from(UnitRequest))


def test_a_units_own_union_is_no_district(office: Asking) -> None:
    own = office.now(office.register(11).unit_id).union_id
    with pytest.raises(NoSuchDistrict):
        ask_registration(office.session, office.wish(12, union_id=own), by=None)


def test_the_same_asked_for_again_changes_nothing(office: Asking) -> None:
    asked = ask_registration(office.session, office.wish(), by=None)
    again = ask_registration(office.session, office.wish(), by=None)
    assert (again.request_id, again.again) == (asked.request_id, True)
    approve(office.session, asked.request_id, by=office.second)
    after = ask_registration(office.session, office.wish(), by=office.by)
    assert after.again


def test_outside_nobody_learns_whether_a_unit_is_known_and_officers_do(office: Asking) -> None:
    known = office.wish(NORTH, name="另一个名称")
    asked = ask_registration(office.session, known, by=None)
    assert not asked.again
    with pytest.raises(UnitKnown):
        ask_registration(office.session, office.wish(SOUTH), by=office.by)
    with pytest.raises(UnitKnown):
        approve(office.session, asked.request_id, by=office.second)


def test_who_asked_does_not_approve(office: Asking) -> None:
    asked = ask_registration(office.session, office.wish(), by=office.by)
    with pytest.raises(SamePerson):
        approve(office.session, asked.request_id, by=office.by)
    assert state_of(office, asked.request_id) == "waiting"
    assert approve(office.session, asked.request_id, by=office.second).contact


def test_one_persons_two_accounts_are_one(office: Asking) -> None:
    office.covered([0], today().replace(month=1, day=1))
    session, certno = office.session, make_id(0)
    one = add_account(session, "one", "甲", Role.OFFICER, PASSWORD, by=office.by, certno=certno)
    asked = ask_registration(session, office.wish(), by=one)
    session.execute(
        text("UPDATE account SET member_id = :m WHERE id = :a"),
        {"m": session.get_one(Account, one).member_id, "a": office.second},
    )
    session.expire_all()
    with pytest.raises(SamePerson):
        approve(session, asked.request_id, by=office.second)


def test_an_officer_of_another_district_neither_asks_nor_decides(office: Asking) -> None:
    asked = ask_registration(office.session, office.wish(), by=None)
    for act in (approve, lambda *a, by: refuse(*a, reason="不是", by=by)):
        with pytest.raises(MayNotDecide):
            act(office.session, asked.request_id, by=office.officers[SOUTH])
    with pytest.raises(MayNotAsk):
        ask_registration(office.session, office.wish(), by=office.officers[SOUTH])


def test_nobody_of_a_units_own_union_decides_and_no_contact_or_auditor(office: Asking) -> None:
    done = office.register()
    own = office.now(done.unit_id).union_id
    of_unit = add_account(
        office.session, "u", "单位", Role.OFFICER, PASSWORD, by=office.by, union_id=own
    )
    auditor = add_account(office.session, "a", "审计", Role.AUDITOR, PASSWORD, by=office.by)
    contact = office.account(done.contact.login).id
    asked = ask_registration(office.session, office.wish(12), by=None)
    for who in (of_unit, auditor, contact, 10**9):
        with pytest.raises(MayNotDecide):
            approve(office.session, asked.request_id, by=who)


def test_a_disabled_officer_decides_nothing(office: Asking) -> None:
    asked = ask_registration(office.session, office.wish(), by=None)
    office.session.execute(
        text("UPDATE account SET disabled_at = now() WHERE id = :a"), {"a": office.second}
    )
    with pytest.raises(MayNotDecide):
        approve(office.session, asked.request_id, by=office.second)


def test_a_refusal_says_why_and_is_the_end(office: Asking) -> None:
    asked = ask_registration(office.session, office.wish(), by=None)
    with pytest.raises(ReasonMissing):
        refuse(office.session, asked.request_id, reason="  ", by=office.second)
    refuse(office.session, asked.request_id, reason="名称与证照不符", by=office.second)
    for again in (
        lambda: approve(office.session, asked.request_id, by=office.second),
        lambda: refuse(office.session, asked.request_id, reason="又", by=office.second),
        lambda: withdraw(office.session, asked.request_id, by=office.second),
    ):
        with pytest.raises(RequestDecided):
            again()
    # Corrected, it is asked for anew; so is the same, which may be right by now.
    assert not ask_registration(office.session, office.wish(), by=None).again


def test_only_who_asked_takes_back(office: Asking) -> None:
    asked = ask_registration(office.session, office.wish(), by=office.by)
    with pytest.raises(NotTheAsker):
        withdraw(office.session, asked.request_id, by=office.second)
    withdraw(office.session, asked.request_id, by=office.by)
    assert state_of(office, asked.request_id) == "withdrawn"
    with pytest.raises(NoSuchRequest):
        withdraw(office.session, 10**12, by=office.by)


def test_many_of_a_file_are_approved_in_one_go_and_one_holds_up_no_other(office: Asking) -> None:
    session, digest = office.session, "f" * 64
    for seed in (21, 22, 23):
        ask_registration(session, office.wish(seed), by=office.by, file_sha256=digest)
    office.register(22, unit_percent=10)
    done, left = approve_file(session, digest, by=office.second)
    assert [office.now(x.unit_id).uscc for x in done] == [make_uscc(21), make_uscc(23)]
    assert [(x.name, x.why.name) for x in left] == [("第22小学", "UnitKnown")]
    # Nobody can sign in before a password was given.
    contact = done[0].contact
    assert contact.password == ""
    given = give_password(session, done[0].unit_id, by=office.by)
    found = authenticate(session, given.login, given.password, "192.0.2.1")
    assert (given.login, found.name, found.renew) == (contact.login, "王联系", True)


def test_a_file_names_to_a_district_only_its_own(office: Asking) -> None:
    session, digest = office.session, "e" * 64
    for seed, district in ((24, SOUTH), (25, NORTH)):
        wanted = office.wish(seed, district)
        ask_registration(session, wanted, by=office.by, file_sha256=digest)
    done, left = approve_file(session, digest, by=office.officers[NORTH])
    assert [office.now(x.unit_id).uscc for x in done] == [make_uscc(25)]
    assert left == []


def written(office: Asking, table: str, **other: object) -> None:
    """Insert as the application's role may, past the domain."""
    with office.session.begin_nested():
        columns = ", ".join(other)
        places = ", ".join(f":{name}" for name in other)
        office.session.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), other)


def test_the_database_wants_two_people_as_well(office: Asking) -> None:
    unit = office.now(office.unit_id(NORTH))
    row = {"unit_id": unit.id, "seq": 1, "name": "改", "union_id": unit.union_id}
    row |= {"unit_percent": 1, "from_on": today(), "why": "changed"}
    contact = office.account(office.register().contact.login).id
    for one, other in [(office.by, office.by), (office.by, contact), (None, contact)]:
        with pytest.raises(IntegrityError) as refused:
            written(office, "unit_change", **row, recorded_by=one, approved_by=other)
        assert as_refusal(refused.value).name == "SamePerson"
    merge = {"unit_id": unit.id, "into_id": office.unit_id(SOUTH), "on_day": today()}
    with pytest.raises(IntegrityError) as refused:
        written(office, "unit_merge", **merge, recorded_by=office.by, approved_by=office.by)
    assert as_refusal(refused.value).name == "SamePerson"
    written(office, "unit_change", **row, recorded_by=office.by, approved_by=office.second)


def test_the_database_lets_no_contact_book_money(office: Asking) -> None:
    done = office.register()
    contact = office.account(done.contact.login).id
    row = {"benefit_year": 2023, "amount_fen": 1, "received_on": today(), "reference": "x"}
    with pytest.raises(DBAPIError, match="a unit's contact books no money"):
        written(office, "receipt", unit_id=done.unit_id, recorded_by=contact, **row)
    with pytest.raises(DBAPIError, match="a unit's contact books no money"):
        written(office, "subsidy", union_id=office.unions[CITY], recorded_by=contact, **row)


def test_a_registration_without_a_bank_account_has_none(office: Asking) -> None:
    done = office.register(account="", bank="")
    assert paid_back_to(office.session, done.unit_id) is None
    assert isinstance(office.wish(), Registration)
