"""Accounts of staff and what was changed of them, for the administrators' pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import Row, Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Account, AccountChange, Role, SecondFactor
from app.unions.models import Union
from app.web.paging import Asked, Page

_NOT_STAFF: Final = (Role.MEMBER.value, Role.CONTACT.value)
_MOST_UNIONS: Final = 500


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account as administrators see it."""

    id: int
    login: str
    name: str
    role: Role
    union: str
    union_id: int
    tied: str | None
    disabled_at: datetime | None
    made_at: datetime
    second: bool


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """One line of the change log."""

    id: int
    login: str
    name: str
    what: str
    before: str | None
    after: str | None
    by: str | None
    at: datetime


Seen = TypeVar("Seen", AccountSeen, ChangeSeen)


def accounts_seen(session: Session, asked: Asked, words: str = "") -> Page[AccountSeen]:
    """Staff, and accounts without a right; the newest first. `words` find name and sign-in name."""
    chosen = _accounts().where(Account.role.not_in(_NOT_STAFF))
    if words:
        like = words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        chosen = chosen.where(
            or_(Account.login.ilike(f"%{like}%"), Account.name.ilike(f"%{like}%"))
        )
    if asked.after is not None:
        chosen = chosen.where(Account.id < asked.after)
    rows = session.execute(chosen.order_by(Account.id.desc()).limit(asked.size + 1)).all()
    seen = [_seen(row) for row in rows]
    return _page(seen, asked.size)


def account_seen(session: Session, account_id: int) -> AccountSeen | None:
    """One account of staff, or one without a right."""
    one = _accounts().where(Account.id == account_id, Account.role.not_in(_NOT_STAFF))
    row = session.execute(one).one_or_none()
    return _seen(row) if row else None


def changes_seen(session: Session, asked: Asked, account_id: int | None = None) -> Page[ChangeSeen]:
    """What was changed of accounts, by whom; the newest first."""
    whose, actor = aliased(Account), aliased(Account)
    chosen = (
        select(AccountChange, whose.login, whose.name, actor.name.label("actor"))
        .join(whose, whose.id == AccountChange.account_id)
        .outerjoin(actor, actor.id == AccountChange.by)
    )
    if account_id is not None:
        chosen = chosen.where(AccountChange.account_id == account_id)
    if asked.after is not None:
        chosen = chosen.where(AccountChange.id < asked.after)
    rows = session.execute(chosen.order_by(AccountChange.id.desc()).limit(asked.size + 1))
    unions = _names(session)
    seen = [
        ChangeSeen(
            *(row.id, login, name, row.what),
            _told(row.what, row.before, unions),
            _told(row.what, row.after, unions),
            *(actor, row.recorded_at),
        )
        for row, login, name, actor in rows
    ]
    return _page(seen, asked.size)


def unions_to_choose(session: Session) -> list[tuple[int, str]]:
    """Whose people somebody may look after: the unions, not the units' own."""
    chosen = select(Union.id, Union.name).where(Union.kind == "union")
    found = session.execute(chosen.order_by(Union.id).limit(_MOST_UNIONS))
    return [(each.id, each.name) for each in found]


def _accounts() -> Select[Account, str, bool]:
    second = exists().where(
        SecondFactor.account_id == Account.id, SecondFactor.confirmed_at.is_not(None)
    )
    return select(Account, Union.name, second).join(Union, Union.id == Account.union_id)


def _seen(row: Row[Account, str, bool]) -> AccountSeen:
    account, union, second = row
    return AccountSeen(
        *(account.id, account.login, account.name, Role(account.role), union, account.union_id),
        *(account.subject, account.disabled_at, account.recorded_at, second),
    )


def _names(session: Session) -> dict[str, str]:
    return {str(number): name for number, name in unions_to_choose(session)}


def _told(what: str, said: str | None, unions: dict[str, str]) -> str | None:
    return unions.get(said, said) if what == "scope" and said else said


def _page(seen: list[Seen], size: int) -> Page[Seen]:
    following = seen[size - 1].id if len(seen) > size else None
    return Page(seen[:size], following)
