"""A member's own pages: my cover, my claims, one claim explained."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.clock import today
from app.db import db
from app.web.auth import member_id
from app.web.languages import language
from app.web.paging import asked
from app.web.read.claims import claims_of_member
from app.web.read.covers import covers_of, name_of, not_covered
from app.web.read.told import claim_seen, payments, told
from app.web.roles import serves

pages = Blueprint("cover", __name__, url_prefix="/my")


@pages.get("/")
@serves(Role.MEMBER)
def mine() -> ResponseReturnValue:
    session, member = db.session(), member_id()
    return render_template(
        "cover/mine.html",
        name=name_of(session, member),
        covers=covers_of(session, member),
        enrolments=not_covered(session, member),
        claims=claims_of_member(session, member, asked()),
        today=today(),
    )


@pages.get("/claims/<id:claim_id>")
@serves(Role.MEMBER)
def claim(claim_id: int) -> ResponseReturnValue:
    session, member = db.session(), member_id()
    # Somebody else's claim is not found: whether it exists is nobody's business.
    seen = claim_seen(session, member, claim_id) or abort(404)
    return render_template(
        "cover/claim.html",
        claim=seen,
        told=told(session, member, claim_id, language()),
        payments=payments(session, member, claim_id),
    )
