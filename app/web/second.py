"""The second step of signing in: a code of the phone, or the phone is set up for it.

A page of its own: whoever has typed the right password and not made this step reaches nothing else.
"""

from typing import Final

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import HiddenField, StringField, SubmitField
from wtforms.validators import Length

from app.accounts.check import MINUTES, TooManyTries
from app.accounts.factor import (
    WrongCode,
    address_of,
    check_code,
    check_recovery,
    confirm_factor,
    has_second,
    secret_to_set,
)
from app.accounts.log import log_sign_in
from app.accounts.models import Account
from app.accounts.sign_in import how_opened
from app.db import db, transaction
from app.texts import say
from app.web import auth
from app.web.languages import language
from app.web.paths import local_path
from app.web.roles import serves_everybody

_LONGEST: Final = 40

pages = Blueprint("second", __name__, url_prefix="/sign-in/second")


class CodeForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """A code of the phone, or a recovery code."""

    code = StringField(
        lazy_gettext("Code of six digits"),
        [Length(max=_LONGEST)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True},
    )
    recovery = StringField(
        lazy_gettext("Recovery code"),
        [Length(max=_LONGEST)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    next = HiddenField()
    submit = SubmitField(lazy_gettext("Continue"), render_kw={"class": "btn btn-primary w-100"})


@pages.get("/")
@serves_everybody
def step() -> ResponseReturnValue:
    asking = auth.halfway()
    if asking is None:
        return redirect(url_for("home.start"))
    return _show(asking.id, CodeForm(next=local_path(request.args.get("next"))))


@pages.post("/")
@serves_everybody
def check() -> ResponseReturnValue:
    asking, typed = auth.halfway(), CodeForm()
    if asking is None:
        return redirect(url_for("sign_in.form"))
    if not typed.validate_on_submit():
        return _show(asking.id, typed, code=400)
    with transaction() as session:
        account = session.get_one(Account, asking.id)
        how, found, first = "code", None, how_opened(session, auth.token())
        if not has_second(session, account.id):
            found = confirm_factor(session, account.id, typed.code.data or "")
        elif typed.recovery.data:
            how, found = "recovery", check_recovery(session, account.id, typed.recovery.data)
        else:
            found = check_code(session, account.id, typed.code.data or "")
        how = how if first == "password" else f"{first}_second"
        if isinstance(found, WrongCode | TooManyTries):
            what = "locked" if isinstance(found, TooManyTries) else "code_failed"
            log_sign_in(session, what, auth.address(), account_id=account.id, how=how)
        else:
            auth.begin(session, account, how)
    if isinstance(found, WrongCode | TooManyTries):
        return _refused(asking.id, typed, found)
    wanted = local_path(typed.next.data)
    return shown_once(found, wanted) if found else redirect(wanted)


def shown_once(codes: list[str], following: str) -> ResponseReturnValue:
    """The recovery codes; they are nowhere else."""
    return render_template("sign_in/codes.html", codes=codes, following=following)


def picture(secret: str, login: str) -> Markup:
    """The secret as a picture for the phone."""
    drawn = segno.make(address_of(secret, login), micro=False).svg_inline(scale=5, svgclass="qr")
    # What surrounds it says what it is, and the key stands beside it in letters.
    return Markup(drawn.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704


def _refused(
    account_id: int, typed: CodeForm, found: WrongCode | TooManyTries
) -> ResponseReturnValue:
    late = isinstance(found, TooManyTries)
    headers = {"Retry-After": str(MINUTES * 60)} if late else {}
    trouble = say(found, language())
    return _show(account_id, typed, trouble, 429 if late else 403, headers)


def _show(
    account_id: int,
    typed: CodeForm,
    trouble: str = "",
    code: int = 200,
    headers: dict[str, str] | None = None,
) -> ResponseReturnValue:
    session, shown = db.session(), {}
    if not has_second(session, account_id):
        with transaction() as writing:
            secret = secret_to_set(writing, account_id)
            login = writing.get_one(Account, account_id).login
        shown = {"secret": secret, "picture": picture(secret, login)}
    typed.code.data = typed.recovery.data = ""
    page = render_template("sign_in/second.html", form=typed, trouble=trouble, **shown)
    return page, code, headers or {}
