"""The start: to the page that is each role's own."""

from typing import Final

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.web.auth import signed_in
from app.web.roles import serves

pages = Blueprint("home", __name__)

_STARTS: Final = {
    Role.OFFICER: "office.start",
    Role.MEMBER: "cover.mine",
    Role.AUDITOR: "audit.years",
}


@pages.get("/")
@serves(*Role)
def start() -> ResponseReturnValue:
    return redirect(url_for(_STARTS[signed_in().role]))
