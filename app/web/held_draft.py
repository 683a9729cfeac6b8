"""What was posted when the session was over: it comes back once its sender has signed in again.

A session can end while somebody types (two hours without a request, a new password, signed out in
another tab), and then the post that would have kept it is refused. It is held in the browser's own
cookie, sealed for its draft: nothing of a person who has not signed in is written to the database,
whoever signs in on the same phone next cannot read it, and it does not matter how one signs in.
The step shows it again, unkept, until its button is pressed. A form whose token is of a session
before is held too, but only where the browser says that the page was ours: another site must not
put figures, or a card, into somebody's form.
"""

import base64
import json
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from flask import Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Unauthorized

from app.filing.draft import Draft
from app.filing.typed import FIGURES, Step, Typed
from app.reading.found import MARKS
from app.secrets import vault
from app.web import errors, unsent
from app.web.draft_steps import ENDPOINTS

HELD: Final = "held"
POSTS: Final = {
    "file_claim.send_kind": Step.KIND,
    "file_papers.send": Step.PAPERS,
    "file_figures.send": Step.FIGURES,
    "file_claim.send_card": Step.CARD,
    "file_check.send": Step.CHECK,
}
_NAMES: Final = frozenset({*FIGURES, "med_type", "says", "card", "account", "sums_seen", MARKS})
_LONGEST: Final = 400
_ROOM: Final = 2_600
"""Bytes: with the cookie's own writing around it, what browsers keep."""

Change = Callable[[Mapping[str, str], Typed], Typed]


def install(web: Flask) -> None:
    """Hold what a step posts too late; after the other pages of errors."""
    web.register_error_handler(Unauthorized, _signed_out)
    web.register_error_handler(CSRFError, _stale_form)


def with_held(draft: Draft, step: Step, change: Change) -> tuple[Draft, bool]:
    """The draft as its step shows it: with what was held of it, and whether there was something."""
    try:
        sealed = base64.urlsafe_b64decode(str(session.get(HELD, "")))
        held = json.loads(vault().open(sealed, "held_form", draft.id))
    except (InvalidTag, NotBase64, ValueError):  # none, or another draft's
        return draft, False
    if held["step"] != step:
        return draft, False
    return replace(draft, typed=change(held["fields"], draft.typed)), True


def _hold(step: Step) -> bool:
    names = _NAMES & request.form.keys()
    fields = {name: request.form[name][:_LONGEST] for name in names}
    draft_id = (request.view_args or {}).get("draft_id", 0)
    written = json.dumps({"step": step, "fields": fields}, ensure_ascii=False)
    sealed = base64.urlsafe_b64encode(vault().seal(written, "held_form", draft_id)).decode()
    if not fields or len(sealed) > _ROOM:
        return False
    session[HELD] = sealed
    return True


def _signed_out(error: Unauthorized) -> ResponseReturnValue:
    step = POSTS.get(request.endpoint or "")
    if step is None:
        return unsent.signed_out(error)
    kept = _hold(step)
    text = gettext("You are not signed in any more. What you kept before is there.")
    if kept:
        text = gettext("You are not signed in any more. Sign in: what you typed comes back.")
    page = render_template(
        "errors/page.html",
        title=gettext("Sign in again"),
        text=text,
        page_before="",
        sign_in_to=_address(step),
    )
    return page, 401


def _stale_form(error: CSRFError) -> ResponseReturnValue:
    step = POSTS.get(request.endpoint or "")
    if step is None:
        return unsent.stale_form(error)
    if not _from_our_page():
        return errors.stale_form(error)
    _hold(step)
    return redirect(_address(step))


def _from_our_page() -> bool:
    """As the browser says, which a page cannot make it say; over plain http it only says Origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def _address(step: Step) -> str:
    return url_for(ENDPOINTS[step], draft_id=(request.view_args or {})["draft_id"])
