"""The review desk: what waits at which stage, and one claim to act on, by keyboard all the way.

Opening a claim takes it for the officer who may act on it (`app.reviews.hold`); after an act the
next one comes by itself. Every act names the stage that was seen. Without script the same forms
open and close, and a paper's link opens its picture.
"""

from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app import bell
from app.accounts.models import Role
from app.claims.lifecycle import OFFICERS_REASONS, Why
from app.clock import today
from app.db import db, transaction
from app.reviews.act import KINDS, ask_papers, go_on, refuse, send_to_before
from app.reviews.answer import answer_papers
from app.reviews.by_deadline import Place
from app.reviews.hold import release
from app.reviews.list_waiting import COUNTED, counts, waiting
from app.reviews.policy import due_on
from app.reviews.stages import STAGES, Back, Stage
from app.reviews.standing import standing_of
from app.texts import reviews as words
from app.web import errors
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.read.person import names_seen
from app.web.read.reviews import open_review, unions_below
from app.web.read.scope import reach, scope_of
from app.web.read.told import claim_seen, told
from app.web.review_filters import (
    asked,
    begins_after,
    is_number,
    kept,
    key,
    over_unread,
    within,
)
from app.web.review_frame import check, done, gone, stage, who_saw
from app.web.roles import serves
from app.web.words import WAYS_BACK

pages = Blueprint("reviews", __name__, url_prefix="/office/reviews")

SIZE: Final = 50


@pages.get("/")
@serves(Role.OFFICER, Role.OPERATOR)
def start() -> ResponseReturnValue:
    """How many wait at each stage, and those that match what was asked, the first due first."""
    session = db.session()
    scope, whose = within(session)
    found = waiting(session, asked(), reach=whose, most=SIZE + 1)
    shown = found[:SIZE]
    return render_template(
        "reviews/start.html",
        counts=counts(session, reach=reach(scope)),
        most=COUNTED,
        stages=STAGES,
        rows=shown,
        names=names_seen(session, {x.member_id for x in shown}, scope),
        following=key(shown[-1].place) if len(found) > SIZE else None,
        kept=kept(),
        over_unread=over_unread(),
        unions=unions_below(session, signed_in().union_id),
        today=today(),
    )


@pages.get("/next")
@serves(Role.OFFICER, Role.OPERATOR)
def following() -> ResponseReturnValue:
    """The next claim that who asks may act on; after the last one the first again."""
    session = db.session()
    _, whose = within(session)
    for after in dict.fromkeys((begins_after(), None)):
        found = waiting(session, asked(mine=True, after=after), reach=whose, most=1)
        if found:
            return redirect(url_for("reviews.show", claim_id=found[0].claim_id, **kept()))
    flash(gettext("Nothing more waits for you here."))
    return redirect(url_for("reviews.start", **kept()))


@pages.get("/<id:claim_id>")
@serves(Role.OFFICER, Role.OPERATOR)
def show(claim_id: int) -> ResponseReturnValue:
    with transaction() as session:  # who opens it has it
        at = standing_of(session, claim_id)
        if at is None:
            check(claim_id)
            return gone()
        scope = scope_of(session, signed_in().union_id)
        seen = claim_seen(session, at.member_id, claim_id, scope) or abort(404)
        review = open_review(session, at, signed_in(), scope)
        explained = told(session, at.member_id, claim_id, language(), to_officer=True)
    # Written when others need wait for it no more.
    return render_template(
        "reviews/show.html",
        claim=seen,
        review=review,
        person=review.person,
        told=explained,
        kept=kept(),
        key=key(Place(due_on(at.stage, at.since_on), at.since_on, claim_id)),
        kinds=KINDS,
        backs=[*Back],
        ways_back={why: WAYS_BACK[why] for why in OFFICERS_REASONS},
    )


@pages.post("/<id:claim_id>/on")
@serves(Role.OFFICER, Role.OPERATOR)
def on(claim_id: int) -> ResponseReturnValue:
    check(claim_id)
    # The other claims that were shown beside it, and looked at.
    although = {int(each) for each in request.form.getlist("although") if is_number(each)}

    def act(session: Session) -> str:
        then = go_on(session, claim_id, stage(), **who_saw(), although=although)
        if then is Stage.GRANTED:
            return str(gettext("Approved: the claim can be paid."))
        at = words.named(words.STAGES, then.value, language())
        return str(gettext("Passed on. Next stage: %(stage)s.", stage=at))

    return done(act)


@pages.post("/<id:claim_id>/papers")
@serves(Role.OFFICER, Role.OPERATOR)
def papers(claim_id: int) -> ResponseReturnValue:
    check(claim_id)

    def act(session: Session) -> str:
        kinds, says = request.form.getlist("kind"), request.form.get("says", "")
        until = ask_papers(session, claim_id, stage(), kinds, says, **who_saw())
        return str(gettext("The member is asked for papers, until %(day)s.", day=until))

    return done(act)


@pages.post("/<id:claim_id>/answered")
@serves(Role.OFFICER, Role.OPERATOR)
def answered(claim_id: int) -> ResponseReturnValue:
    """The papers came to the counter."""
    check(claim_id)

    def act(session: Session) -> str:
        answer_papers(session, claim_id, by=signed_in().id)
        return str(gettext("The papers are here. The review goes on."))

    return done(act)


@pages.post("/<id:claim_id>/back")
@serves(Role.OFFICER)
def back(claim_id: int) -> ResponseReturnValue:
    check(claim_id)
    why = request.form.get("why", "")
    why in set(Back) or abort(400)

    def act(session: Session) -> str:
        then = send_to_before(session, claim_id, stage(), Back(why), **who_saw())
        at = words.named(words.STAGES, then.value, language())
        return str(gettext("Returned to: %(stage)s.", stage=at))

    return done(act)


@pages.post("/<id:claim_id>/refuse")
@serves(Role.OFFICER)
def deny(claim_id: int) -> ResponseReturnValue:
    """Refuse for a reason of the list; asked once more, since it is not undone here."""
    check(claim_id)
    why = request.form.get("why", "")
    if why not in set(OFFICERS_REASONS):
        return errors.page(400, gettext("Choose why it is refused."))
    if not request.form.get("sure"):
        said = WAYS_BACK[Why(why)]
        return render_template(
            "reviews/refuse.html",
            after=request.form.get("after", ""),
            claim_id=claim_id,
            why=why,
            said=said,
            stage=stage(),
            seen=request.form.get("seen", ""),
            kept=kept(),
        )
    rings: list[int] = []

    def act(session: Session) -> str:
        rings.append(refuse(session, claim_id, stage(), Why(why), **who_saw()))
        return str(gettext("Refused. The member can file the bill again."))

    answer = done(act)
    for run_id in rings:
        ring(bell.DRAIN_RUN, run_id)
    return answer


@pages.post("/<id:claim_id>/leave")
@serves(Role.OFFICER, Role.OPERATOR)
def leave(claim_id: int) -> ResponseReturnValue:
    check(claim_id)
    with transaction() as session:
        release(session, claim_id, by=signed_in().id)
    return redirect(url_for("reviews.start", **kept()))
