"""Officers of the whole fund: statements, suspense with suggestions, refunds.

A statement is the whole fund's money: only who sees all units sees it.
"""

import io
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app import bell
from app.accounts.models import Role
from app.banking import resolve
from app.banking.compare_payee import said_of
from app.banking.import_statement import import_statement
from app.banking.lines import NoSuchLine
from app.banking.open_lines import MOST, open_lines
from app.banking.propose_refund import Payee, propose_refund
from app.banking.refund import (
    NoSuchRefund,
    approve_refunds,
    keep_refund,
    refund_file,
    refund_number,
    refund_numbered,
    withdraw_refund,
)
from app.banking.resolve_alone import resolve_to_alone
from app.clock import today
from app.db import db, transaction
from app.errors import Refusal
from app.money import NotAnAmount, fen
from app.roster.units import unit_of
from app.texts import say, word
from app.unions.open import districts
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.read.money import money_seen
from app.web.read.scope import scope_of
from app.web.roles import serves

_LONGEST: Final = 200

pages = Blueprint("money", __name__, url_prefix="/office/money")


@pages.get("/")
@serves(Role.OFFICER, Role.OPERATOR)
def start() -> ResponseReturnValue:
    if not scope_of(db.session(), signed_in().union_id).whole:
        return render_template("money/none.html")
    return _page()


def _page(refused: str = "", code: int = 200, tried: int = 0) -> ResponseReturnValue:
    """`tried`: the line of which something was refused; its forms stand open, with the reason."""
    session = db.session()
    _whole(session)
    lines = open_lines(session)
    thought_of = {s.named.unit_id for x in lines for s in x.suggested}
    outgoing = {-x.amount_fen for x in lines if x.amount_fen < 0}
    seen = money_seen(session, thought_of.union(*(x.namesakes for x in lines)), outgoing)
    # What somebody proposed to be a benefit that came back lies in suspense until two agree.
    back = [x for x in seen.resolutions if x.line_id]
    page = render_template(
        "money/start.html",
        accounts=seen.accounts,
        statements=seen.statements,
        incoming=[x for x in lines if x.amount_fen > 0],
        outgoing=[x for x in lines if x.amount_fen < 0],
        cut=len(lines) == MOST,
        units=seen.names,
        refunds=seen.refunds,
        withdrawn=seen.withdrawn,
        elsewhere={x: said_of(each, language()) for x, each in seen.elsewhere.items()},
        proposed=seen.proposed,
        waits={x.id: x.proposed_by for x in seen.proposed},
        came_back={x.line_id: x for x in back},
        me=signed_in().id,
        refused=refused,
        approved=request.args.get("approved", 0, int),
        tried=tried if tried in {x.id for x in lines} else 0,
        unions=districts(session, None),
        worded=lambda key: word(key, language()),
        year=today().year,
    )
    return page, code


@pages.post("/statements")
@serves(Role.OFFICER, Role.OPERATOR)
def send() -> ResponseReturnValue:
    _whole(db.session())
    file = request.files.get("file")
    content = file.read() if file else b""
    try:
        with transaction() as session:
            done = import_statement(
                session, content, account=request.form.get("account", ""), by=signed_in().id
            )
    except Refusal as refused:
        return _page(say(refused, language()), 409)
    if done.again:
        flash(gettext("Nothing new: all lines of this statement are known."))
    else:
        left = done.counts.get("suspense", 0) + done.counts.get("unexplained", 0)
        flash(gettext("%(lines)s new lines, %(left)s wait for you.", lines=done.lines, left=left))
    for fault in list(done.faults)[:5]:
        flash(gettext("Line %(line)s: %(why)s", line=fault.line, why=say(fault, language())))
    ring(bell.LOOK_AGAIN)
    return redirect(url_for("money.start"))


@pages.post("/lines/<id:line_id>")
@serves(Role.OFFICER)
def decide(line_id: int) -> ResponseReturnValue:
    """Say what a line is; the form's `act` says which way."""
    _whole(db.session())
    try:
        with transaction() as session:
            refund = _decide(session, line_id, request.form.get("act", ""), by=signed_in().id)
    except NoSuchLine:
        abort(404)
    except Refusal as refused:
        return _page(say(refused, language()), 409, line_id)
    ring(bell.LOOK_AGAIN)
    if refund:
        flash(gettext("Refund %(number)s waits for another officer.", number=refund_number(refund)))
    else:
        flash(gettext("It has been booked as you said."))
    return redirect(url_for("money.start"))


