"""Errors as pages in the reader's language. What went wrong inside goes to the log, not to a page.

The error page asks nothing of the database: it must come out when that is what is missing.
"""

from types import TracebackType
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException, SecurityError

from app.attachments.faults import StorageDown
from app.errors import Refusal
from app.texts import say, word
from app.web import limits
from app.web.auth import says_who
from app.web.guard import IdInAddress
from app.web.languages import language
from app.web.missing import Missing
from app.web.paths import local_path
from app.web.roles import served_by

_WORDS: Final = {
    400: lazy_gettext("The request could not be understood. Go back and try again."),
    401: lazy_gettext("You are not signed in any more. Sign in and try again."),
    403: lazy_gettext("This page is not for your account."),
    404: lazy_gettext("There is no such page, or it is not for your account."),
    405: lazy_gettext("This page cannot be asked for in this way."),
    413: lazy_gettext("What you sent is too large."),
    416: lazy_gettext("The file is not that long. Download it again from its beginning."),
    500: lazy_gettext("Something went wrong on our side. Nothing was changed. Try again later."),
}
_KEPT: Final = frozenset({"Allow", "Content-Range", "Retry-After"})
"""Headers that say how to ask better."""
_TOO_LARGE: Final = 413
_UNAVAILABLE: Final = 500
BUSY_S: Final = 30
"""After which somebody may try again who found all connections to the database taken."""


def install(web: Flask) -> None:
    """Answer errors with pages."""
    web.register_error_handler(HTTPException, http_page)
    web.register_error_handler(SecurityError, _wrong_host)
    web.register_error_handler(CSRFError, stale_form)
    web.register_error_handler(IdInAddress, _id_in_address)
    web.register_error_handler(Refusal, _refused)
    web.register_error_handler(NoConnectionLeft, _busy)
    web.register_error_handler(Exception, _broken)


def page(code: int, text: str, **headers: str) -> ResponseReturnValue:
    """One sentence and a way out; the denial is logged."""
    if request.endpoint:
        # The page's name and not its address, which can hold anything.
        who = g.account.id if g.get("account") else "nobody"
        current_app.logger.warning("%d at %s for account %s", code, request.endpoint, who)
    title = gettext("That did not work") if code != 404 else gettext("Not found")  # noqa: PLR2004
    page_before = came_from()
    return (
        render_template("errors/page.html", title=title, text=text, page_before=page_before),
        code,
        headers,
    )


def came_from(*, query: bool = False) -> str:
    """The page of ours whose button was pressed, so that nobody has to look for it again; or "".

    Without its query, which can hold anything, unless it is asked for; and only where the page can
    be asked for: a form that was shown again stands at an address that only takes posts.
    """
    if request.method != "POST":
        return ""
    try:
        there = urlsplit(request.referrer or "")
        adapter = current_app.create_url_adapter(request)
        if there.netloc != request.host or not adapter:
            return ""
        adapter.match(there.path, method="GET")
    except (ValueError, HTTPException):  # no address; not a page; a host that is not ours
        return ""
    return local_path(f"{there.path}?{there.query}" if query and there.query else there.path)


def http_page(error: HTTPException) -> ResponseReturnValue:
    """What HTTP has a number for."""
    if error.response is not None:
        return error
    code = error.code or _UNAVAILABLE
    known = code if code in _WORDS else 400 if code < _UNAVAILABLE else _UNAVAILABLE
    kept = {k: v for k, v in error.get_headers() if k in _KEPT}
    limit = limits.largest_file() if code == _TOO_LARGE else None
    text = word("FileTooBig", language(), limit=limit) if limit else str(_WORDS[known])
    if isinstance(error, Missing):
        text = str(error.description)
    return page(code, text, **kept)


def _wrong_host(_error: SecurityError) -> ResponseReturnValue:
    # No page: addresses of pages cannot be made under a name that is not ours.
    return (
        "400: this server does not answer to that host name.\n",
        400,
        {"Content-Type": "text/plain; charset=utf-8"},
    )


def stale_form(_error: CSRFError) -> ResponseReturnValue:
    """A form without the token of this session, or of one that is over."""
    if served_by(current_app, request.endpoint or "static") is not None and not says_who():
        return page(400, str(_WORDS[401]))
    return page(
        400, gettext("This form had been open too long. Go back, reload, and send it again.")
    )


def _id_in_address(_error: IdInAddress) -> ResponseReturnValue:
    return page(
        400,
        gettext("An address must not hold an ID number: addresses are seen and kept by others."),
    )


def _refused(refusal: Refusal) -> ResponseReturnValue:
    current_app.logger.info("refused: %s", refusal.name)
    if isinstance(refusal, StorageDown):
        return page(503, say(refusal, language()), **{"Retry-After": "120"})
    return page(409, say(refusal, language()))


def _busy(_error: NoConnectionLeft) -> ResponseReturnValue:
    current_app.logger.error("no connection to the database is left")
    g.pop("account", None)
    text = word("Busy", language(), seconds=BUSY_S)
    return page(503, text, **{"Retry-After": str(BUSY_S)})


def _broken(error: Exception) -> ResponseReturnValue:
    number = uuid4().hex[:8]
    current_app.logger.error("error %s", number, exc_info=without_words(error))
    g.pop("account", None)
    text = gettext("If it happens again, tell us this number: %(number)s.", number=number)
    return page(_UNAVAILABLE, f"{_WORDS[_UNAVAILABLE]} {text}")


def without_words(error: Exception) -> tuple[type[Exception], Exception, TracebackType | None]:
    """For the log: not the message, which can quote what somebody typed. The code says enough."""
    kind = f"{type(error).__name__} {getattr(getattr(error, 'orig', None), 'sqlstate', '')}"
    return RuntimeError, RuntimeError(kind.strip()), error.__traceback__
