"""Sign in by the provider that the settings name; without settings these pages do not exist.

A browser may begin in several tabs, and each may come back: only the state that is brought is used
up, so that neither another tab nor an address that somebody forged ends a sign-in under way.
"""

from typing import Final

from flask import Blueprint, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.accounts.check import count_request, uncount_request
from app.accounts.log import log_sign_in
from app.accounts.provider import (
    Begun,
    ProviderDeclined,
    ProviderNotBelieved,
    ProviderSilent,
    SubjectUnknown,
    address,
    begin,
    found,
    subject_of,
    take,
    tied_account,
)
from app.db import transaction
from app.errors import Refusal
from app.outside import Oidc
from app.texts import say
from app.web import auth
from app.web.languages import language
from app.web.paths import local_path
from app.web.roles import serves_everybody

_STATES: Final = "states"
_MOST_TABS: Final = 4
_ASKED: Final = "provider"
_HOW: Final = "oidc"

pages = Blueprint("oidc", __name__, url_prefix="/sign-in/provider")


@pages.get("/")
@serves_everybody
def start() -> ResponseReturnValue:
    if g.account:
        return redirect(url_for("home.start"))
    provider = _provider()
    with transaction() as database:
        late = count_request(database, _ASKED, auth.address())
    if late:
        return _refused(late)
    try:
        there = found(provider)
    except ProviderSilent as silent:
        return _refused(silent)
    with transaction() as database:
        state, begun = begin(database, local_path(request.args.get("next")))
    session[_STATES] = [*_states(), state][-_MOST_TABS:]
    return redirect(address(provider, there, begun, state, _back()))


@pages.get("/back")
@serves_everybody
def back() -> ResponseReturnValue:
    """The browser comes back: the state must be one of this browser, and is used up."""
    if g.account:
        return redirect(url_for("home.start"))
    provider, state = _provider(), request.args.get("state", "")
    begun = _take(state) if state in _states() else None
    if begun is None and auth.halfway():
        return redirect(url_for("second.step"))  # another tab was here first
    if begun is None:
        return _refused(ProviderNotBelieved())
    if "error" in request.args:
        _log_failed()
        return _refused(ProviderDeclined())
    return _signed(provider, begun, request.args.get("code", ""))


def _states() -> list[str]:
    kept = session.get(_STATES)
    return kept if isinstance(kept, list) else []


def _take(state: str) -> Begun | None:
    session[_STATES] = [each for each in _states() if each != state]
    with transaction() as database:
        return take(database, state)


def _signed(provider: Oidc, begun: Begun, code: str) -> ResponseReturnValue:
    try:
        subject = subject_of(provider, begun, code, _back())
    except (ProviderSilent, ProviderNotBelieved) as refused:
        _log_failed()
        return _refused(refused)
    with transaction() as database:
        account = tied_account(database, subject)
        if account is None or account.disabled_at is not None:
            known = account.id if account else None
            log_sign_in(database, "failed", auth.address(), account_id=known, how=_HOW)
            return _refused(SubjectUnknown())
        # A whole office may stand behind one address: who came in is no try.
        uncount_request(database, _ASKED, auth.address())
        whole = auth.begin_or_halve(database, account, _HOW)
    following = local_path(begun.following)
    return redirect(following if whole else url_for("second.step", next=following))


def _log_failed() -> None:
    with transaction() as database:
        log_sign_in(database, "failed", auth.address(), account_id=None, how=_HOW)


def _refused(why: Refusal) -> ResponseReturnValue:
    flash(say(why, language()), "trouble")
    return redirect(url_for("sign_in.form"))


def _provider() -> Oidc:
    provider: Oidc = current_app.config["OIDC"] or abort(404)
    return provider


def _back() -> str:
    return url_for("oidc.back", _external=True)
