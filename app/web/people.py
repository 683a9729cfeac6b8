"""One member as an officer sees one: covers and claims."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.clock import today
from app.db import db
from app.web.auth import signed_in
from app.web.paging import asked
from app.web.read.claims import claims_of_member
from app.web.read.covers import covers_of
from app.web.read.person import covers_seen, names_seen, person
from app.web.read.scope import scope_of
from app.web.roles import serves

pages = Blueprint("people", __name__, url_prefix="/office/members")


@pages.get("/<id:member_id>")
@serves(Role.OFFICER, Role.OPERATOR)
def show(member_id: int) -> ResponseReturnValue:
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    if member_id not in names_seen(session, [member_id], scope):
        abort(404)
    own = covers_seen(session, member_id, scope)
    return render_template(
        "people/show.html",
        member_id=member_id,
        person=person(session, member_id),
        covers=[each for each in covers_of(session, member_id) if each.id in own],
        claims=claims_of_member(session, member_id, asked()),
        today=today(),
        whole=scope.whole,
    )
