"""Three administrators, apart: nobody gives himself a right, by no act and by no SQL."""

import json

import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.orm import Session

from app.accounts.add import add_account
from app.accounts.change import account_named, disable, set_password
from app.accounts.govern import (
    LastAdmin,
    MayNotGovern,
    OwnRight,
    RightBefore,
    RightOfOwnMaking,
    RightsApart,
    disable_account,
    give_right,
    is_governed,
    make_account,
    renew_password,
    take_right,
)
from app.accounts.log import forget_log, log_sign_in, sign_ins
from app.accounts.models import STAFF, Account, AccountChange, Role, SignIn
from app.accounts.note import note
from app.accounts.password import matches
from app.accounts.sign_in import open_session
from app.cli import main
from app.errors import Refusal
from app.roster.models import Member
from app.secrets import vault
from app.unions.models import Union
from tests.db.office import keys
from tests.db.test_rights import refused
from tests.factories import make_id

GOOD = "a good long password"


class Office:
    """One account of each administrator, an officer from before, and a district."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.officer = self.add("officer", Role.OFFICER)
        self.system = self.add("system", Role.SYSTEM_ADMIN)
        self.audit = self.add("audit", Role.AUDIT_ADMIN)
        assert not is_governed(session)
        self.security = self.add("security", Role.SECURITY_ADMIN)
        assert is_governed(session)
        self.city = session.get_one(Account, self.officer).union_id
        self.district = Union(name="北区", parent_id=self.city)
        session.add(self.district)
        session.flush()

    def add(self, login: str, role: Role, certno: str | None = None) -> int:
        return add_account(self.session, login, login, role, GOOD, by=None, certno=certno)

    def person(self, seed: int) -> str:
        index = vault().index("certno", make_id(seed))
        self.session.add(Member(certno_cipher=b"x", certno_index=index))
        self.session.flush()
        return make_id(seed)

    def make(self, login: str, certno: str | None = None) -> int:
        return make_account(self.session, login, login, by=self.system, certno=certno)[0]

    def give(self, account: int, role: Role = Role.OFFICER, by: int | None = None) -> None:
        give_right(self.session, account, role, self.city, by=by or self.security)

    def role(self, account: int) -> str:
        return self.session.get_one(Account, account, populate_existing=True).role

    def refuses(self, refusal: type[Refusal], act, *given, **named) -> None:
        with pytest.raises(refusal), self.session.begin_nested():
            act(self.session, *given, **named)


@pytest.fixture
def office(session: Session) -> Office:
    keys()
    return Office(session)


def told(session: Session, account: int) -> list[tuple[str, str | None, str | None, int | None]]:
    asked = select(AccountChange).where(AccountChange.account_id == account)
    rows = session.scalars(asked.order_by(AccountChange.id))
    return [(x.what, x.before, x.after, x.by) for x in rows]


def test_one_makes_the_account_another_gives_the_right(office: Office) -> None:
    account, password = make_account(office.session, "new", "新", by=office.system)
    stored = office.session.get_one(Account, account)
    assert (stored.role, stored.renew) == ("none", True)
    assert matches(stored.password_hash, password)
    give_right(office.session, account, Role.OFFICER, office.district.id, by=office.security)
    assert (stored.role, stored.union_id) == ("officer", office.district.id)
    take_right(office.session, account, by=office.security)
    give_right(office.session, account, Role.OFFICER, office.district.id, by=office.security)
    city, below = str(office.city), str(office.district.id)
    assert told(office.session, account) == [
        ("made", None, "none", office.system),
        ("scope", city, below, office.security),
        ("role", "none", "officer", office.security),
        ("role", "officer", "none", office.security),
        ("role", "none", "officer", office.security),
    ]


def test_nobody_else_does_their_work(office: Office) -> None:
    account, there = office.make("new"), office.district.id
    for who in (office.officer, office.system, office.audit):
        office.refuses(MayNotGovern, give_right, account, Role.OFFICER, there, by=who)
        office.refuses(MayNotGovern, take_right, office.officer, by=who)
    for who in (office.officer, office.security, office.audit):
        office.refuses(MayNotGovern, make_account, "other", "x", by=who)
        office.refuses(MayNotGovern, renew_password, office.officer, by=who)
        office.refuses(MayNotGovern, disable_account, office.officer, by=who)
    office.refuses(MayNotGovern, give_right, account, Role.OFFICER, there, by=None)


def test_nobody_gives_himself_or_the_same_person_a_right(office: Office) -> None:
    certno = office.person(1)
    other = office.make("second", certno)
    office.give(other, Role.SECURITY_ADMIN)
    office.refuses(OwnRight, give_right, other, Role.SECURITY_ADMIN, office.city, by=other)
    mine = office.make("mine", certno)
    office.refuses(OwnRight, give_right, mine, Role.OFFICER, office.city, by=other)
    office.refuses(RightsApart, give_right, mine, Role.OFFICER, office.city, by=office.security)
    office.refuses(OwnRight, disable_account, office.system, by=office.system)


def test_an_administrator_is_nothing_else(office: Office) -> None:
    certno = office.person(2)
    one, two = office.make("one", certno), office.make("two", certno)
    office.give(one, Role.OFFICER)
    for role in (Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN, Role.OFFICER):
        office.refuses(RightsApart, give_right, two, role, office.city, by=office.security)
    office.give(two, Role.AUDITOR)


def test_an_account_has_one_right_in_its_life(office: Office) -> None:
    give = (office.officer, Role.AUDITOR, office.city)
    office.refuses(RightBefore, give_right, *give, by=office.security)
    take_right(office.session, office.officer, by=office.security)
    office.refuses(RightBefore, give_right, *give, by=office.security)
    office.give(office.officer, Role.OFFICER)


def test_who_made_an_account_gives_it_no_right(session: Session) -> None:
    """Whoever he was when he made it: the row says so for ever."""
    keys()
    one = add_account(session, "one", "甲", Role.NONE, GOOD, by=None)
    made = add_account(session, "made", "乙", Role.NONE, GOOD, by=None)
    note(session, made, "made", by=one)
    city = session.get_one(Account, one).union_id
    give_right(session, one, Role.SECURITY_ADMIN, city, by=None)
    with pytest.raises(RightOfOwnMaking):
        give_right(session, made, Role.OFFICER, city, by=one)
    say = (
        "INSERT INTO account_change (account_id, what, before, after, by)"
        " VALUES (:account, 'role', 'none', 'officer', :by)"
    )
    assert refused(session, say, "23514", account=made, by=one) == "account_change_is_allowed"


def test_the_last_administrator_stays(office: Office) -> None:
    office.refuses(LastAdmin, disable_account, office.security, by=office.system)
    office.refuses(LastAdmin, take_right, office.system, by=office.security)
    second = office.make("second")
    office.give(second, Role.SYSTEM_ADMIN)
    disable_account(office.session, second, by=office.system)
    assert office.session.get_one(Account, second).disabled_at
    office.refuses(LastAdmin, take_right, office.system, by=office.security)


def test_a_password_is_renewed_and_sessions_end(office: Office) -> None:
    open_session(office.session, office.session.get_one(Account, office.officer))
    password = renew_password(office.session, office.officer, by=office.system)
    stored = office.session.get_one(Account, office.officer)
    assert matches(stored.password_hash, password)
    assert stored.renew
    assert office.session.scalar(select(SignIn).where(SignIn.account_id == stored.id)) is None


@pytest.mark.parametrize("role", sorted(STAFF))
def test_no_sql_of_the_application_gives_a_right(office: Office, role: str) -> None:
    session, account = office.session, office.make("new")
    give = "UPDATE account SET role = :role WHERE id = :account"
    asked = {"role": role, "account": account}
    assert refused(session, give, "23514", **asked) == "account_is_as_changed"
    new = (
        "INSERT INTO account (login, name, role, password_hash, union_id)"
        " VALUES ('x', 'x', :role, '', :union)"
    )
    assert refused(session, new, "23514", role=role, union=office.city) == "account_is_as_changed"
    say = (
        "INSERT INTO account_change (account_id, what, before, after, by)"
        " VALUES (:account, 'role', 'none', :role, :by)"
    )
    for by in (None, account, office.officer, office.system, office.audit):
        assert refused(session, say, "23514", by=by, **asked) == "account_change_is_allowed"
    own = {"account": office.security, "role": role, "by": office.security}
    assert refused(session, say, "23514", **own) == "account_change_is_allowed"


def test_no_sql_moves_revives_or_renames_an_account(office: Office) -> None:
    session, whose = office.session, {"account": office.officer}
    named = "account_is_as_changed"
    office.person(3)
    for change in (
        f"union_id = {office.district.id}",
        "member_id = (SELECT max(id) FROM member)",
        "disabled_at = now()",
        "subject = 'x'",
    ):
        given = f"UPDATE account SET {change} WHERE id = :account"
        assert refused(session, given, "23514", **whose) == named, change
    disable_account(session, office.officer, by=office.system)
    session.flush()
    back = "UPDATE account SET disabled_at = NULL WHERE id = :account"
    assert refused(session, back, "23514", **whose) == named
    away = "UPDATE account SET role = 'none' WHERE id = :account"
    assert refused(session, away, "23514", account=office.security) == named


def test_before_they_govern_the_owner_of_the_machine_names_staff(session: Session) -> None:
    keys()
    officer = add_account(session, "officer", "甲", Role.OFFICER, GOOD, by=None)
    session.execute(update(Account).where(Account.id == officer).values(role="auditor"))
    assert told(session, officer) == [
        ("made", None, "none", None),
        ("role", "none", "officer", None),
    ]
    new = (
        "INSERT INTO account (login, name, role, password_hash, union_id)"
        " SELECT 'x', 'x', 'security_admin', '', union_id FROM account LIMIT 1"
    )
    assert refused(session, new, "23514") == "account_is_as_changed"


def test_members_and_contacts_are_made_as_before(office: Office) -> None:
    certno = office.person(4)
    made = add_account(
        office.session, "m", "员", Role.MEMBER, GOOD, by=office.officer, certno=certno
    )
    assert office.role(made) == "member"
    set_password(office.session, "m", GOOD + "!", by=office.officer)
    disable(office.session, "m", by=office.officer)
    assert account_named(office.session, "m").disabled_at


def test_the_command_line_names_staff_until_administrators_govern(database, capsys) -> None:
    def typed(*words: str) -> int:
        with pytest.MonkeyPatch.context() as patched:
            for name, value in database.environ.items():
                patched.setenv(name, value)
            return main([*words, "--json"])

    def add(login: str, role: str) -> int:
        return typed("account", "add", "--login", login, "--name", "甲", "--role", role)

    assert add("s1", "system_admin") == 0
    assert add("later", "none") == 0
    assert typed("account", "right", "later", "operator") == 0
    assert add("s2", "security_admin") == 0
    assert add("o3", "officer") == 2
    assert add("o4", "none") == 0
    assert typed("account", "right", "o4", "officer") == 2
    assert typed("account", "right", "later", "none") == 2
    assert typed("account", "second-step", "later") == 0
    capsys.readouterr()
    assert typed("account", "log", "--last", "2") == 0
    told = json.loads(capsys.readouterr().out)["changes"]
    assert [(x["login"], x["what"], x["by"]) for x in told] == [
        ("later", "factor_reset", None),
        ("o4", "made", None),
    ]


def test_the_sign_in_log_forgets_after_half_a_year_and_is_never_changed(database) -> None:
    with Session(database.engine) as session:
        for what in ("signed_in", "failed"):
            log_sign_in(session, what, "192.0.2.1", account_id=None)
        session.commit()
        for change in ("UPDATE sign_in_log SET what = 'failed'", "DELETE FROM sign_in_log"):
            refused(session, change, "42501")
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        old = (
            "UPDATE sign_in_log SET recorded_at = now() - interval '181 days' WHERE what = 'failed'"
        )
        connection.execute(text(old))
    owner.dispose()
    with Session(database.engine) as session:
        assert forget_log(session) == 1
        [left] = sign_ins(session, before=None, size=10)
        assert (left.what, left.place) == ("signed_in", "192.0.2.1")
