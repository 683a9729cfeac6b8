"""An officer's start: what to do next, what waits, the year at a glance, what was done lately."""

from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.clock import today
from app.db import db
from app.unions.tree import reach_of_union
from app.web.auth import signed_in
from app.web.read.events import latest
from app.web.read.figures import figures
from app.web.read.first_steps import first_steps
from app.web.read.money import money_waiting
from app.web.read.payment_outcomes import what_waits
from app.web.read.scope import scope_of
from app.web.read.second import second
from app.web.read.units import arrears, totals
from app.web.read.waiting import WAITING, waiting
from app.web.roles import serves
from app.web.to_do import SHOWN, Waits, to_do
from app.web.words import happened
from app.web.yearly import money as money_chart
from app.web.yearly import participation, payments
from app.year.standing import year_at_hand, year_standing

_EVENTS: Final = 20

pages = Blueprint("office", __name__, url_prefix="/office")


@pages.get("/")
@serves(Role.OFFICER)
def start() -> ResponseReturnValue:
    session, now = db.session(), today()
    scope = scope_of(session, signed_in().union_id)
    known, waits = arrears(session, scope), waiting(session, scope)
    year = known[0].year if known else None
    sums = totals(session, scope, year) if year else None
    # The charts are the whole fund's.
    seen = figures(session) if scope.whole else []
    todos = to_do(
        Waits(
            waits,
            second(session, scope),
            money_waiting(session) if scope.whole else None,
            what_waits(session) if scope.whole else None,
            [each for each in known if each.units],
            sums.decide if sums else 0,
            year,
            scope.whole,
        )
    )
    reach = reach_of_union(session, signed_in().union_id)
    return render_template(
        "office/start.html",
        todos=todos,
        there=None if known else first_steps(session, scope),
        shown=SHOWN,
        waits=waits,
        states=WAITING,
        year=year,
        totals=sums,
        charts=[participation(seen), payments(seen)] if seen else [],
        wide=money_chart(seen) if seen else None,
        events=[(event, happened(event)) for event in latest(session, scope, _EVENTS)],
        whole=scope.whole,
        coming=year_standing(session, year_at_hand(now), reach),
    )
