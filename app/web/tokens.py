"""Tokens for programs: a member's own, a unit's, and a bureau's by the security administrator."""

from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, SubmitField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.models import Role
from app.accounts.revoke_token import revoke_token
from app.accounts.scopes import SCOPES, Scope
from app.accounts.token import (
    LONGEST_LABEL,
    NoSuchToken,
    Wish,
    accept_token,
    answering,
    make_token,
    tokens_made,
    tokens_of,
)
from app.db import db, transaction
from app.errors import Refusal
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.paging import Page, asked
from app.web.roles import serves

_MAKERS: Final = (Role.MEMBER, Role.CONTACT, Role.SECURITY_ADMIN)
SCOPE_NAMES: Final = {
    Scope.COVER_READ: lazy_gettext("See the cover and what is left of each cap"),
    Scope.CLAIMS_READ: lazy_gettext("See the claims and how they were computed"),
    Scope.CLAIMS_WRITE: lazy_gettext("File claims"),
    Scope.UNIT_READ: lazy_gettext("See what is due and received, fetch payment notices"),
    Scope.ROSTER_WRITE: lazy_gettext("Send and confirm rosters, hand in joiners and leavers"),
    Scope.SETTLEMENTS_WRITE: lazy_gettext("Send settlement files and read what became of them"),
}
_DAYS: Final = {
    30: lazy_gettext("30 days"),
    90: lazy_gettext("90 days"),
    180: lazy_gettext("180 days"),
    365: lazy_gettext("one year"),
}

pages = Blueprint("tokens", __name__, url_prefix="/account/tokens")


class TokenForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """What uses the token, what it may do and how long."""

    label = StringField(
        lazy_gettext("What uses it"),
        [
            InputRequired(lazy_gettext("Say what uses the token.")),
            Length(max=LONGEST_LABEL),
        ],
        description=lazy_gettext("For you to know it again: the name of the system."),
        render_kw={"autocomplete": "off"},
    )
    account = SelectField(
        lazy_gettext("Officer who answers for what is sent"),
        coerce=int,
        description=lazy_gettext("What the bureau sends stands in the log under this name."),
    )
    scopes = SelectMultipleField(
        lazy_gettext("What it may do"),
        coerce=Scope,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    days = SelectField(lazy_gettext("Good for"), coerce=int, default=90)
    submit = SubmitField(lazy_gettext("Make the token"), render_kw={"class": "btn btn-primary"})


@pages.get("/")
@serves(*_MAKERS, Role.OFFICER)
def mine() -> ResponseReturnValue:
    """The own ones; an officer makes none, and sees those that act in the own name."""
    return _show(None if signed_in().role is Role.OFFICER else _form())


@pages.post("/")
@serves(*_MAKERS)
def make() -> ResponseReturnValue:
    typed = _form()
    if not typed.validate_on_submit():
        return _show(typed, code=400)
    account_id = typed.account.data if "account" in typed else None
    wish = Wish(typed.label.data, frozenset(typed.scopes.data), typed.days.data, account_id)
    try:
        with transaction() as session:
            _, token = make_token(session, wish, by=signed_in().id)
    except Refusal as refused:
        return _show(typed, trouble=say(refused, language()), code=409)
    return render_template("tokens/made.html", token=token, label=wish.label)


@pages.get("/all")
@serves(Role.AUDIT_ADMIN)
def every() -> ResponseReturnValue:
    """Who lets which program do what: for the administrator who reads what the others did."""
    page = asked()
    found = tokens_made(db.session(), before=page.after, size=page.size + 1)
    rows = found[: page.size]
    following = rows[-1][0].id if len(found) > page.size else None
    return render_template("tokens/all.html", tokens=Page(rows, following), scopes=SCOPE_NAMES)


@pages.post("/<id:token_id>/accept")
@serves(Role.OFFICER)
def accept(token_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            accept_token(session, token_id, by=signed_in().id)
    except NoSuchToken:
        abort(404)
    flash(gettext("You have agreed: from now on the token counts."), "good")
    return redirect(url_for("tokens.mine"))


@pages.post("/<id:token_id>/revoke")
@serves(*_MAKERS, Role.OFFICER)
def revoke(token_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            revoke_token(session, token_id, by=signed_in().id)
    except NoSuchToken:
        abort(404)
    flash(gettext("The token is revoked: its next request is refused."), "good")
    return redirect(url_for("tokens.mine"))


def _form() -> TokenForm:
    typed, role = TokenForm(), signed_in().role
    typed.days.choices = [*_DAYS.items()]
    acts_as = Role.OFFICER if role is Role.SECURITY_ADMIN else role
    typed.scopes.choices = [(x.value, SCOPE_NAMES[x]) for x in Scope if x in SCOPES[acts_as]]
    if acts_as is role:
        del typed.account
    else:
        typed.account.choices = [(x.id, x.name) for x in answering(db.session())]
    return typed


def _show(typed: TokenForm | None, trouble: str = "", code: int = 200) -> ResponseReturnValue:
    found = tokens_of(db.session(), signed_in().id)
    more: dict[str, Any] = {"tokens": found, "scopes": SCOPE_NAMES, "own": signed_in().id}
    return render_template("tokens/mine.html", form=typed, trouble=trouble, **more), code
