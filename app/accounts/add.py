"""New accounts, and the first ones of an empty installation."""

import re
from typing import Final
from unicodedata import normalize

from sqlalchemy import BigInteger, LargeBinary, column, func, select, table
from sqlalchemy.orm import Session

from app.accounts.models import STAFF, Account, Role
from app.accounts.note import note
from app.accounts.password import hashed, made_up, nobodys
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.secrets import vault
from app.unions.models import Union

FIRST: Final = (
    ("officer1", "经办一", Role.OFFICER),
    ("officer2", "经办二", Role.OFFICER),
    ("auditor", "审计", Role.AUDITOR),
)
"""The accounts an empty installation begins with: paying takes two officers."""
FEDERATION: Final = "市总工会"

# The roster's table, by name: `app.roster` stands above this package.
_MEMBER: Final = table("member", column("id", BigInteger), column("certno_index", LargeBinary))
_LOGIN: Final = re.compile(r"[\w.@-]{1,64}")
_LONGEST_NAME: Final = 50


class LoginMalformed(Refusal):
    """A sign-in name is letters, digits and . @ _ -, at most 64; never an ID number."""


class LoginTaken(Refusal):
    """Another account has this sign-in name."""


class AccountNameMissing(Refusal):
    """An account needs a person's name of at most 50 characters."""


class NoSuchMember(Refusal):
    """Nobody with this ID number has ever been on a roster."""


class MemberUnnamed(Refusal):
    """A member's account must say which member it is."""


class MemberHasAccount(Refusal):
    """This person already has an account of this role: one person must not act as two."""


refuses("account_login_key", LoginTaken)


def normal_login(login: str) -> str | None:
    """A sign-in name as it is stored, or None where it cannot be one."""
    name = normalize("NFKC", login).strip().lower()  # at full width it is the same
    return name if _LOGIN.fullmatch(name) else None


def add_account(
    session: Session,
    login: str,
    name: str,
    role: Role,
    password: str | None,
    *,
    by: int | None,
    certno: str | None = None,
    union_id: int | None = None,
) -> int:
    """Make an account and return its id. Without a password nobody can sign in with it yet.

    `certno`, normalised (`app.roster.identity`), says which member the person is: members must,
    staff should (nobody decides on money of their own). Raises one of the refusals of this module
    or of `password`.
    """
    stored_login = normal_login(login)
    if stored_login is None or _is_certno(stored_login):
        raise LoginMalformed
    if not 0 < len(name.strip()) <= _LONGEST_NAME or not name.strip().isprintable():
        raise AccountNameMissing(longest=_LONGEST_NAME)
    account = Account(
        login=stored_login,
        name=name.strip(),
        role=(Role.NONE if role in STAFF else role).value,
        password_hash=nobodys() if password is None else hashed(password),
        union_id=_federation(session) if union_id is None else union_id,
        member_id=_member(session, role, certno),
    )
    one_at_a_time(session, "account.add")
    if session.scalar(select(Account.id).where(Account.login == stored_login)):
        raise LoginTaken
    _refuse_second(session, account, role)
    session.add(account)
    session.flush()
    note(session, account.id, "made", by=by, after=account.role)
    if role in STAFF:
        # Where administrators govern, the database takes no right that they have not given.
        note(session, account.id, "role", by=by, before=account.role, after=role.value)
        account.role = role.value
        session.flush()
    record(
        session, "account.added", by=by, about=account.id, role=role.value, member=account.member_id
    )
    return account.id


def first_accounts(session: Session) -> list[tuple[str, str]]:
    """Sign-in names and random passwords of the first accounts; none where any account exists."""
    one_at_a_time(session, "account.first")
    if session.scalar(select(func.count()).select_from(Account)):
        return []
    made = [(login, made_up()) for login, _, _ in FIRST]
    for (login, name, role), (_, password) in zip(FIRST, made, strict=True):
        add_account(session, login, name, role, password, by=None)
    return made


def _is_certno(login: str) -> bool:
    # An ID number as a sign-in name would stand in clear in a table of names.
    return re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9x]", login) is not None


def _federation(session: Session) -> int:
    """The top of the tree of unions, which an empty installation begins with."""
    root = session.scalar(
        select(Union.id).where(Union.parent_id.is_(None)).order_by(Union.id).limit(1)
    )
    if root is not None:
        return root
    federation = Union(name=FEDERATION)
    session.add(federation)
    session.flush()
    return federation.id


def _member(session: Session, role: Role, certno: str | None) -> int | None:
    if certno is None:
        if role is Role.MEMBER:
            raise MemberUnnamed
        return None
    index = vault().index("certno", certno)
    found: int | None = session.scalar(select(_MEMBER.c.id).where(_MEMBER.c.certno_index == index))
    if found is None:
        raise NoSuchMember
    return found


def _refuse_second(session: Session, account: Account, role: Role) -> None:
    if account.member_id is None or role is Role.NONE:
        return
    other = select(Account.id).where(
        Account.member_id == account.member_id,
        Account.role == role.value,
        Account.disabled_at.is_(None),
    )
    if session.scalar(other.limit(1)):
        raise MemberHasAccount
