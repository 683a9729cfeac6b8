"""Sign in and out."""

from typing import Final

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app.accounts.change import account_id_of
from app.accounts.check import MINUTES, TooManyTries, WrongLogin, authenticate
from app.accounts.log import log_sign_in
from app.accounts.models import Account
from app.accounts.password import LONGEST
from app.db import transaction
from app.texts import say
from app.web import auth
from app.web.code_forms import AskForm
from app.web.languages import language
from app.web.paths import local_path
from app.web.roles import serves_everybody

_LONGEST_LOGIN: Final = 64

pages = Blueprint("sign_in", __name__)


class SignInForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """Name and password. Who knows neither learns nothing else here."""

    login = StringField(
        lazy_gettext("Sign-in name"),
        [InputRequired(lazy_gettext("Enter your sign-in name.")), Length(max=_LONGEST_LOGIN)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()
    submit = SubmitField(lazy_gettext("Sign in"), render_kw={"class": "btn btn-primary w-100"})


@pages.get("/sign-in")
@serves_everybody
def form() -> ResponseReturnValue:
    if g.account:
        return redirect(url_for("home.start"))
    return _show(SignInForm(next=local_path(request.args.get("next"))))


@pages.post("/sign-in")
@serves_everybody
def enter() -> ResponseReturnValue:
    typed = SignInForm()
    if not typed.validate_on_submit():
        return _show(typed, code=400)
    with transaction() as session:
        found = authenticate(
            session, typed.login.data, typed.password.data, request.remote_addr or ""
        )
        whole = isinstance(found, Account) and auth.begin_or_halve(session, found)
        if not isinstance(found, Account):
            what = "locked" if isinstance(found, TooManyTries) else "failed"
            known = account_id_of(session, typed.login.data)
            log_sign_in(session, what, auth.address(), account_id=known)
    if not isinstance(found, Account):
        return _refused(typed, found)
    wanted = local_path(typed.next.data)
    return redirect(wanted if whole else url_for("second.step", next=wanted))


@pages.post("/sign-out")
@serves_everybody
def leave() -> ResponseReturnValue:
    auth.end()
    return redirect(url_for("sign_in.form"))


def _refused(typed: SignInForm, found: WrongLogin | TooManyTries) -> ResponseReturnValue:
    late = isinstance(found, TooManyTries)
    headers = {"Retry-After": str(MINUTES * 60)} if late else {}
    return _show(typed, say(found, language()), 429 if late else 403, headers)


def _show(
    typed: SignInForm, trouble: str = "", code: int = 200, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    ask = AskForm(formdata=None, next=typed.next.data)
    page = render_template("sign_in/form.html", form=typed, trouble=trouble, ask=ask)
    return page, code, headers or {}