def _decide(session: Session, line_id: int, act: str, *, by: int) -> int | None:
    """Do it; the number of the refund, where that is what was proposed."""
    if act == "unit":
        uscc, year = _typed("uscc"), _number("year", 9999)
        chosen = _number("unit", 2**63 - 1)
        unit_id = chosen if "unit" in request.form else unit_of(session, uscc).id
        resolve.resolve_to_unit(session, line_id, unit_id=unit_id, year=year, by=by)
    elif act == "alone":
        resolve_to_alone(session, line_id, reference=_typed("reference"), by=by)
    elif act == "union":
        union_id, year = _union(session), _number("year", 9999)
        resolve.resolve_to_union(session, line_id, union_id=union_id, year=year, by=by)
    elif act == "not_ours":
        resolve.resolve_not_ours(session, line_id, by=by)
    elif act == "refund":
        payee = Payee(_typed("payee"), _typed("payee_account"))
        return resolve.resolve_to_refund(session, line_id, payee=payee, by=by)
    elif act == "batch":
        batch_id = resolve.batch_id_of(session, _typed("batch"))
        resolve.resolve_to_batch(session, line_id, batch_id=batch_id, by=by)
    elif act == "paid_refund":
        refund_id = refund_numbered(_typed("refund"))
        resolve.resolve_paid_refund(session, line_id, refund_id=refund_id, by=by)
    elif act == "taken_back":
        other = _number("other", 2**63 - 1)
        resolve.resolve_taken_back(session, line_id, other_line_id=other, by=by)
    else:
        abort(400)
    return None


@pages.post("/refunds")
@serves(Role.OFFICER)
def propose() -> ResponseReturnValue:
    _whole(db.session())
    try:
        amount_fen = fen(_typed("amount").replace(",", ""))
    except NotAnAmount:
        return _page(gettext("Enter an amount like 1234.50."), 400)
    try:
        with transaction() as session:
            number = propose_refund(
                session,
                "over" if request.form.get("source") == "over" else "credited",
                unit_id=unit_of(session, _typed("uscc")).id,
                year=_number("year", 9999),
                amount_fen=amount_fen,
                payee=Payee(_typed("payee"), _typed("payee_account")),
                by=signed_in().id,
            )
    except Refusal as refused:
        return _page(say(refused, language()), 409)
    flash(gettext("Refund %(number)s waits for another officer.", number=refund_number(number)))
    return redirect(url_for("money.start"))


@pages.post("/refunds/<id:refund_id>/approve")
@serves(Role.OFFICER)
def approve(refund_id: int) -> ResponseReturnValue:
    """Another officer approves; the page that follows shows it and has the file for the bank."""
    _whole(db.session())
    try:
        with transaction() as session:
            approve_refunds(session, [refund_id], by=signed_in().id, on=today())
    except NoSuchRefund:
        abort(404)
    except Refusal as refused:
        return _page(say(refused, language()), 409)
    return redirect(url_for("money.start", approved=refund_id))


@pages.get("/refunds/<id:refund_id>/file")
@serves(Role.OFFICER)
def file(refund_id: int) -> ResponseReturnValue:
    """The bank's file of an approved refund, as often as it is asked for."""
    session = db.session()
    _whole(session)
    try:
        data = refund_file(session, refund_id)
    except NoSuchRefund:
        abort(404)
    except Refusal as refused:
        return _page(say(refused, language()), 409)
    name = f"{refund_number(refund_id)}.csv"
    return send_file(io.BytesIO(data), mimetype="text/csv", as_attachment=True, download_name=name)


@pages.post("/refunds/<id:refund_id>/withdraw")
@serves(Role.OFFICER)
def withdraw(refund_id: int) -> ResponseReturnValue:
    _whole(db.session())
    try:
        with transaction() as session:
            if request.form.get("keep"):
                keep_refund(session, refund_id, by=signed_in().id)
                return redirect(url_for("money.start"))
            done = withdraw_refund(session, refund_id, by=signed_in().id, on=today())
    except NoSuchRefund:
        abort(404)
    except Refusal as refused:
        return _page(say(refused, language()), 409)
    if done:
        ring(bell.LOOK_AGAIN)  # its money may have begun covers
        flash(gettext("The refund is withdrawn."))
    else:
        flash(gettext("The bank was asked for it already: it is withdrawn when another agrees."))
    return redirect(url_for("money.start"))


def _whole(session: Session) -> None:
    if not scope_of(session, signed_in().union_id).whole:
        abort(404)


def _union(session: Session) -> int:
    """The union chosen, or the officer's own where none was."""
    chosen = _number("union", 2**63 - 1) or signed_in().union_id
    if chosen not in {x.id for x in districts(session, None)}:
        abort(404)
    return chosen


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:_LONGEST]


def _number(name: str, most: int) -> int:
    typed = _typed(name) or "0"
    if not (typed.isascii() and typed.isdigit()) or not 0 <= int(typed) <= most:
        abort(400)
    return int(typed)
