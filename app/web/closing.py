"""The first page of the books, and what two officers of the city do there: close and reverse.

One asks, another does it. What is refused is said on the page, above what waits.
"""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.books.still_open import still_open_at
from app.clock import today
from app.db import TurnTaken, db, transaction
from app.errors import Refusal
from app.ledger.ask import approve, ask_close, ask_reversal, asked, take_back
from app.ledger.chart import NAMES
from app.ledger.close import period_named
from app.recoveries.take_back import WAYS
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.paging import number_sent
from app.web.read.ledger import closes, months, next_to_close
from app.web.read.scope import scope_of
from app.web.roles import serves

pages = Blueprint("closing", __name__)


def start_page(refused: str = "", code: int = 200) -> ResponseReturnValue:
    """Months, what waits and what can be asked for; `refused`: why something was not done."""
    session = db.session()
    found, closed, waits = months(session), closes(session), asked(session)
    asked_for = {each.period for each in waits}
    can_close = [x for x in next_to_close(found, closed, today()) if x not in asked_for]
    ends = {x: period_named(x).last_on for x in (*can_close, *filter(None, asked_for))}
    still = still_open_at(session, ends.values())
    page = render_template(
        "books/start.html",
        months=found,
        closed=closed,
        closed_to=closed[0].last_on if closed else None,
        can_close=can_close,
        still_open={x: still[end] for x, end in ends.items()},
        account_names={x.value: said[language() == "en"] for x, said in NAMES.items()},
        asked=waits,
        years=sorted({x.first_on.year for x in found}, reverse=True),
        refused=refused,
    )
    return page, code


@pages.post("/close")
@serves(Role.OFFICER)
def close() -> ResponseReturnValue:
    period, by = request.form.get("period", ""), signed_in().id
    said = gettext("Asked for. Another officer closes it.")
    return _done(lambda session: ask_close(session, period, by=by), said, 400)


@pages.post("/reverse")
@serves(Role.OFFICER)
def reverse() -> ResponseReturnValue:
    entry, why, by = number_sent("entry"), request.form.get("why", ""), signed_in().id
    said = gettext("Asked for. Another officer reverses it.")
    return _done(lambda session: ask_reversal(session, entry, WAYS, why=why, by=by), said, 400)


@pages.post("/asked/<id:asked_id>/approve")
@serves(Role.OFFICER)
def approved(asked_id: int) -> ResponseReturnValue:
    by = signed_in().id
    return _done(lambda session: approve(session, asked_id, WAYS, by=by), gettext("Done."), 409)


@pages.post("/asked/<id:asked_id>/back")
@serves(Role.OFFICER)
def taken_back(asked_id: int) -> ResponseReturnValue:
    by = signed_in().id
    said = gettext("Taken back. It can be asked for again.")
    return _done(lambda session: take_back(session, asked_id, by=by), said, 409)


def _done(act: Callable[[Session], object], said: str, code: int) -> ResponseReturnValue:
    """Do it and say so, or show why not; who sees a part of the fund has no part in its books."""
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(403)
    try:
        with transaction() as session:
            act(session)
    except TurnTaken:
        raise
    except Refusal as refused:
        return start_page(say(refused, language()), code)
    flash(said)
    return redirect(url_for("books.start"))
