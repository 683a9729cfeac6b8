"""The start: what this is, for who has not signed in; else the page that is each role's own."""

from typing import Final

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.demo import offered
from app.accounts.models import Role
from app.db import db
from app.web.demo import is_open
from app.web.read.offered import claims_of
from app.web.roles import serves_everybody

pages = Blueprint("home", __name__)

_STARTS: Final = {
    Role.OFFICER: "office.start",
    Role.MEMBER: "cover.mine",
    Role.AUDITOR: "audit.years",
    Role.CONTACT: "contact.start",
    Role.OPERATOR: "operator.start",
    Role.SYSTEM_ADMIN: "admin.accounts",
    Role.SECURITY_ADMIN: "admin.rights",
    Role.AUDIT_ADMIN: "admin.sign_in_log",
    Role.NONE: "own.show",
    Role.HELPER: "helping.choose",
}


@pages.get("/")
@serves_everybody
def start() -> ResponseReturnValue:
    if g.account:
        return redirect(url_for(_STARTS[g.account.role]))
    session = db.session()
    accounts = offered(session) if is_open() else []
    claims = claims_of(session, [each.member_id for each in accounts if each.member_id])
    return render_template("home/start.html", offered=accounts, claims=claims)
