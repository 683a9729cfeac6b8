"""Two officers say what became of a payment that the bank does not know of, or contradicts."""

from datetime import date
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.banking.models import StatementLine
from app.clock import today
from app.db import db, transaction
from app.errors import Refusal
from app.payments.doubt import NoSuchPayment
from app.payments.resolve import (
    approve_resolution,
    drop_resolution,
    propose_resolution,
    seal_of,
)
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read import payment_outcomes as told
from app.web.read import payments as read
from app.web.read.resolutions import said_by_two
from app.web.read.scope import scope_of
from app.web.roles import serves

_DIGITS: Final = 18

pages = Blueprint("resolutions", __name__, url_prefix="/office/payments/batch")


def _batch(batch_id: int) -> read.BatchSeen:
    session = db.session()
    if not scope_of(session, signed_in().union_id).whole:
        abort(404)
    seen: read.BatchSeen = read.batch_seen(session, batch_id) or abort(404)
    return seen


@pages.get("/<id:batch_id>/line/<int:line>")
@serves(Role.OFFICER)
def show(batch_id: int, line: int) -> ResponseReturnValue:
    return _page(batch_id, line)


def _page(batch_id: int, line: int, refused: str = "", code: int = 200) -> ResponseReturnValue:
    seen = _batch(batch_id)
    session = db.session()
    found = told.outcome_of(session, batch_id, line) or abort(404)
    draft = told.draft_of(session, batch_id, line)
    page = render_template(
        "payments/resolve.html",
        batch=seen,
        row=found,
        draft=draft,
        looked_at=seal_of(draft.says, draft.booked_on, draft.evidence, draft.by_id, draft.line_id)
        if draft
        else "",
        lines=told.lines_of(session, batch_id, found.amount_fen),
        rests_on=told.line_under(session, batch_id, line),
        words=told.answers_of(session, batch_id, line),
        me=signed_in().id,
        two_said=said_by_two(session, batch_id, line),
        today=today(),
        refused=refused,
    )
    return page, code


@pages.post("/<id:batch_id>/line/<int:line>/propose")
@serves(Role.OFFICER)
def propose(batch_id: int, line: int) -> ResponseReturnValue:
    seen = _batch(batch_id)
    says: Any = request.form.get("says")
    if says not in ("paid", "failed"):
        abort(400)
    try:
        booked_on = date.fromisoformat(request.form.get("booked_on", ""))
    except ValueError:
        abort(400)
    shown, typed = request.form.get("evidence", ""), request.form.get("line_id") or "0"
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS):
        abort(400)
    line_id = int(typed) or None
    try:
        with transaction() as session:
            if line_id:  # its day is the day
                found = session.get(StatementLine, line_id)
                booked_on = found.booked_on if found else booked_on
            word = (says, booked_on, shown)
            by = signed_in().id
            propose_resolution(session, seen.number, line, *word, by=by, line_id=line_id)
    except NoSuchPayment:
        abort(404)
    except Refusal as refused:
        return _page(batch_id, line, say(refused, language()), 409)
    flash(gettext("Noted. Another officer of the city federation must agree."))
    return redirect(url_for("resolutions.show", batch_id=batch_id, line=line))


@pages.post("/<id:batch_id>/line/<int:line>/agree")
@serves(Role.OFFICER)
def agree(batch_id: int, line: int) -> ResponseReturnValue:
    seen = _batch(batch_id)
    looked_at = request.form.get("looked_at", "")
    try:
        with transaction() as session:
            approve_resolution(session, seen.number, line, by=signed_in().id, looked_at=looked_at)
    except NoSuchPayment:
        abort(404)
    except Refusal as refused:
        return _page(batch_id, line, say(refused, language()), 409)
    flash(gettext("Decided and booked."))
    return redirect(url_for("payments.show", batch_id=batch_id))


@pages.post("/<id:batch_id>/line/<int:line>/drop")
@serves(Role.OFFICER)
def drop(batch_id: int, line: int) -> ResponseReturnValue:
    seen = _batch(batch_id)
    with transaction() as session:
        drop_resolution(session, seen.number, line, by=signed_in().id)
    return redirect(url_for("resolutions.show", batch_id=batch_id, line=line))
