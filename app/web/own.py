"""The own account of who has signed in, whatever the role: password, second step, sign-ins."""

from typing import Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import EqualTo, InputRequired, Length

from app.accounts.change import choose_password
from app.accounts.check import TooManyTries, WrongLogin
from app.accounts.factor import WrongCode, codes_left, confirm_factor, has_second, secret_to_set
from app.accounts.factor_anew import NoPhoneWaits, begin_move, finish_move, make_codes
from app.accounts.log import log_sign_in, sign_ins
from app.accounts.models import Account, Role
from app.accounts.password import LONGEST
from app.accounts.sign_in import close_others, open_sessions
from app.db import db, transaction
from app.errors import Refusal
from app.texts import say
from app.web import auth
from app.web.auth import signed_in
from app.web.languages import language
from app.web.role_names import ROLE_NAMES
from app.web.roles import serves
from app.web.second import picture, shown_once
from app.web.sign_in_words import HOW, WHAT

_SHOWN: Final = 10
_LONGEST_CODE: Final = 40

pages = Blueprint("own", __name__, url_prefix="/account")


class PasswordForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """The old password, and a new one twice."""

    old = PasswordField(
        lazy_gettext("Present password"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        lazy_gettext("New password, at least 10 characters"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("The new password again"),
        [EqualTo("new", lazy_gettext("The two new passwords are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(
        lazy_gettext("Change the password"), render_kw={"class": "btn btn-primary"}
    )


class SetForm(FlaskForm):  # type: ignore[misc]
    """The first code of a phone."""

    code = StringField(
        lazy_gettext("Code of six digits"),
        [Length(max=_SHOWN)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )
    submit = SubmitField(lazy_gettext("Switch it on"), render_kw={"class": "btn btn-primary"})


class ProofForm(FlaskForm):  # type: ignore[misc]
    """That it is the owner, once more."""

    password = PasswordField(
        lazy_gettext("Present password"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    code = StringField(
        lazy_gettext("Present code of the phone, or a recovery code"),
        [Length(max=_LONGEST_CODE)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none"},
    )
    submit = SubmitField(lazy_gettext("Continue"), render_kw={"class": "btn btn-primary"})


@pages.get("/")
@serves(*Role)
def show() -> ResponseReturnValue:
    session, own = db.session(), signed_in().id
    return render_template(
        "own/show.html",
        roles=ROLE_NAMES,
        seen=sign_ins(session, before=None, size=_SHOWN, account_id=own),
        what=WHAT,
        how=HOW,
        open=open_sessions(session, own),
        second=has_second(session, own),
        codes=codes_left(session, own),
        switched_off=not current_app.config["SECOND_FACTOR"],
    )


@pages.get("/password")
@serves(*Role)
def password() -> ResponseReturnValue:
    return render_template("own/password.html", form=PasswordForm(), trouble="")


@pages.post("/password")
@serves(*Role)
def set_password() -> ResponseReturnValue:
    typed, own, trouble = PasswordForm(), signed_in().id, None
    if not typed.validate_on_submit():
        return render_template("own/password.html", form=typed, trouble=""), 400
    try:
        with transaction() as session:
            old, new = typed.old.data, typed.new.data
            trouble = choose_password(session, own, old, new, auth.address())
            if trouble is None:
                close_others(session, own, auth.token())
                auth.begin(session, session.get_one(Account, own))
    except Refusal as refused:
        said = say(refused, language())
        return render_template("own/password.html", form=typed, trouble=said), 409
    if isinstance(trouble, WrongLogin | TooManyTries):
        said = say(trouble, language())
        code = 429 if isinstance(trouble, TooManyTries) else 403
        return render_template("own/password.html", form=typed, trouble=said), code
    flash(
        gettext("Password changed; other sign-ins are ended and your own tokens revoked."),
        "good",
    )
    return redirect(url_for("home.start"))


@pages.post("/elsewhere")
@serves(*Role)
def leave_elsewhere() -> ResponseReturnValue:
    own = signed_in().id
    with transaction() as session:
        if close_others(session, own, auth.token()):
            log_sign_in(session, "ended_elsewhere", auth.address(), account_id=own)
    flash(gettext("You are signed out everywhere else."), "good")
    return redirect(url_for("own.show"))


@pages.get("/second")
@serves(*Role)
def second() -> ResponseReturnValue:
    if has_second(db.session(), signed_in().id):
        return redirect(url_for("own.show"))
    return _set_up(SetForm())


@pages.post("/second")
@serves(*Role)
def set_second() -> ResponseReturnValue:
    typed = SetForm()
    if not typed.validate_on_submit():
        return _set_up(typed, code=400)
    with transaction() as session:
        found = confirm_factor(session, signed_in().id, typed.code.data or "")
    if isinstance(found, WrongCode | TooManyTries):
        return _set_up(typed, say(found, language()), 403)
    return shown_once(found, url_for("own.show"))


@pages.get("/second/codes", endpoint="codes")
@pages.get("/second/move", endpoint="move")
@serves(*Role)
def second_anew() -> ResponseReturnValue:
    if not has_second(db.session(), signed_in().id):
        return redirect(url_for("own.second"))
    return _prove(ProofForm())


@pages.post("/second/codes", endpoint="make_codes")
@pages.post("/second/move", endpoint="begin_move")
@serves(*Role)
def begin_anew() -> ResponseReturnValue:
    """New recovery codes, or the secret for another phone: shown here and nowhere again."""
    typed, own = ProofForm(), signed_in().id
    if not typed.validate_on_submit():
        return _prove(typed, code=400)
    act = make_codes if request.path.endswith("/codes") else begin_move
    with transaction() as session:
        found = act(session, own, typed.password.data or "", typed.code.data or "", auth.address())
        login = session.get_one(Account, own).login
    if isinstance(found, WrongLogin | WrongCode | TooManyTries):
        return _prove(typed, say(found, language()), 403)
    if isinstance(found, list):
        return shown_once(found, url_for("own.show"))
    return _moving(SetForm(formdata=None), secret=found, picture=picture(found, login))


@pages.post("/second/moved")
@serves(*Role)
def finish_anew() -> ResponseReturnValue:
    """The other phone shows its first code."""
    typed, own = SetForm(), signed_in().id
    try:
        with transaction() as session:
            found = finish_move(session, own, typed.code.data or "")
            if isinstance(found, list):
                close_others(session, own, auth.token())
    except NoPhoneWaits as refused:
        flash(say(refused, language()))
        return redirect(url_for("own.move"))
    if isinstance(found, list):
        return shown_once(found, url_for("own.show"))
    return _moving(typed, say(found, language()), code=403)


def _prove(typed: ProofForm, trouble: str = "", code: int = 200) -> ResponseReturnValue:
    typed.code.data = ""
    return render_template("own/anew.html", form=typed, trouble=trouble), code


def _moving(
    typed: SetForm, trouble: str = "", code: int = 200, **shown: object
) -> ResponseReturnValue:
    """The new phone's page; a wrong code shows the secret no second time, the phone has it."""
    typed.code.data = ""
    page = render_template("own/moving.html", form=typed, trouble=trouble, **shown)
    return page, code, {"Cache-Control": "no-store"}


def _set_up(typed: SetForm, trouble: str = "", code: int = 200) -> ResponseReturnValue:
    with transaction() as session:
        secret = secret_to_set(session, signed_in().id)
        drawn = picture(secret, session.get_one(Account, signed_in().id).login)
    typed.code.data = ""
    page = render_template(
        "own/second.html", form=typed, trouble=trouble, secret=secret, picture=drawn
    )
    return page, code
