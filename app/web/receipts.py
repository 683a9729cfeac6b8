"""An officer types in money that a unit paid: a cheque, cash at the counter, a slip.

What stands on the bank's statement comes with the statement. If this money stands there too, under
the same reference, it is known to be the same.
"""

from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, ValidationError

from app import bell
from app.accounts.models import Role
from app.clock import today
from app.contributions.receive import receive
from app.db import TurnTaken, db, transaction
from app.errors import Refusal
from app.money import NotAnAmount, fen
from app.texts import say
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.filters import money_or_nothing
from app.web.languages import language
from app.web.read.scope import scope_of
from app.web.read.unit import UnitSeen, unit_seen
from app.web.roles import serves

_NEEDED: Final = InputRequired(lazy_gettext("Fill this in."))
_OF: Final = "/unit/<id:unit_id>/<int(min=2000, max=2100):year>/receipts"

pages = Blueprint("receipts", __name__, url_prefix="/office")


class ReceiptForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """How much, when, and what the bank or the till calls it."""

    amount = StringField(
        lazy_gettext("Amount in yuan"),
        [_NEEDED, Length(max=20)],
        render_kw={"inputmode": "decimal"},
    )
    received_on = DateField(lazy_gettext("Day it came in"), [_NEEDED])
    reference = StringField(
        lazy_gettext("Reference of the bank or the slip"),
        [_NEEDED, Length(max=100)],
        description=lazy_gettext("The same reference is booked once."),
        render_kw={"autocomplete": "off"},
    )
    submit = SubmitField(lazy_gettext("Book it"), render_kw={"class": "btn btn-primary"})

    amount_fen = 0

    def validate_amount(self, field: StringField) -> None:
        try:
            self.amount_fen = fen(field.data.strip().replace(",", ""))
        except NotAnAmount:
            raise ValidationError(gettext("Enter an amount like 1234.50.")) from None


@pages.get(_OF)
@serves(Role.OFFICER)
def form(unit_id: int, year: int) -> ResponseReturnValue:
    return _show(_unit(unit_id), year, ReceiptForm(received_on=today()))


@pages.post(_OF)
@serves(Role.OFFICER)
def book(unit_id: int, year: int) -> ResponseReturnValue:
    unit, typed = _unit(unit_id), ReceiptForm()
    if not typed.validate_on_submit():
        return _show(unit, year, typed, code=400)
    given: dict[str, Any] = {
        "amount_fen": typed.amount_fen,
        "received_on": typed.received_on.data,
        "reference": typed.reference.data,
    }
    try:
        with transaction() as session:
            made = receive(session, unit_id=unit.id, year=year, **given, by=signed_in().id)
    except TurnTaken:
        raise
    except Refusal as refused:
        return _show(unit, year, typed, say(refused, language()), 409)
    covers = sum(len(each.covers) for each in made.begun)
    amount = money_or_nothing(typed.amount_fen)
    if made.again:
        flash(gettext("%(amount)s with this reference is booked already.", amount=amount))
    elif covers:
        ring(bell.LOOK_AGAIN)
        flash(
            gettext("%(amount)s booked. Covers that begin: %(count)s.", amount=amount, count=covers)
        )
    else:
        flash(gettext("%(amount)s booked. No roster is complete by it.", amount=amount))
    return redirect(url_for("units.show", unit_id=unit.id, year=year))


def _show(
    unit: UnitSeen, year: int, typed: ReceiptForm, trouble: str = "", code: int = 200
) -> ResponseReturnValue:
    page = render_template("receipts/form.html", unit=unit, year=year, form=typed, trouble=trouble)
    return page, code


def _unit(unit_id: int) -> UnitSeen:
    session = db.session()
    return unit_seen(session, unit_id, scope_of(session, signed_in().union_id)) or abort(404)
