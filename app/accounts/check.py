"""Is this who they say? Passwords are checked here, and guessing is slowed down here.

Failures of the last quarter of an hour count three ways. A login from one address may fail ten
times and an address fifty; a login from all addresses together a thousand times: so high, because
somebody who fails on purpose must not lock a colleague elsewhere out. Who is throttled is not
checked and not counted, so that the lock ends by itself.

The answer is returned, not raised: the door commits, and with it the failure counts. Nobody learns
whether an account exists: an unknown, a disabled and a wrong one cost the same and read the same.
"""

import ipaddress
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select, text
from sqlalchemy.orm import Session

from app.accounts.add import normal_login
from app.accounts.models import Account, SignInTry
from app.accounts.password import hashed, matches, nobodys, outdated
from app.db import one_at_a_time
from app.errors import Refusal
from app.secrets import vault

MOST_OF_PAIR: Final = 10
MOST_OF_ADDRESS: Final = 50
MOST_OF_LOGIN: Final = 1_000
MOST_REQUESTS: Final = 20
MINUTES: Final = 15

_RECENT: Final = SignInTry.at > func.transaction_timestamp() - text(f"interval '{MINUTES} min'")
_HOUSE: Final = 64  # bits of an IPv6 address that one customer has to himself


class WrongLogin(Refusal):
    """Sign-in name and password do not belong together, or may no longer be used."""


class TooManyTries(Refusal):
    """Failed too often in the last quarter of an hour."""


class TooManyRequests(Refusal):
    """Asked for too often in the last quarter of an hour."""


def authenticate(
    session: Session, login: str, password: str, address: str
) -> Account | WrongLogin | TooManyTries:
    """The account whose login and password these are, or the refusal to show. Commit either way."""
    stored_login = normal_login(login)
    index = vault().index("login", stored_login or "")
    place = place_of(address)
    # One at a time from an address: side by side, each guess would see the count before the others.
    one_at_a_time(session, f"sign_in {place}")
    if is_throttled(session, index, place):
        return TooManyTries(minutes=MINUTES)
    account = session.scalar(
        select(Account)
        .where(Account.login == stored_login)
        .execution_options(populate_existing=True)
    )
    stored = nobodys()
    if account is not None:
        stored = account.password_hash
    right = matches(stored, password)
    if account is None or not right or account.disabled_at is not None:
        count_failure(session, index, place)
        return WrongLogin()
    session.execute(delete(SignInTry).where(_of_pair(index, place)))
    if outdated(stored):
        account.password_hash = hashed(password)
    return account


def count_request(session: Session, what: str, address: str) -> TooManyRequests | None:
    """Count something asked for by who has not signed in; the refusal where it is too often.

    Counted apart from sign-ins: nobody locks colleagues at the same address out by it.
    """
    place = f"{what} {place_of(address)}"
    one_at_a_time(session, f"requests {place}")
    late = too_often(session, what, address)
    if late:
        return late
    session.add(SignInTry(login_index=vault().index("request", what), address=place))
    session.flush()
    return None


def uncount_request(session: Session, what: str, address: str) -> None:
    """Forget one asking: it came from somebody who has now signed in."""
    place = f"{what} {place_of(address)}"
    newest = select(func.max(SignInTry.id)).where(SignInTry.address == place).scalar_subquery()
    session.execute(delete(SignInTry).where(SignInTry.id == newest))


def too_often(session: Session, what: str, address: str) -> TooManyRequests | None:
    """The refusal where it was asked for too often; this asking is not counted."""
    place = f"{what} {place_of(address)}"
    late = _failures(session, SignInTry.address == place) >= MOST_REQUESTS
    return TooManyRequests(minutes=MINUTES) if late else None


def forget_tries(session: Session) -> int:
    """Delete the failures that no longer count; the sweep calls it. Returns how many."""
    gone = session.execute(delete(SignInTry).where(~_RECENT).returning(SignInTry.id))
    return len(gone.all())


def count_failure(session: Session, index: bytes, place: str) -> None:
    """Write a failed sign-in down."""
    session.add(SignInTry(login_index=index, address=place))
    session.flush()


def recent() -> ColumnElement[bool]:
    """Of the last quarter of an hour."""
    return _RECENT


def is_throttled(session: Session, index: bytes, place: str) -> bool:
    """Whether there were too many failures of this login, this address, or the two together."""
    limits = (
        (_of_pair(index, place), MOST_OF_PAIR),
        (SignInTry.address == place, MOST_OF_ADDRESS),
        (SignInTry.login_index == index, MOST_OF_LOGIN),
    )
    return any(_failures(session, whose) >= most for whose, most in limits)


def _of_pair(index: bytes, place: str) -> ColumnElement[bool]:
    return (SignInTry.login_index == index) & (SignInTry.address == place)


def _failures(session: Session, whose: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(SignInTry).where(whose, _RECENT)
    return session.execute(counted).scalar_one()


def place_of(address: str) -> str:
    """An address as failures are counted: an IPv6 customer has 2**64 addresses, and is one."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        # The command line says "terminal"; anything else is one place too.
        return address[:64].replace("\0", "")
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    if read.ipv4_mapped:
        return str(read.ipv4_mapped)
    return str(ipaddress.ip_network((read, _HOUSE), strict=False))
