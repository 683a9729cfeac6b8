"""Two officers of the whole fund have personal data erased that nothing requires any more.

One asks, another approves; then it is gone, and the audit administrator reads of it
(`app.web.seals`). How long things are kept, the database asks once more.
"""

from typing import Any, Final, get_args

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, SubmitField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.accounts.models import Role
from app.audit.erase import Scope, Why, approve_erasure, ask_erasure, erasures
from app.db import db, transaction
from app.errors import Refusal
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.paging import MOST_KEY, Page, asked
from app.web.read.scope import scope_of
from app.web.roles import serves
from app.web.seals import SCOPES, WHYS

_YEARS: Final = NumberRange(1900, 9999)
pages = Blueprint("erasures", __name__, url_prefix="/office/erasures")


class ErasureForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """What is to be erased: of a member by number, or names in statements of before a year."""

    scope = SelectField(lazy_gettext("What"))
    member = IntegerField(
        lazy_gettext("Member's number"),
        [Optional(), NumberRange(1, MOST_KEY)],
        description=lazy_gettext(
            "From the member's page it comes by itself; empty for bank statements."
        ),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    before = IntegerField(
        lazy_gettext("Statements before the year"),
        [Optional(), _YEARS],
        description=lazy_gettext("Only for names in bank statements."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    why = SelectField(lazy_gettext("Reason"))
    submit = SubmitField(lazy_gettext("Ask for it"), render_kw={"class": "btn btn-primary"})

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.scope.choices = [*SCOPES.items()]
        self.why.choices = [*WHYS.items()]


class ApprovalForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """That what is gone stays gone has been understood."""

    sure = BooleanField(
        lazy_gettext("I have checked what is asked for; it cannot be brought back."),
        [InputRequired(lazy_gettext("Confirm that you have checked it."))],
    )
    submit = SubmitField(lazy_gettext("Erase it"), render_kw={"class": "btn btn-danger"})


@pages.get("/")
@serves(Role.OFFICER)
def listed() -> ResponseReturnValue:
    return _show(ErasureForm(formdata=None, member=request.args.get("member", type=int)))


@pages.post("/")
@serves(Role.OFFICER)
def ask() -> ResponseReturnValue:
    _whole()
    typed = ErasureForm()
    if not typed.validate_on_submit():
        return _show(typed, code=400)
    scope = next(each for each in get_args(Scope) if each == typed.scope.data)
    why = next(each for each in get_args(Why) if each == typed.why.data)
    of = {"member_id": typed.member.data, "before_year": typed.before.data}
    try:
        with transaction() as session:
            number = ask_erasure(session, scope, why, by=signed_in().id, **of)
    except Refusal as refused:
        return _show(typed, say(refused, language()), 409)
    flash(gettext("Erasure %(number)s is asked for; another officer approves it.", number=number))
    return redirect(url_for("erasures.listed"))


@pages.post("/<id:asked_id>")
@serves(Role.OFFICER)
def approve(asked_id: int) -> ResponseReturnValue:
    _whole()
    if not ApprovalForm().validate_on_submit():
        return _show(ErasureForm(formdata=None), gettext("Confirm that you have checked it."), 400)
    try:
        with transaction() as session:
            erased = approve_erasure(session, asked_id, by=signed_in().id)
    except Refusal as refused:
        return _show(ErasureForm(formdata=None), say(refused, language()), 409)
    flash(gettext("Erased: %(places)s places.", places=sum(erased.values())), "good")
    return redirect(url_for("erasures.listed"))


def _show(typed: ErasureForm, trouble: str = "", code: int = 200) -> ResponseReturnValue:
    _whole()
    here = asked()
    found = erasures(db.session(), before=here.after, most=here.size + 1)
    following = found[here.size - 1].id if len(found) > here.size else None
    page = render_template(
        "office/erasures.html",
        form=typed,
        approval=ApprovalForm(formdata=None),
        log=Page(found[: here.size], following),
        scopes=SCOPES,
        whys=WHYS,
        me=signed_in().id,
        trouble=trouble,
    )
    return page, code


def _whole() -> None:
    """What is erased is the whole fund's to decide."""
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(403)
