"""The papers of a claim: shown with the claim's own rights, and added to it.

A picture is one that we made (`app.attachments`), and says so: its type is fixed, and should a
browser ever take it for a page, that page may do nothing.
"""

from typing import Any, Final

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.accounts.models import Role
from app.attachments.keep import read_attachment
from app.attachments.kinds import Kind
from app.claims.papers import paper_on
from app.db import db, transaction
from app.reviews.answer import Brought, bring_papers
from app.web.auth import member_id, signed_in
from app.web.paper_files import KINDS, MOST_FILES, keep_all, sent_files
from app.web.read.scope import scope_of
from app.web.read.told import claim_seen
from app.web.roles import serves

_PATH: Final = "/claims/<id:claim_id>/papers"
_NO: Final = "<int(min=1, max=9999):no>"
_POLICY: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
"""Of a picture. Styles: a browser that shows one alone lays it out by some of its own."""

pages = Blueprint("claim_papers", __name__)


def install(web: Flask) -> None:
    """Give templates what papers are called."""
    web.jinja_env.globals.update(paper_kinds=KINDS, most_files=MOST_FILES)


@pages.get(f"/my{_PATH}/{_NO}", endpoint="mine")
@pages.get(f"/my{_PATH}/{_NO}/small", endpoint="mine_small")
@serves(Role.MEMBER)
def mine(claim_id: int, no: int) -> ResponseReturnValue:
    return picture(member_id(), claim_id, no)


@pages.post(f"/my{_PATH}")
@serves(Role.MEMBER)
def add_mine(claim_id: int) -> ResponseReturnValue:
    claim_seen(db.session(), member_id(), claim_id) or abort(404)
    return _add(member_id(), claim_id, url_for("cover.claim", claim_id=claim_id))


@pages.get(f"/office/members/<id:member_id>{_PATH}/{_NO}", endpoint="seen")
@pages.get(f"/office/members/<id:member_id>{_PATH}/{_NO}/small", endpoint="seen_small")
@serves(Role.OFFICER, Role.OPERATOR)
def seen(member_id: int, claim_id: int, no: int) -> ResponseReturnValue:
    _check(member_id, claim_id)
    return picture(member_id, claim_id, no)


@pages.post(f"/office/members/<id:member_id>{_PATH}")
@serves(Role.OFFICER, Role.OPERATOR)
def add(member_id: int, claim_id: int) -> ResponseReturnValue:
    _check(member_id, claim_id)
    back = url_for("claims.show", member_id=member_id, claim_id=claim_id)
    return _add(member_id, claim_id, back)


def picture(member_id: int, claim_id: int, no: int) -> Response:
    """A paper as a picture; whether the reader may see the claim was asked before."""
    session = db.session()
    paper_id = paper_on(session, member_id, claim_id, no) or abort(404)
    small = request.path.endswith("/small")
    return as_picture(read_attachment(session, member_id, paper_id, small=small), claim_id, no)


def as_picture(jpeg: bytes, claim_id: int, no: int) -> Response:
    """A picture of ours, and nothing but a picture, whatever a browser may find in it."""
    answer = Response(jpeg, content_type="image/jpeg")
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Content-Disposition"] = f'inline; filename="{claim_id}-{no}.jpg"'
    return answer


def _check(member_id: int, claim_id: int) -> None:
    """A claim out of the officer's scope does not exist."""
    session = db.session()
    claim_seen(session, member_id, claim_id, scope_of(session, signed_in().union_id)) or abort(404)


def _add(member_id: int, claim_id: int, back: str) -> ResponseReturnValue:
    kind, files = request.form.get("kind", ""), sent_files("papers")
    if kind not in set(Kind):
        return _again(back, 400, trouble=gettext("Say what paper it is."))
    if not files:
        return _again(back, 400, trouble=gettext("Choose a photo or a file."))
    if len(files) > MOST_FILES:
        trouble = gettext("Send at most %(most)d files at once.", most=MOST_FILES)
        return _again(back, 400, trouble=trouble)
    who = signed_in().id
    with transaction() as session:
        ids, not_taken = keep_all(session, files, member_id=member_id, kind=Kind(kind), by=who)
        brought = Brought([], answered=False)
        if ids:
            brought = bring_papers(session, member_id, claim_id, ids, by=who)
    added = brought.added
    if brought.answered:
        flash(gettext("All papers that were asked for are here. The review goes on."))
    if not_taken:
        return _again(back, 409, not_taken=not_taken, added=len(added))
    flash(
        ngettext("%(num)d page was added.", "%(num)d pages were added.", len(added))
        if added
        else gettext("The claim has these papers already.")
    )
    return redirect(f"{back}#attached")


def _again(back: str, code: int, **more: Any) -> ResponseReturnValue:
    """What was not taken, and the form once more."""
    more |= {"back": back, "send_to": request.path, "chosen": request.form.get("kind")}
    return render_template("claim_papers/again.html", **more), code
