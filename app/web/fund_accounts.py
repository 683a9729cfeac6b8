"""The fund's own bank accounts: which there are, one more, and by two officers an end of one."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app.accounts.models import Role
from app.banking.add_account import LONGEST, Said, add_fund_account, fund_accounts
from app.banking.end_account import (
    Wanted,
    account_drafts,
    confirm_change,
    drop_change,
    propose_change,
)
from app.banking.formats import formats
from app.banking.statement_format import statement_formats
from app.db import db, transaction
from app.errors import Refusal
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read.scope import scope_of
from app.web.roles import serves

_NEEDED: Final = [InputRequired(lazy_gettext("Fill this in.")), Length(max=LONGEST)]

pages = Blueprint("fund_accounts", __name__, url_prefix="/office/money/accounts")


class FundAccountForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """An account as the bank writes it, and how the bank writes its files."""

    code = StringField(
        lazy_gettext("What it is called here"),
        _NEEDED,
        description=lazy_gettext("A short name, like main."),
        render_kw={"autocomplete": "off"},
    )
    holder = StringField(lazy_gettext("Holder of the account"), _NEEDED)
    bank = StringField(lazy_gettext("Bank and branch"), _NEEDED)
    number = StringField(
        lazy_gettext("Account number"),
        _NEEDED,
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    statement_format = SelectField(lazy_gettext("How its statements are written"))
    payment_format = SelectField(lazy_gettext("How its payment files are written"))
    submit = SubmitField(
        lazy_gettext("Register the account"), render_kw={"class": "btn btn-primary"}
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        lang = language()
        last = -1 if lang == "en" else 0  # a statement's way is said in both, or in neither
        says = {name: x.says.split(" · ")[last] for name, x in statement_formats().items()}
        self.statement_format.choices = [*says.items()]
        self.payment_format.choices = [(name, x.title[lang]) for name, x in formats().items()]


@pages.get("/")
@serves(Role.OFFICER)
def listed() -> ResponseReturnValue:
    return _show(_empty())


@pages.post("/")
@serves(Role.OFFICER)
def add() -> ResponseReturnValue:
    _whole()
    typed = FundAccountForm()
    if not typed.validate_on_submit():
        return _show(typed, code=400)
    try:
        with transaction() as session:
            add_fund_account(
                session,
                code=typed.code.data,
                holder=typed.holder.data,
                bank=typed.bank.data,
                number=typed.number.data,
                statement_format_name=typed.statement_format.data,
                payment_format=typed.payment_format.data,
                by=signed_in().id,
            )
    except Refusal as refused:
        return _show(typed, say(refused, language()), 409)
    flash(gettext("Account %(code)s is registered.", code=typed.code.data.strip()))
    return redirect(url_for("fund_accounts.listed"))


@pages.post("/<code>/propose")
@serves(Role.OFFICER)
def propose(code: str) -> ResponseReturnValue:
    """One officer wants it ended after a day (`ends_on`), or its fields put right."""
    form = request.form
    day = form.get("ends_on", "")
    fields = ("holder", "bank", "number", "statement_format", "payment_format")
    try:
        wanted = (
            Wanted(date.fromisoformat(day))
            if "ends_on" in form
            else Wanted(meant=Said(*(form.get(field, "") for field in fields)))
        )
    except ValueError:
        return _show(_empty(), gettext("Give the last day."), 400)
    said = gettext("Noted. Another officer must agree.")
    return _done(lambda session: propose_change(session, code, wanted, by=signed_in().id), said)


@pages.post("/<code>/confirm")
@serves(Role.OFFICER)
def confirm(code: str) -> ResponseReturnValue:
    """Another officer agrees to what is proposed, or drops it."""
    by, seal = signed_in().id, request.form.get("looked_at", "")
    if "drop" in request.form:
        said = gettext("Dropped.")
        return _done(lambda session: drop_change(session, code, by=by), said)
    said = gettext("Account %(code)s is changed.", code=code)
    return _done(lambda session: confirm_change(session, code, by=by, looked_at=seal), said)


def _done(act: Callable[[Session], object], said: str) -> ResponseReturnValue:
    _whole()
    try:
        with transaction() as session:
            act(session)
    except Refusal as refused:
        return _show(_empty(), say(refused, language()), 409)
    flash(said)
    return redirect(url_for("fund_accounts.listed"))


def _empty() -> FundAccountForm:
    return FundAccountForm(formdata=None, statement_format="plain", payment_format="plain")


def _show(typed: FundAccountForm, trouble: str = "", code: int = 200) -> ResponseReturnValue:
    _whole()
    page = render_template(
        "money/accounts.html",
        form=typed,
        accounts=fund_accounts(db.session()),
        drafts=account_drafts(db.session()),
        me=signed_in().id,
        trouble=trouble,
    )
    return page, code


def _whole() -> None:
    """The accounts are the whole fund's."""
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(403)
