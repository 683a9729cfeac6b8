"""An officer's pages about claims: those in one state, and one claim explained."""

from dataclasses import replace

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.claims.lifecycle import State
from app.db import db
from app.web import entries
from app.web.auth import signed_in
from app.web.claim_list import claims_page
from app.web.languages import language
from app.web.read.beside import beside
from app.web.read.held import WAITS, held_of
from app.web.read.letter import has_letter
from app.web.read.review import review_of
from app.web.read.scope import scope_of
from app.web.read.told import claim_seen, told
from app.web.report_lines import booked_and_counted
from app.web.roles import serves
from app.web.words import WAYS_BACK

pages = Blueprint("claims", __name__, url_prefix="/office")


@pages.get("/claims/<any(review, payable, closed, held, sent, paid, card_wanted):state>")
@serves(Role.OFFICER, Role.OPERATOR)
def in_state(state: str) -> ResponseReturnValue:
    return claims_page(state)


# The member's number stands in the address because claims are stored by member.
@pages.get("/members/<id:member_id>/claims/<id:claim_id>")
@serves(Role.OFFICER, Role.OPERATOR)
def show(member_id: int, claim_id: int) -> ResponseReturnValue:
    return claim_page(member_id, claim_id)


def claim_page(
    member_id: int, claim_id: int, refused: str = "", code: int = 200
) -> ResponseReturnValue:
    """`refused`: why what an officer decided was not taken; it is said beside the forms."""
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    seen = claim_seen(session, member_id, claim_id, scope) or abort(404)
    if seen.being_undone:  # what stood before counts no more
        seen = replace(seen, state=State.FILED)
    computed = told(session, member_id, claim_id, language(), to_officer=True)
    last = max(computed, key=lambda each: each.seq, default=None)
    waits = last is not None and last.answer.refusal == WAITS
    also = beside(session, member_id, claim_id)
    followed = scope.whole and not seen.being_undone
    booked, counts_in = booked_and_counted(session, member_id, claim_id) if followed else ([], [])
    page = render_template(
        "claims/show.html",
        claim=seen,
        person=also.person,
        helper=also.helper,
        told=[] if seen.being_undone else computed,
        letter=has_letter(seen, computed),
        filing=also.filing,
        odd=also.odd if seen.state is State.REVIEW else None,
        payments=also.payments,
        moves=also.moves,
        booked=booked,
        counts_in=counts_in,
        **entries.words(),
        review=review_of(session, seen, signed_in(), scope, also),
        ways_back=WAYS_BACK,
        held=held_of(session, seen, signed_in(), also, waits=waits),
        refused=refused,
        papers=also.papers,
        same_papers=also.same_papers,
    )
    return page, code
