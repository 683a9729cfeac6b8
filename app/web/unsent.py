"""What was posted when the session was over comes back to its sender, and to nobody else.

A session can end while somebody types: two hours without a request, a new password, signed out in
another tab. Then nothing is done of what is posted. It is kept for an hour beside the bell, sealed
for the account whose form it was and for the member this account acted for, which the form's token
says (`app.web.stamps`); the cookie carries a name made of that token. Signing in leads to the page
of the form, which shows it filled in, says that nothing was sent, and waits for its button.

Never kept: passwords, codes, files (the page says to choose them again), what is longer than all
that any form of ours takes, and what another site's page sends, whatever token it has. An account
has a few places, so that nobody fills the shelf by signing in again and again. Who signs in as
somebody else gets the page as it is. The steps of filing a claim have their own way
(`app.web.held_draft`), which is the draft's.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from redis import Redis, RedisError
from werkzeug.exceptions import HTTPException, Unauthorized

from app.secrets import vault
from app.web import acting, auth, errors
from app.web.paths import local_path
from app.web.refill import after_main, refill
from app.web.roles import ASSETS, served_by, serves_everybody
from app.web.stamps import Stamp, stamp_of_form

pages = Blueprint("unsent", __name__)

UNSENT: Final = "unsent"
NEVER: Final = frozenset({"csrf_token", "password", "old", "new", "again"})
"""Fields whose contents are proofs; a test looks for others on every page."""
CODES: Final = {"own": "code", "helping": "code"}
"""Pages on which a code is one; elsewhere it is the code of an account."""
_SHELF: Final = "UNSENT_SHELF"
_SECONDS: Final = 3600
_LONGEST: Final = 48 * 1024
_SENTENCE: Final = 12
"""A word that long was typed, and is no choice's name."""
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form that was not taken: the page it stands on, where it posts to, its fields."""

    page: str
    query: str
    action: str
    fields: list[tuple[str, str]]
    files: bool

    def written(self) -> str:
        fields = [self.page, self.query, self.action, self.fields, self.files]
        return json.dumps(fields, ensure_ascii=False)


def install(web: Flask, redis_url: str | None) -> None:
    """Give back what was kept. After all that looks through pages: this comes before them."""
    kept_for = {"socket_connect_timeout": 1, "socket_timeout": 1}
    web.extensions[_SHELF] = Redis.from_url(redis_url, **kept_for) if redis_url else None
    web.before_request(_look)
    web.after_request(_filled)


def signed_out(error: Unauthorized) -> ResponseReturnValue:
    """A form posted by nobody: keep it, and say where to sign in."""
    found = _stamp()
    if found is None:
        return errors.http_page(error)
    return _sign_in_again(found)


def stale_form(error: CSRFError) -> ResponseReturnValue:
    """A form of a session before: signed out since, or signed in anew."""
    found = _stamp()
    if found is None:
        return errors.stale_form(error)
    account = auth.who_asks()
    if account is None:
        return _sign_in_again(found)
    if (account.id, acting.chosen()) == (found.account, found.member):
        if _keep(found):
            return redirect(_page()[0], 303)
        return errors.stale_form(error)
    _keep(found)
    return errors.page(
        400,
        gettext(
            "This form was opened under another account or for somebody else, so nothing was sent. "
            "What was typed waits for an hour for whoever opened it."
        ),
    )


@pages.post("/unsent/away")
@serves_everybody
def away() -> ResponseReturnValue:
    """Not wanted any more: the page as it is."""
    _forget()
    return redirect(local_path(request.form.get("back")))


def _stamp() -> Stamp | None:
    """For whom the form was made, if it is one of those that are for who has signed in."""
    endpoint = request.endpoint
    if endpoint is None or served_by(current_app, endpoint) is None:
        return None
    return stamp_of_form()


def _sign_in_again(found: Stamp) -> ResponseReturnValue:
    kept = _keep(found)
    text = gettext(
        "You are not signed in any more, so nothing was sent. Sign in: what you typed comes back."
    )
    if not kept:
        text = gettext(
            "You are not signed in any more, so nothing was sent. What you typed could not be kept "
            "here: go back in your browser and copy it before you sign in."
        )
    page = render_template(
        "errors/page.html",
        title=gettext("Sign in again"),
        text=text,
        page_before="",
        sign_in_to=_page()[0],
    )
    return page, 401


def _keep(found: Stamp) -> bool:
    page, query = _page()
    never = {*NEVER, CODES.get(request.blueprint or "")}
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in never]
    files = any(each.filename for each in request.files.values())
    unsent = Unsent(page, query, request.path, fields, files).written()
    shelf = _shelf()
    if shelf is None or len(unsent.encode()) > _LONGEST:
        return False
    sealed = vault().seal(unsent, *_bound_to(found))
    try:
        shelf.set(_name(found), sealed, ex=_SECONDS)
    except RedisError as wrong:
        current_app.logger.warning("a form could not be kept: %s", type(wrong).__name__)
        return False
    session[UNSENT] = f"{found.key}.{found.account}"
    return True


def _page() -> tuple[str, str]:
    """The page of the form and its query: where it was posted from, or what stands above it."""
    came = urlsplit(errors.came_from(query=True))
    if came.path and came.path != "/":
        return came.path, came.query
    path = request.path
    while path.strip("/"):
        if _can_be_asked_for(path):
            return path, ""
        path = path.rstrip("/").rpartition("/")[0]
        if _can_be_asked_for(f"{path}/"):
            return f"{path}/", ""
    return "/", ""


def _can_be_asked_for(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        return bool(adapter and adapter.match(path, method="GET"))
    except HTTPException:
        return False


def waits_at() -> str:
    """The page of the form that was kept of who has just signed in; "" where there is none."""
    found = _kept() if UNSENT in session else None
    if found is None:
        return ""
    return f"{found.page}?{found.query}" if found.query else found.page


def typed_before(name: str) -> str:
    """What a field held that the page is to be filled with; for what is not only shown again."""
    found: Unsent | None = g.get("unsent")
    return dict(found.fields).get(name, "") if found else ""


def _look() -> ResponseReturnValue | None:
    """Find what was kept of the form on this page; forget it once its form is sent."""
    if not (g.get("account") and UNSENT in session) or request.endpoint in ASSETS:
        return None
    found = _kept() if request.method in {"GET", "POST"} else None
    if found is None:
        return None
    if request.method == "POST":
        if request.path == found.action:
            _forget()
        return None
    return _give_back(found) if request.path == found.page else None


def _give_back(found: Unsent) -> ResponseReturnValue | None:
    here = request.query_string.decode()
    if found.query and not here:
        return redirect(f"{found.page}?{found.query}")
    if here == found.query:
        g.unsent = found
    return None


def _kept() -> Unsent | None:
    """None where there is none, or another account's."""
    shelf, stamp = _shelf(), _own_stamp()
    if shelf is None or stamp is None:
        return None
    try:
        sealed: Any = shelf.get(_name(stamp))
        if sealed is None:
            session.pop(UNSENT)
            return None
        opened = vault().open(sealed, *_bound_to(stamp))
        page, query, action, fields, files = json.loads(opened)
        return Unsent(page, query, action, [(name, value) for name, value in fields], files)
    except (RedisError, InvalidTag, ValueError):
        return None


