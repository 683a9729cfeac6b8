"""Ask for a closing or a reversal, and do what another officer asked for: the city's officers."""

from typing import Final

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.db import TurnTaken, db, transaction
from app.errors import Refusal
from app.ledger.ask import approve, ask_close, ask_reversal, take_back
from app.texts import say
from app.web import errors
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read.scope import scope_of
from app.web.roles import serves

pages = Blueprint("closing", __name__)

_MOST_ID: Final = 2**63 - 1


@pages.post("/close")
@serves(Role.OFFICER)
def close() -> ResponseReturnValue:
    _for_the_whole_fund()
    try:
        with transaction() as session:
            ask_close(session, request.form.get("period", ""), by=signed_in().id)
    except Refusal as refused:
        return errors.page(400, say(refused, language()))
    flash(gettext("Asked for. Another officer closes it."))
    return redirect(url_for("books.start"))


@pages.post("/reverse")
@serves(Role.OFFICER)
def reverse() -> ResponseReturnValue:
    _for_the_whole_fund()
    entry = min(request.form.get("entry", 0, int), _MOST_ID)
    why = request.form.get("why", "")
    try:
        with transaction() as session:
            ask_reversal(session, entry, why=why, by=signed_in().id)
    except Refusal as refused:
        return errors.page(400, say(refused, language()))
    flash(gettext("Asked for. Another officer reverses it."))
    return redirect(url_for("books.start"))


@pages.post("/asked/<id:asked_id>/approve")
@serves(Role.OFFICER)
def approved(asked_id: int) -> ResponseReturnValue:
    _for_the_whole_fund()
    try:
        with transaction() as session:
            approve(session, asked_id, by=signed_in().id)
    except TurnTaken:
        raise
    except Refusal as refused:
        return errors.page(409, say(refused, language()))
    flash(gettext("Done."))
    return redirect(url_for("books.start"))


@pages.post("/asked/<id:asked_id>/back")
@serves(Role.OFFICER)
def taken_back(asked_id: int) -> ResponseReturnValue:
    _for_the_whole_fund()
    try:
        with transaction() as session:
            take_back(session, asked_id, by=signed_in().id)
    except TurnTaken:
        raise
    except Refusal as refused:
        return errors.page(409, say(refused, language()))
    flash(gettext("Taken back. It can be asked for again."))
    return redirect(url_for("books.start"))


def _for_the_whole_fund() -> None:
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(403)
