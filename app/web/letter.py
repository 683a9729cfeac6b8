"""Papers about one claim, as PDFs: the letter about its result, for its member and for officers,
and the slip for who has just filed at the counter."""

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.db import db
from app.papers.filing_slip import slip_paper
from app.papers.letter import letter_paper
from app.web.auth import member_id as own
from app.web.auth import signed_in
from app.web.read.filing_slip import slip_of
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


@pages.get("/office/members/<id:member_id>/claims/<id:claim_id>/slip.pdf")
@serves(Role.OFFICER, Role.OPERATOR)
def slip(member_id: int, claim_id: int) -> ResponseReturnValue:
    session = db.session()
    claim = claim_seen(session, member_id, claim_id, scope_of(session, signed_in().union_id))
    made = (slip_of(session, claim) if claim else None) or abort(404)
    return _shown(slip_paper(made), made.number)


def _letter(claim: ClaimSeen | None) -> Response:
    """Made at once: it takes a tenth of a second."""
    letter = letter_of(db.session(), claim) if claim else None
    if letter is None:
        abort(404)
    return _shown(letter_paper(letter), letter.number)


def _shown(paper: bytes, number: str) -> Response:
    answer = Response(paper, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{number}.pdf")
    return answer
