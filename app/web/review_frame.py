"""What every act on a review shares: whose claim, which stage was seen, and what comes next."""

from collections.abc import Callable
from typing import TypedDict, cast

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.claims.confirm import FilerConfirms, NoSuchClaim, OwnClaim
from app.claims.propose import member_of_claim
from app.claims.scope import reaches
from app.db import db, transaction
from app.reviews.stages import STAGES, Stage
from app.reviews.standing import acted_on, standing_of
from app.texts import say
from app.web import errors
from app.web.auth import signed_in
from app.web.languages import language
from app.web.review_filters import kept


def check(claim_id: int) -> None:
    """A claim out of the officer's scope does not exist.

    One that waits no more, withdrawn or done by another meanwhile, is said to, and not more to who
    has acted on it, a moment ago or in another window: the act itself says what has changed.
    """
    session, me = db.session(), signed_in()
    at = standing_of(session, claim_id)
    if at is None and acted_on(session, claim_id, me.id):
        return
    member_id = member_of_claim(session, claim_id) if at is None else at.member_id
    if member_id is None or not reaches(session, me.union_id, member_id):
        abort(404)
    if at is None:
        abort(cast(Response, gone()))


def done(act: Callable[[Session], str], then: str = "reviews.following") -> ResponseReturnValue:
    """Do one act, and go to what comes next."""
    try:
        with transaction() as session:
            said = act(session)
    except NoSuchClaim:
        abort(404)
    except (FilerConfirms, OwnClaim) as refused:
        return errors.page(403, say(refused, language()))
    flash(said)
    return redirect(url_for(then, after=request.form.get("after"), **kept()))


def gone() -> ResponseReturnValue:
    flash(gettext("This claim does not wait any more."), "trouble")
    return redirect(url_for("reviews.start", **kept()))


def stage() -> Stage:
    """The stage that was seen."""
    named = request.form.get("stage", "")
    return Stage(named) if named in set(STAGES) else abort(400)


class _WhoSaw(TypedDict):
    by: int
    seen: str | None


def who_saw() -> _WhoSaw:
    """Who acts, and what the page showed: the bill and how far it was."""
    return {"by": signed_in().id, "seen": request.form.get("seen") or None}
