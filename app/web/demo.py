"""The demonstration city: its accounts are entered with one click, and every page says what it is.

Who enters this way gets a session like everybody else's (`app.web.auth`). An account that is not
listed as a demonstration's does not exist here, whatever somebody posts. On a system that serves
other hosts than this machine nobody enters this way, even where the city was loaded before.
"""

from typing import Final

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import NumberRange

from app.accounts.demo import PHONES, is_demonstration, offered_account
from app.config import LOCAL_HOSTS
from app.db import db, transaction
from app.web import auth, unsent
from app.web.roles import ASSETS, serves_everybody

_MOST_ID: Final = 2**63 - 1
_PASSED_ON: Final = frozenset({"X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via"})
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
_SILENT: Final = ASSETS | {"health.healthz"}

pages = Blueprint("demo", __name__)


class DemoForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """Who to be."""

    account = IntegerField(validators=[NumberRange(1, _MOST_ID)])


def install(web: Flask) -> None:
    """Give templates `demonstration`."""
    web.before_request(_look)
    web.context_processor(
        lambda: {"demonstration": g.get("demonstration", False), "invented_phone": PHONES[0]}
    )


def is_open() -> bool:
    """Whether accounts are offered without a password: only to this machine.

    A proxy may pass the name of this machine on as the host; so nothing may stand in front.
    """
    served: list[str] = current_app.config["TRUSTED_HOSTS"]
    passed_on = current_app.config["TRUSTED_PROXIES"] or _PASSED_ON & set(request.headers.keys())
    return served == list(LOCAL_HOSTS) and not passed_on and request.remote_addr in _LOOPBACK


@pages.post("/demonstration")
@serves_everybody
def enter() -> ResponseReturnValue:
    form = DemoForm()
    if not (is_open() and form.validate_on_submit()):
        abort(404)
    with transaction() as session:
        account = offered_account(session, form.account.data) or abort(404)
        auth.begin(session, account, "demonstration")
    return redirect(unsent.waits_at() or url_for("home.start"))


def _look() -> None:
    # Before anything of the page is made: an error's page asks nothing of the database. Of who has
    # signed in it is told with the account.
    if request.endpoint is None or not (request.endpoint in _SILENT or auth.says_who()):
        g.demonstration = is_demonstration(db.session())
