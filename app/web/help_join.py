"""A helper who has no account makes one, with the code that a member or the counter gave."""

from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app.accounts.check import count_request
from app.accounts.models import Account
from app.accounts.password import LONGEST
from app.db import transaction
from app.errors import Refusal
from app.helping.accept import register
from app.texts import say
from app.web import auth
from app.web.languages import language
from app.web.roles import serves_everybody

pages = Blueprint("help_join", __name__)

_GIVEN: Final = InputRequired(lazy_gettext("This cannot be left empty."))
_QUIET: Final = {"autocomplete": "off"}


class JoinForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """Who the helper is."""

    code = StringField(
        lazy_gettext("The code you were given"),
        [_GIVEN, Length(max=20)],
        render_kw=_QUIET | {"autocapitalize": "characters", "spellcheck": "false"},
    )
    name = StringField(lazy_gettext("Your name"), [_GIVEN, Length(max=50)])
    certno = StringField(lazy_gettext("Your ID number"), [_GIVEN, Length(max=40)], render_kw=_QUIET)
    phone = StringField(lazy_gettext("Mobile number"), [_GIVEN, Length(max=20)], render_kw=_QUIET)
    login = StringField(
        lazy_gettext("A sign-in name of your choice"),
        [_GIVEN, Length(max=64)],
        description=lazy_gettext("Letters and digits, no ID number."),
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [_GIVEN, Length(max=LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )
    consent = BooleanField(
        lazy_gettext("I agree that the union keeps these data to know who acts for its member."),
        [InputRequired(lazy_gettext("Without it nobody can act for a member."))],
    )
    submit = SubmitField(lazy_gettext("Go on"), render_kw={"class": "btn btn-primary"})


@pages.get("/help", strict_slashes=False)
@serves_everybody
def form() -> ResponseReturnValue:
    return _show(JoinForm())


@pages.post("/help")
@serves_everybody
def send() -> ResponseReturnValue:
    typed = JoinForm()
    with transaction() as session:
        late = count_request(session, "help", request.remote_addr or "")
    if late:
        return _show(typed, late, 429)
    if not typed.validate_on_submit():
        return _show(typed, code=400)
    given: dict[str, Any] = {
        name: getattr(typed, name).data or ""
        for name in ("name", "certno", "phone", "login", "password")
    }
    try:
        with transaction() as session:
            made = register(session, typed.code.data or "", **given)
            auth.begin(session, session.get_one(Account, made))
    except Refusal as refused:
        return _show(typed, refused, 409)
    return redirect(url_for("helping.choose"))


def _show(typed: JoinForm, refused: Refusal | None = None, code: int = 200) -> ResponseReturnValue:
    trouble = say(refused, language()) if refused else ""
    return render_template("helping/join.html", form=typed, trouble=trouble), code
