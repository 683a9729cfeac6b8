"""A unit's contact: what to do next for the own unit."""

from typing import Final

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.clock import today
from app.db import db
from app.enrolment.window import permissions_of
from app.web.auth import signed_in
from app.web.paging import Asked
from app.web.read.change_lists import lists_of
from app.web.read.own_unit import own_unit
from app.web.read.scope import reach, scope_of
from app.web.read.unit import unit_seen
from app.web.read.uploads import uploads
from app.web.roles import serves
from app.year.standing import year_at_hand, year_standing

_UPLOADS: Final = 10
pages = Blueprint("contact", __name__, url_prefix="/unit")


@pages.get("/")
@serves(Role.CONTACT)
def start() -> ResponseReturnValue:
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    own = own_unit(session, signed_in().union_id) or abort(404)
    unit = unit_seen(session, own.id, scope) or abort(404)
    now = today()
    year = year_at_hand(now)
    sent = uploads(session, scope, Asked(None, _UPLOADS), unit.id).rows
    return render_template(
        "contact/start.html",
        unit=unit,
        standing=year_standing(session, year, reach(scope)),
        late=[x for x in permissions_of(session, unit.id) if x.benefit_year == year],
        now=now,
        enrolled=year in {each.year for each in own.years},
        missing=[each for each in own.years if each.missing_fen],
        uploads=sent,
        lists=lists_of(session, unit.id),
        checked=[each for each in sent if each.state == "checked"],
    )
