"""A unit registers itself: a page for everybody, slowed down like sign-in.

The answer is the same whether the unit is known or not: who decides sees that.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.check import MINUTES, count_request
from app.db import db, transaction
from app.errors import Refusal
from app.texts import say
from app.units.ask import ask_registration
from app.web.languages import language
from app.web.roles import serves_everybody
from app.web.unit_forms import RegistrationForm, beside, choose_district

pages = Blueprint("register", __name__, url_prefix="/register")


@pages.get("/")
@serves_everybody
def form() -> ResponseReturnValue:
    return _show(_form())


@pages.post("/")
@serves_everybody
def send() -> ResponseReturnValue:
    typed = _form()
    with transaction() as session:
        late = count_request(session, "register", request.remote_addr or "")
    if late:
        return _show(typed, say(late, language()), 429, {"Retry-After": str(MINUTES * 60)})
    if not typed.validate_on_submit():
        return _show(typed, code=400)
    try:
        with transaction() as session:
            ask_registration(session, typed.wanted(), by=None)
    except Refusal as refused:
        return _show(typed, beside(typed, refused, say(refused, language())), 409)
    return redirect(url_for("register.sent"))


@pages.get("/sent")
@serves_everybody
def sent() -> ResponseReturnValue:
    return render_template("register/sent.html")


def _form() -> RegistrationForm:
    made: RegistrationForm = choose_district(RegistrationForm(), db.session(), None)
    return made


def _show(
    typed: RegistrationForm,
    trouble: str = "",
    code: int = 200,
    headers: dict[str, str] | None = None,
) -> ResponseReturnValue:
    return render_template("register/form.html", form=typed, trouble=trouble), code, headers or {}
