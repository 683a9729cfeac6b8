"""A filing is taken back by who filed it, or sent back by an officer while the rules hold it.

Claims that wait for their papers have a desk of their own (`app.web.reviews`).
"""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import bell
from app.accounts.models import Role
from app.claims.confirm import NoSuchClaim, OwnClaim
from app.claims.lifecycle import Why
from app.claims.undo import NoReason, send_back, take_back
from app.db import db, transaction
from app.texts import say
from app.web import errors
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.read.scope import scope_of
from app.web.read.told import claim_seen
from app.web.roles import serves

pages = Blueprint("review", __name__, url_prefix="/office")


@pages.post("/members/<id:member_id>/claims/<id:claim_id>/send-back")
@serves(Role.OFFICER)
def back(member_id: int, claim_id: int) -> ResponseReturnValue:
    """Not to be paid, for a reason of the list; or taken back by the officer who filed it."""
    session = db.session()
    claim_seen(session, member_id, claim_id, scope_of(session, signed_in().union_id)) or abort(404)
    why = request.form.get("why", "")
    if why not in set(Why):
        return errors.page(400, say(NoReason(), language()))
    try:
        with transaction() as written:
            if why == Why.TAKEN_BACK:
                run_id = take_back(written, claim_id, by=signed_in().id)
            else:
                run_id = send_back(written, claim_id, Why(why), by=signed_in().id)
    except NoSuchClaim:
        abort(404)
    except OwnClaim as refused:
        return errors.page(403, say(refused, language()))
    ring(bell.DRAIN_RUN, run_id)
    flash(gettext("It is not paid. The bill can be filed again with the right figures."))
    return redirect(url_for("claims.show", member_id=member_id, claim_id=claim_id))
