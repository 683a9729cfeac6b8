"""Who is asking, and whether this page is for them: asked of the database at every request.

The session lives in the database (`app.accounts.sign_in`); the signed cookie only carries its
random token. What the cookie holds before sign-in is thrown away then, so that a cookie planted by
somebody else is worth nothing.

An auditor's request reads through the sign-in of the database that can do nothing else
(`app.db`), once it is known who asks. The exceptions are the account's own affairs (its password,
second step and sign-ins, which that sign-in may not even read) and pages that serve everybody,
whoever asks; what auditors order and open is written by the functions of `app.web.audit_acts`.
"""

from dataclasses import dataclass
from typing import Final

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.demo import is_demonstration
from app.accounts.factor import wants_second
from app.accounts.log import log_sign_in
from app.accounts.models import Account, Role
from app.accounts.sign_in import close_session, how_opened, open_session, signed_of
from app.asking import only_read, read_no_more
from app.db import db, transaction
from app.web import acting, limits, stamps
from app.web.roles import ASSETS, may, served_by

_TOKEN: Final = "token"  # noqa: S105 - the cookie's key for it
_KEPT: Final = ("lang",)
_LATE: Final = ("held", "unsent")
"""What was posted too late (`app.web.held_draft`, `app.web.unsent`), sealed for whose it is."""
_OWN_AFFAIRS: Final = "own"
"""The blueprint of what an account does with itself."""
_RENEWS: Final = frozenset({"own.password", "own.set_password"})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account that asks, as it stood when the request began.

    `renew`: the password was given by somebody else, and another one is wanted first. `whole`: it
    is the city federation's own, and sees the whole fund.
    """

    id: int
    name: str
    role: Role
    union_id: int
    member_id: int | None
    renew: bool = False
    whole: bool = False


def install(web: Flask) -> None:
    """Check every request before its view; give templates `account`."""
    web.before_request(_admit)
    web.teardown_request(lambda _error: read_no_more(db.session()))
    web.context_processor(lambda: {"account": g.get("account"), "Role": Role, "may": may})


def signed_in() -> SignedIn:
    """The account that asks. Only for views that serve roles."""
    account: SignedIn = g.account
    return account


def member_id() -> int:
    """For whom this request acts: the member who asks, or the one who lets the asker help."""
    helped = acting.acting_for()
    found = helped.member_id if helped else signed_in().member_id
    if found is None:
        abort(403)
    return found


def begin(database: Session, account: Account, how: str = "password") -> None:
    """Put a new session into the cookie; of what was there stay the language and what is held."""
    _open(database, account, half=False, how=how)
    log_sign_in(database, "signed_in", address(), account_id=account.id, how=how)
    g.account, g.halfway = _as_signed_in(account), None


def begin_or_halve(database: Session, account: Account, how: str = "password") -> bool:
    """Begin, or begin half where a second step is to come; whether it was begun wholly."""
    staff: bool = current_app.config["SECOND_FACTOR"]
    if not wants_second(database, account, staff=staff):
        begin(database, account, how)
        return True
    _open(database, account, half=True, how=how)
    return False


def who_asks() -> SignedIn | None:
    """The account whose session this browser has, before the page is asked for."""
    if "account" not in g:
        g.account, g.halfway = _asking()
        if g.account:
            acting.look(g.account.id, g.account.role)
    found: SignedIn | None = g.account
    return found


def halfway() -> SignedIn | None:
    """Who has typed the right password and has the second step to make."""
    found: SignedIn | None = g.get("halfway")
    return found


def says_who() -> bool:
    """Whether the browser brings a session, be it one that still stands or not."""
    return isinstance(session.get(_TOKEN), str)


def token() -> str:
    """The token of this browser's session."""
    return str(session.get(_TOKEN, ""))


def address() -> str:
    """Where the request comes from."""
    return request.remote_addr or ""


def end() -> None:
    """Sign out: the session is gone in the database, whatever cookie a browser keeps.

    What was posted too late stays for its sender: another may have signed in by mistake between.
    """
    kept = session.get(_TOKEN)
    if kept:
        with transaction() as database:
            if g.get("account"):
                how = how_opened(database, kept)
                log_sign_in(database, "signed_out", address(), account_id=g.account.id, how=how)
            close_session(database, kept)
    _empty_cookie(*_LATE)
    if kept:  # a stranger can press the button, too
        session[limits.LEFT] = True


def _open(database: Session, account: Account, *, half: bool, how: str) -> None:
    before = session.get(_TOKEN)
    if before:
        close_session(database, before)
    _empty_cookie(*_LATE)
    session[_TOKEN] = open_session(database, account, half=half, how=how)
    if not half:
        stamps.stamp(account.id)


def _empty_cookie(*more: str) -> None:
    kept = {name: session[name] for name in (*_KEPT, *more) if name in session}
    session.clear()
    session.update(kept)


def _admit() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint in ASSETS:
        return None
    roles = served_by(current_app, request.endpoint)
    g.account, g.halfway = _asking()
    if roles is None:
        return None
    if g.account is None:
        if request.method not in {"GET", "HEAD"}:
            abort(401)
        first = "second.step" if g.halfway else "sign_in.form"
        return redirect(url_for(first, next=request.path))
    away, roles = acting.admit(g.account.id, g.account.role, roles)
    if away is None and g.account.role not in roles:
        abort(403)
    if g.account.role == Role.AUDITOR and request.blueprint != _OWN_AFFAIRS:
        only_read(db.session())
    if g.account.renew and request.endpoint not in _RENEWS:
        return redirect(url_for("own.password"))
    return away


def _asking() -> tuple[SignedIn | None, SignedIn | None]:
    """Who has signed in, or who has done so half."""
    kept = session.get(_TOKEN)
    if not isinstance(kept, str):
        return None, None
    with transaction() as database:
        found = signed_of(database, kept)
        if found is None:
            g.demonstration = is_demonstration(database)
            return None, None
        g.demonstration = found.demonstration
        asking = _as_signed_in(found.account, whole=found.whole)
    return (None, asking) if found.half else (asking, None)


def _as_signed_in(account: Account, *, whole: bool = False) -> SignedIn:
    return SignedIn(
        *(account.id, account.name, Role(account.role), account.union_id, account.member_id),
        renew=account.renew,
        whole=whole,
    )
