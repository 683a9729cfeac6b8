"""An officer's start: what waits, and what was done lately."""

from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.claims.lifecycle import State
from app.db import db
from app.web.auth import signed_in
from app.web.read.events import latest
from app.web.read.scope import scope_of
from app.web.read.waiting import waiting
from app.web.roles import serves
from app.web.words import happened

_EVENTS: Final = 20
_WAITING: Final = (State.HELD, State.CARD_WANTED, State.PAYABLE, State.SENT)

pages = Blueprint("office", __name__, url_prefix="/office")


@pages.get("/")
@serves(Role.OFFICER)
def start() -> ResponseReturnValue:
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    return render_template(
        "office/start.html",
        waits=waiting(session, scope),
        states=_WAITING,
        events=[(event, happened(event)) for event in latest(session, scope, _EVENTS)],
        whole=scope.whole,
    )
