"""Who is asking, and whether this page is for them: asked of the database at every request.

The session lives in the database (`app.accounts.sign_in`); the signed cookie only carries its
random token. What the cookie holds before sign-in is thrown away then, so that a cookie planted by
somebody else is worth nothing.
"""

from dataclasses import dataclass
from typing import Final

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.accounts.sign_in import account_of, close_session, open_session
from app.db import transaction
from app.web.roles import ASSETS, served_by

_TOKEN: Final = "token"  # noqa: S105 - the cookie's key for it
_KEPT: Final = ("lang",)
_HELD: Final = "held"
"""What was posted too late (`app.web.held_draft`), sealed for whose it is."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account that asks, as it stood when the request began."""

    id: int
    name: str
    role: Role
    union_id: int
    member_id: int | None


def install(web: Flask) -> None:
    """Check every request before its view; give templates `account`."""
    web.before_request(_admit)
    web.context_processor(lambda: {"account": g.get("account"), "Role": Role})


def signed_in() -> SignedIn:
    """The account that asks. Only for views that serve roles."""
    account: SignedIn = g.account
    return account


def member_id() -> int:
    """The member who asks."""
    found = signed_in().member_id
    if found is None:
        abort(403)
    return found


def begin(database: Session, account: Account) -> None:
    """Put a new session into the cookie; of what was there stay the language and what is held."""
    before = session.get(_TOKEN)
    if before:
        close_session(database, before)
    _empty_cookie(_HELD)
    session[_TOKEN] = open_session(database, account)
    g.account = _as_signed_in(account)


def end() -> None:
    """Sign out: the session is gone in the database, whatever cookie a browser keeps."""
    token = session.get(_TOKEN)
    if token:
        with transaction() as database:
            close_session(database, token)
    _empty_cookie()


def _empty_cookie(*more: str) -> None:
    kept = {name: session[name] for name in (*_KEPT, *more) if name in session}
    session.clear()
    session.update(kept)


def _admit() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint in ASSETS:
        return None
    roles = served_by(current_app, request.endpoint)
    g.account = _asking()
    if roles is None:
        return None
    if g.account is None:
        if request.method not in {"GET", "HEAD"}:
            abort(401)
        return redirect(url_for("sign_in.form", next=request.path))
    if g.account.role not in roles:
        abort(403)
    return None


def _asking() -> SignedIn | None:
    token = session.get(_TOKEN)
    if not isinstance(token, str):
        return None
    with transaction() as database:
        account = account_of(database, token)
        return _as_signed_in(account) if account else None


def _as_signed_in(account: Account) -> SignedIn:
    return SignedIn(
        account.id, account.name, Role(account.role), account.union_id, account.member_id
    )
