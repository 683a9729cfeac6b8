"""An officer says that the papers of a claim filed by hand agree with its figures."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.claims.confirm import FilerConfirms, NoSuchClaim, OwnClaim, confirm
from app.db import db, transaction
from app.texts import say
from app.web import errors
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read.scope import scope_of
from app.web.read.told import claim_seen
from app.web.roles import serves

pages = Blueprint("review", __name__, url_prefix="/office")


@pages.post("/members/<id:member_id>/claims/<id:claim_id>/agree")
@serves(Role.OFFICER)
def agree(member_id: int, claim_id: int) -> ResponseReturnValue:
    session = db.session()
    claim_seen(session, member_id, claim_id, scope_of(session, signed_in().union_id)) or abort(404)
    # The other claims that were shown beside it, and looked at.
    although = {int(each) for each in request.form.getlist("although") if _number(each)}
    try:
        with transaction() as written:
            confirm(written, claim_id, by=signed_in().id, although=although)
    except NoSuchClaim:
        abort(404)
    except (FilerConfirms, OwnClaim) as refused:
        return errors.page(403, say(refused, language()))
    flash(gettext("The papers agree: the claim can be paid."))
    return redirect(url_for("claims.show", member_id=member_id, claim_id=claim_id))


def _number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) <= len(str(2**63))
