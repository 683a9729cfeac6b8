"""Sessions in the database. The browser holds a random token, we hold its hash.

A session ends 12 hours after it began, after 2 hours without a request, at sign-out, and when the
account is disabled or gets a new password. The account is read at every request, so that a role
taken away is gone with the next one. Signing in always makes a new token: one that somebody else
planted in the browser before (a fixed session) never becomes valid.
"""

from hashlib import sha256
from secrets import token_urlsafe
from typing import Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    and_,
    bindparam,
    delete,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from app.accounts.models import Account, DemoAccount, SignIn
from app.unions.models import Union

HOURS: Final = 12
IDLE_HOURS: Final = 2
HALF_MINUTES: Final = 10
"""In which the second step is made."""

_NOW: Final = func.transaction_timestamp()
_ALIVE: Final[ColumnElement[bool]] = and_(
    SignIn.recorded_at > _NOW - text(f"interval '{HOURS} hours'"),
    SignIn.seen_at > _NOW - text(f"interval '{IDLE_HOURS} hours'"),
    SignIn.half.is_(False) | (SignIn.recorded_at > _NOW - text(f"interval '{HALF_MINUTES} min'")),
)
_LONGEST_TOKEN: Final = 64
_MINE: Final = SignIn.token_hash == bindparam("hashed", type_=LargeBinary)
# Once a minute: not every request shall write. With the question and not after it, and put together
# once: every page asks it first.
_NOTED: Final = (
    update(SignIn)
    .where(_MINE, _ALIVE, SignIn.seen_at < _NOW - text("interval '1 min'"))
    .values(seen_at=_NOW)
    .returning(SignIn.account_id)
    .cte("noted")
)
_SIGNED: Final = (
    select(
        Account,
        SignIn.half,
        exists().select_from(DemoAccount).label("demonstration"),
        Union.parent_id.is_(None).label("whole"),
    )
    .join(SignIn, SignIn.account_id == Account.id)
    .join(Union, Union.id == Account.union_id)
    .where(_MINE, _ALIVE, Account.disabled_at.is_(None))
    .add_cte(_NOTED)
    .execution_options(populate_existing=True)
)


class Signed(NamedTuple):
    """Who a token stands for. `half`: the password was right and the second step is to come.

    Every request asks for it, and so for what every page shows or is narrowed by: whether this is
    the demonstration, and whether the account is the city federation's own, which sees the whole.
    """

    account: Account
    half: bool
    demonstration: bool
    whole: bool


def open_session(
    session: Session, account: Account, *, half: bool = False, how: str = "password"
) -> str:
    """A new session of an account that `authenticate` returned; the token is for the cookie."""
    token = token_urlsafe(32)
    session.add(SignIn(token_hash=_hash(token), account_id=account.id, half=half, how=how))
    session.flush()
    return token


def account_of(session: Session, token: str) -> Account | None:
    """The account that has wholly signed in by a token. Commit, as with `signed_of`."""
    found = signed_of(session, token)
    return None if found is None or found.half else found.account


def signed_of(session: Session, token: str) -> Signed | None:
    """Who a token stands for now. Commit, so that the request counts as activity."""
    if not token.isascii() or len(token) > _LONGEST_TOKEN:
        return None
    found = session.execute(_SIGNED, {"hashed": _hash(token)}).one_or_none()
    if found is None:
        return None
    return Signed(found[0], found.half, found.demonstration, found.whole)


def how_opened(session: Session, token: str) -> str:
    """How the session of a token was opened; of one that is gone, by password."""
    mine = select(SignIn.how).where(SignIn.token_hash == _hash(token))
    return session.scalar(mine) or "password"


def close_session(session: Session, token: str) -> None:
    """Sign out. A token that is no longer known is no fault."""
    if token.isascii():
        session.execute(delete(SignIn).where(SignIn.token_hash == _hash(token)))


def open_sessions(session: Session, account_id: int) -> list[SignIn]:
    """An account's sessions that are open now, the newest first."""
    mine = select(SignIn).where(SignIn.account_id == account_id, _ALIVE, SignIn.half.is_(False))
    return list(session.scalars(mine.order_by(SignIn.recorded_at.desc())))


def close_others(session: Session, account_id: int, token: str) -> int:
    """Sign out everywhere but here. Returns how many sessions ended."""
    gone = session.execute(
        delete(SignIn)
        .where(SignIn.account_id == account_id, SignIn.token_hash != _hash(token))
        .returning(SignIn.account_id)
    )
    return len(gone.all())


def forget_sessions(session: Session) -> int:
    """Delete the sessions that have ended; the sweep calls it. Returns how many."""
    gone = session.execute(delete(SignIn).where(~_ALIVE).returning(SignIn.account_id))
    return len(gone.all())


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
