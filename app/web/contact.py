"""A unit's contact: what to do next for the own unit."""

from typing import Final

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.clock import today
from app.db import db
from app.enrolment.window import permissions_of
from app.unions.tree import reach_of_union
from app.web.auth import signed_in
from app.web.paging import Asked
from app.web.read.change_lists import lists_of
from app.web.read.scope import scope_of
from app.web.read.unit import unit_of_union, unit_seen, years_of
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
    unit_id = unit_of_union(session, signed_in().union_id) or abort(404)
    unit = unit_seen(session, unit_id, scope) or abort(404)
    years, now = years_of(session, unit.id), today()
    year = year_at_hand(now)
    reach = reach_of_union(session, signed_in().union_id)
    sent = uploads(session, scope, Asked(None, _UPLOADS), unit.id).rows
    return render_template(
        "contact/start.html",
        unit=unit,
        standing=year_standing(session, year, reach),
        late=[x for x in permissions_of(session, unit.id) if x.benefit_year == year],
        now=now,
        enrolled=any(each.year == year and each.enrolled for each in years),
        missing=[each for each in years if each.missing_fen],
        uploads=sent,
        lists=lists_of(session, unit.id),
        checked=[each for each in sent if each.state == "checked"],
    )
