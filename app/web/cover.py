"""A member's own pages: my cover, my claims, one claim explained."""

from dataclasses import replace
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import bell
from app.accounts.models import Role
from app.claims.confirm import NoSuchClaim
from app.claims.decided import Says
from app.claims.injuries import INJURY, state_injury
from app.claims.lifecycle import State
from app.claims.pace import usual_days
from app.claims.undo import take_back, undoable_in
from app.clock import today
from app.db import db, transaction
from app.filing.typed import papers_wanted
from app.reviews.answer import answer_papers
from app.reviews.standing import papers_asked
from app.web.auth import member_id, signed_in
from app.web.bells import ring
from app.web.draft_steps import begun
from app.web.languages import language
from app.web.objections import objecting
from app.web.paging import Asked, asked
from app.web.read.beside import beside
from app.web.read.claims import claims_of_member, with_papers
from app.web.read.covers import Standing, covers_of, name_of, not_covered
from app.web.read.letter import has_letter
from app.web.read.my_steps import my_steps, papers_of_mine
from app.web.read.told import claim_seen, told, way
from app.web.roles import serves

_LATEST: Final = Asked(after=None, size=3)

pages = Blueprint("cover", __name__, url_prefix="/my")


@pages.get("/")
@serves(Role.MEMBER)
def mine() -> ResponseReturnValue:
    session, member, day = db.session(), member_id(), today()
    return render_template(
        "cover/mine.html",
        name=name_of(session, member),
        standing=Standing.on(day, covers_of(session, member)),
        enrolments=not_covered(session, member),
        claims=claims_of_member(session, member, _LATEST),
        drafts=begun(session, member),
        wanted=papers_of_mine(session, member),
        steps=my_steps(session, member),
        today=day,
    )


@pages.get("/claims")
@serves(Role.MEMBER)
def claims() -> ResponseReturnValue:
    found = claims_of_member(db.session(), member_id(), asked())
    drafts = begun(db.session(), member_id())
    here = with_papers(db.session(), member_id(), found.rows)
    return render_template("cover/claims.html", claims=found, drafts=drafts, with_papers=here)


@pages.get("/claims/<id:claim_id>")
@serves(Role.MEMBER)
def claim(claim_id: int) -> ResponseReturnValue:
    session, member = db.session(), member_id()
    # Somebody else's claim is not found: whether it exists is nobody's business.
    seen = claim_seen(session, member, claim_id) or abort(404)
    if seen.being_undone:  # what stood before counts no more
        seen = replace(seen, state=State.FILED)
    # A worker may determine it between two readings: then it is shown when it is looked at next.
    filed = seen.state is State.FILED
    determined = [] if filed else told(session, member, claim_id, language())
    also = beside(session, member, claim_id)
    asked = papers_asked(session, member, claim_id)
    return render_template(
        "cover/claim.html",
        claim=seen,
        told=determined,
        payments=also.payments,
        way=way(seen, determined, also.payments, asked, also.filing),
        filing=also.filing,
        owes_fen=also.money.excess.open_fen if also.money else 0,
        owed_fen=also.money.owed_fen if also.money else 0,
        usual_days=usual_days(session, seen.state),
        card_given=seen.state is State.CARD_WANTED
        and claim_id not in {each.claim_id for each in my_steps(session, member).bounced},
        undoable=undoable_in(also.filing, seen.state),
        odd=also.odd if seen.state is State.REVIEW else None,
        injury=seen.bill.med_type == INJURY and seen.state is State.HELD,
        said=also.says,
        helper=also.helper,
        whose=also.person.name if also.helper else "",
        papers=also.papers,
        asked=asked[-1] if asked else None,
        papers_here=seen.state is State.REVIEW
        and not (asked and asked[-1].waits)
        and {*papers_wanted(seen.bill.med_type)} <= {each.kind for each in also.papers},
        letter=has_letter(seen, determined),
        **objecting(seen, determined),
    )


@pages.post("/claims/<id:claim_id>/papers-here")
@serves(Role.MEMBER)
def answer(claim_id: int) -> ResponseReturnValue:
    """The papers that a reviewer asked for have come: the member says so, or a helper."""
    claim_seen(db.session(), member_id(), claim_id) or abort(404)
    with transaction() as session:
        answer_papers(session, claim_id, by=signed_in().id)
    flash(gettext("Thank you. The review goes on."))
    return redirect(url_for("cover.claim", claim_id=claim_id))


@pages.post("/claims/<id:claim_id>/state")
@serves(Role.MEMBER)
def state(claim_id: int) -> ResponseReturnValue:
    """The member says whether others are liable for an injury."""
    claim_seen(db.session(), member_id(), claim_id) or abort(404)
    says = request.form.get("says", "")
    if says not in set(Says):
        abort(400)
    with transaction() as session:
        state_injury(session, claim_id, Says(says), by=signed_in().id)
    flash(gettext("Thank you. Two officers decide now."))
    return redirect(url_for("cover.claim", claim_id=claim_id))


@pages.post("/claims/<id:claim_id>/take-back")
@serves(Role.MEMBER)
def back(claim_id: int) -> ResponseReturnValue:
    """The member takes back what was typed wrong."""
    claim_seen(db.session(), member_id(), claim_id) or abort(404)
    try:
        with transaction() as session:
            run_id = take_back(session, claim_id, by=signed_in().id)
    except NoSuchClaim:
        abort(404)
    ring(bell.DRAIN_RUN, run_id)
    flash(gettext("The claim is taken back. The bill can be filed again with the right figures."))
    return redirect(url_for("cover.claim", claim_id=claim_id))
