"""An officer's start: what to do next, what waits, the year at a glance, what was done lately."""

from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.clock import today
from app.db import db
from app.web.auth import signed_in
from app.web.read.events import latest
from app.web.read.first_steps import first_steps
from app.web.read.scope import reach, scope_of
from app.web.read.units import arrears
from app.web.read.waiting import WAITING, waiting
from app.web.roles import serves
from app.web.to_do import SHOWN, to_do
from app.web.words import happened
from app.year.standing import year_at_hand, year_standing

_EVENTS: Final = 20

pages = Blueprint("office", __name__, url_prefix="/office")


@pages.get("/")
@serves(Role.OFFICER)
def start() -> ResponseReturnValue:
    session, now = db.session(), today()
    scope = scope_of(session, signed_in().union_id)
    known, waits = arrears(session, scope), waiting(session, scope, signed_in(), now)
    return render_template(
        "office/start.html",
        todos=to_do(waits, known, whole=scope.whole),
        there=None if known else first_steps(session, scope),
        shown=SHOWN,
        waits=waits,
        states=WAITING,
        year=known[0] if known else None,
        events=[(event, happened(event)) for event in latest(session, scope, _EVENTS)],
        whole=scope.whole,
        coming=year_standing(session, year_at_hand(now), reach(scope)),
        today=now,
    )
