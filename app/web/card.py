"""A member's bank card: the one that is known is confirmed in one tap, or another is given."""

from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app.accounts.models import Role
from app.db import TurnTaken, db, transaction
from app.roster.card import CardChanged, CardWrong, NotOwnCard, confirm_card, give_card
from app.texts import say, word
from app.web.auth import member_id, signed_in
from app.web.compared import not_compared
from app.web.languages import language
from app.web.read.covers import name_of
from app.web.read.my_steps import my_steps
from app.web.roles import serves

_LONGEST: Final = 60
_DIGITS: Final = 9

pages = Blueprint("card", __name__, url_prefix="/my/card")


class CardForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """The number alone: the name is the member's own."""

    account = StringField(
        lazy_gettext("Card number"),
        [InputRequired(lazy_gettext("Enter the card's number.")), Length(max=_LONGEST)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    submit = SubmitField(lazy_gettext("Use this card"), render_kw={"class": "btn btn-primary"})


@pages.get("/")
@serves(Role.MEMBER)
def mine() -> ResponseReturnValue:
    return _show(CardForm())


@pages.post("/")
@serves(Role.MEMBER)
def give() -> ResponseReturnValue:
    typed = CardForm()
    if not typed.validate_on_submit():
        return _show(typed, code=400)
    if end := not_compared(typed.account.data):
        return _show(typed, compared=end)
    try:
        with transaction() as session:
            card = give_card(session, member_id(), typed.account.data, by=signed_in().id)
    except CardWrong as wrong:
        typed.account.errors = [word(str(wrong.facts["why"]), language())]
        return _show(typed, code=400)
    except TurnTaken as taken:
        typed.account.errors = [say(taken, language())]
        return _show(typed, code=409)
    except NotOwnCard:
        abort(403)
    flash(gettext("From now on money goes to the card ending in %(tail)s.", tail=card.tail))
    return redirect(url_for("cover.mine"))


@pages.post("/confirm")
@serves(Role.MEMBER)
def confirm() -> ResponseReturnValue:
    """Yes, it is mine: the card that the page showed, and no other."""
    seq = request.form.get("seq", "")
    if not (seq.isascii() and seq.isdigit() and len(seq) <= _DIGITS):
        abort(400)
    try:
        with transaction() as session:
            confirm_card(session, member_id(), int(seq), by=signed_in().id)
    except CardChanged:
        flash(gettext("The card has changed since. Please look again."), "trouble")
        return redirect(url_for("cover.mine"))
    except TurnTaken as taken:
        flash(say(taken, language()), "trouble")
        return redirect(url_for("cover.mine"))
    except NotOwnCard:
        abort(403)
    flash(gettext("Thank you. The money goes to this card; there is nothing more for you to do."))
    return redirect(url_for("cover.mine"))


def _show(typed: CardForm, code: int = 200, compared: str = "") -> ResponseReturnValue:
    """`compared`: the end of an odd number; sent again with it, that number is taken."""
    session = db.session()
    steps = my_steps(session, member_id())
    name = name_of(session, member_id())
    page = render_template("card/mine.html", form=typed, steps=steps, name=name, compared=compared)
    return page, code
