"""Claims that may be approved together: a box to tick for each, and an act for each."""

from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.db import db
from app.reviews.bulk import approve_clean, clean_among
from app.reviews.list_waiting import Asked, waiting
from app.reviews.stages import Stage
from app.web import errors
from app.web.auth import signed_in
from app.web.read.person import names_seen
from app.web.review_filters import begins_after, is_number, key, within
from app.web.review_frame import done
from app.web.roles import serves

pages = Blueprint("clean", __name__, url_prefix="/office/reviews/clean")

AT_ONCE: Final = 20


@pages.get("/")
@serves(Role.OFFICER)
def listed() -> ResponseReturnValue:
    """Claims at the last stage against which no rule has a word."""
    session = db.session()
    scope, whose = within(session)
    asked = Asked(stage=Stage.APPROVE, mine=signed_in().id, after=begins_after())
    found = waiting(session, asked, reach=whose, most=AT_ONCE)
    fit = clean_among(session, [x.claim_id for x in found])
    return render_template(
        "reviews/clean.html",
        rows=[x for x in found if x.claim_id in fit],
        left_out=len(found) - len(fit),
        names=names_seen(session, {x.member_id for x in found}, scope),
        following=key(found[-1].place) if len(found) == AT_ONCE else None,
    )


@pages.post("/")
@serves(Role.OFFICER)
def approve() -> ResponseReturnValue:
    chosen = {int(each) for each in request.form.getlist("claim") if is_number(each)}
    if not chosen:
        return errors.page(400, gettext("Tick the claims you approve."))

    def act(session: Session) -> str:
        done = approve_clean(session, chosen, by=signed_in().id)
        return str(gettext("Approved: %(count)s claims can be paid.", count=len(done)))

    return done(act, then="clean.listed")
