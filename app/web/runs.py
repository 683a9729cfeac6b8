"""An officer's page of one run: what came in, and every line that somebody must look at."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.db import db
from app.web.auth import signed_in
from app.web.paging import asked
from app.web.read.runs import determined, listed, run_seen
from app.web.read.scope import scope_of
from app.web.roles import serves

pages = Blueprint("runs", __name__, url_prefix="/office/runs")


@pages.get("/<id:run_id>")
@serves(Role.OFFICER, Role.OPERATOR)
def show(run_id: int) -> ResponseReturnValue:
    session = db.session()
    # A feed is the whole fund's: it holds the bills of every unit's members.
    if not scope_of(session, signed_in().union_id).whole:
        abort(404)
    seen = run_seen(session, run_id) or abort(404)
    return render_template(
        "runs/show.html",
        run=seen,
        determined=determined(session, run_id),
        lines=listed(session, run_id, asked()),
    )