def _forget() -> None:
    stamp, shelf = _own_stamp(), _shelf()
    session.pop(UNSENT, None)
    if shelf is not None and stamp is not None:
        try:
            shelf.delete(_name(stamp))
        except RedisError:  # it ends by itself
            current_app.logger.warning("a kept form could not be thrown away")


def _filled(response: Response) -> Response:
    found: Unsent | None = g.get("unsent")
    if found is None or response.status_code != _OK or response.mimetype != "text/html":
        return response
    filled = refill(response.get_data(as_text=True), found.action, found.fields, here=request.path)
    said = render_template(
        "errors/unsent.html",
        filled=filled,
        files=found.files,
        back=request.full_path if request.args else request.path,
        left=list(_sentences(filled.left)),
    )
    response.set_data(after_main(filled.page, said))
    return response


def _sentences(values: list[str]) -> Iterator[str]:
    """What somebody has written, without the names of buttons and choices."""
    for value in values:
        if len(value) > _SENTENCE or " " in value or not value.isascii():
            yield value


def _shelf() -> "Redis | None":
    shelf: Redis | None = current_app.extensions[_SHELF]
    return shelf


def _own_stamp() -> Stamp | None:
    """What the form must say that this browser has kept and who asks now may see."""
    key, _, account = str(session.get(UNSENT, "")).partition(".")
    if not g.get("account") or account != str(auth.signed_in().id):
        return None
    return Stamp(key, int(account), acting.chosen())


def _name(stamp: Stamp) -> str:
    """One of sixteen of the account."""
    return f"huzhu:unsent:{stamp.account}:{stamp.key[0]}"


def _bound_to(stamp: Stamp) -> tuple[str, int, int, int]:
    return UNSENT, stamp.account, stamp.member, int(stamp.key, 16)
