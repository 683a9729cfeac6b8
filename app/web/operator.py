"""An operator's start: what can be entered and prepared, and the rosters sent last."""

from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.db import db
from app.web.auth import signed_in
from app.web.paging import Asked
from app.web.read.scope import scope_of
from app.web.read.uploads import uploads
from app.web.roles import serves

_SHOWN: Final = 10

pages = Blueprint("operator", __name__, url_prefix="/office/entry")


@pages.get("/")
@serves(Role.OPERATOR)
def start() -> ResponseReturnValue:
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    sent = uploads(session, scope, Asked(None, _SHOWN)).rows
    return render_template("operator/start.html", uploads=sent, whole=scope.whole)
