"""An officer's start: what to do next, what waits, the year at a glance, what was done lately."""

from datetime import MAXYEAR, MINYEAR
from typing import Final

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.clock import today
from app.db import db
from app.desks.policy import deadlines_on
from app.lists.listing import Sees
from app.lists.listings import LISTINGS
from app.reports.years import figures
from app.texts import listed as texts
from app.web.auth import signed_in
from app.web.monthly import monthly
from app.web.paging import number_asked
from app.web.read.events import latest
from app.web.read.first_steps import first_steps
from app.web.read.months import months
from app.web.read.scope import reach, scope_of
from app.web.read.units import arrears
from app.web.read.waiting import waiting
from app.web.read.waits_of_claims import WAITING
from app.web.roles import serves
from app.web.to_do import SHOWN, to_do
from app.web.warned import warned
from app.web.words import happened
from app.web.yearly import money, participation, payments
from app.year.standing import year_at_hand, year_standing

_EVENTS: Final = 20

pages = Blueprint("office", __name__, url_prefix="/office")


@pages.get("/")
@serves(Role.OFFICER)
def start() -> ResponseReturnValue:
    session, now = db.session(), today()
    scope = scope_of(session, signed_in().union_id)
    known, waits = arrears(session, scope), waiting(session, scope, signed_in(), now)
    counted = months(session, signed_in().union_id, year_asked(), now)
    coming = year_standing(session, year_at_hand(now), reach(scope))
    return render_template(
        "office/start.html",
        todos=to_do(waits, known, whole=scope.whole),
        there=None if known else first_steps(session, scope),
        shown=SHOWN,
        waits=waits,
        states=WAITING,
        year=known[0] if known else None,
        events=[(event, happened(event)) for event in latest(session, scope, _EVENTS)],
        warnings=warned(waits, known, coming, counted, now),
        months=counted,
        charts=monthly(counted, deadlines_on(now).promised) if counted else [],
        listings=[x.name for x in LISTINGS.values() if scope.whole or x.sees is not Sees.FUND],
        lang_texts=texts,
        whole=scope.whole,
        coming=coming,
        today=now,
    )


@pages.get("/years")
@serves(Role.OFFICER)
def years() -> ResponseReturnValue:
    """The whole fund's years, for officers of the whole fund."""
    session = db.session()
    scope_of(session, signed_in().union_id).whole or abort(404)
    seen = figures(session)
    return render_template(
        "office/years.html",
        charts=[participation(seen), payments(seen)] if seen else [],
        wide=money(seen) if seen else None,
    )


def year_asked() -> int | None:
    """The year that the address names; nonsense names none."""
    year = number_asked("year")
    return year if MINYEAR < year <= MAXYEAR else None
