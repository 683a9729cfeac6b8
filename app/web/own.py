"""The own account of who has signed in, whatever the role."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.web.role_names import ROLE_NAMES
from app.web.roles import serves

pages = Blueprint("own", __name__, url_prefix="/account")


@pages.get("/")
@serves(*Role)
def show() -> ResponseReturnValue:
    return render_template("own/show.html", roles=ROLE_NAMES)
