"""The letter about a claim's result, as a PDF: for its member, and for officers at the counter."""

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.db import db
from app.papers.letter import letter_paper
from app.web.auth import member_id as own
from app.web.auth import signed_in
from app.web.read.letter import letter_of
from app.web.read.scope import scope_of
from app.web.read.told import ClaimSeen, claim_seen
from app.web.roles import serves

pages = Blueprint("letter", __name__)


@pages.get("/my/claims/<id:claim_id>/letter.pdf")
@serves(Role.MEMBER)
def mine(claim_id: int) -> ResponseReturnValue:
    return _letter(claim_seen(db.session(), own(), claim_id))


@pages.get("/office/members/<id:member_id>/claims/<id:claim_id>/letter.pdf")
@serves(Role.OFFICER)
def seen(member_id: int, claim_id: int) -> ResponseReturnValue:
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    return _letter(claim_seen(session, member_id, claim_id, scope))


def _letter(claim: ClaimSeen | None) -> Response:
    """Made at once: it takes a tenth of a second."""
    letter = letter_of(db.session(), claim) if claim else None
    if letter is None:
        abort(404)
    answer = Response(letter_paper(letter), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{letter.number}.pdf")
    return answer
