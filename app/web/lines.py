"""One line of a statement: what was said of it, and what two officers say."""

from datetime import date
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app import bell
from app.accounts.models import Role
from app.banking.drafts import LineProposal
from app.banking.paid_after_all import propose_paid
from app.banking.propose_line import drop_proposal, proposed, seal_of
from app.banking.undo import propose_undo
from app.claims.propose import member_of_claim
from app.db import db, transaction
from app.errors import Refusal
from app.money import NotAnAmount, fen
from app.payments.bring_back import propose_back
from app.payments.fitting import fitting
from app.payments.take_off import decide_line
from app.recoveries.confirm_line import (
    Fee,
    FromMember,
    FromOthers,
    Interest,
    What,
    payout_until,
    propose_line,
)
from app.recoveries.standing import recoveries
from app.texts import say, word
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.read import lines as read
from app.web.read.person import people, person
from app.web.read.scope import scope_of
from app.web.roles import serves

_LONGEST: Final = 100
_DIGITS: Final = 18
_MOST_CHOSEN: Final = 200
_UNDOABLE: Final = {"receipt", "not_ours", "refund", "returned", "interest", "typed"}
_UNDOABLE_OUT: Final = {"fee", "batch", "taken_back"}

pages = Blueprint("lines", __name__, url_prefix="/office/money/line")


@pages.get("/")
@serves(Role.OFFICER)
def find() -> ResponseReturnValue:
    """Lines by the bank's number or by their amount."""
    session = _whole()
    said = request.args.get("said", "").strip()[:_LONGEST]
    try:
        amount_fen: int | None = fen(said.replace(",", ""))
    except NotAnAmount:
        amount_fen = None
    found = read.lines_found(session, said, amount_fen) if said else []
    return render_template("money/found.html", said=said, lines=found)


@pages.get("/<id:line_id>")
@serves(Role.OFFICER)
def show(line_id: int) -> ResponseReturnValue:
    return _page(_whole(), line_id)


def _page(
    session: Session, line_id: int, refused: str = "", code: int = 200, tried: str = ""
) -> ResponseReturnValue:
    """`tried`: the form that was refused; it stands open, with what was typed."""
    line = read.line_seen(session, line_id) or abort(404)
    asked = proposed(session, line_id)
    waits = line.amount_fen > 0 and line.state in {"suspense", "undone"}
    may = read.may_be(session, line) if waits else read.MayBe([], [], [], [], [])
    words, back = read.history_of(session, line_id, asked.payments if asked else None)
    forms = {
        "payout": may.unpaid,
        "recovery": may.others,
        "repayment": may.members,
        "returned": may.back,
    }
    ids = {x.member_id for x in may.others} | {x.member_id for x in may.members}
    page = render_template(
        "money/line.html",
        line=line,
        words=words,
        asked=asked,
        what=_what(session, asked),
        looked_at=seal_of(asked) if asked else "",
        waits=waits,
        undoable=line.state in (_UNDOABLE if line.amount_fen > 0 else _UNDOABLE_OUT),
        withdrawn=read.withdrawn(session, -line.amount_fen)
        if line.state == "unexplained" and not asked
        else [],
        may_be=may.back[:_MOST_CHOSEN],
        fitting=fitting(may.back, line.amount_fen),
        back=back,
        unpaid=may.unpaid,
        others=may.others,
        members=may.members,
        came_back=may.sent,
        people=people(session, ids),
        me=signed_in().id,
        refused=refused,
        tried=tried if not asked and forms.get(tried) else "",
        worded=lambda key: word(key, language()),
    )
    return page, code


@pages.post("/<id:line_id>/propose")
@serves(Role.OFFICER)
def propose(line_id: int) -> ResponseReturnValue:
    session = _whole()
    read.line_seen(session, line_id) or abort(404)
    act = request.form.get("act", "")
    try:
        with transaction() as session:
            _propose(session, line_id, act, by=signed_in().id)
    except NotAnAmount:
        return _page(_whole(), line_id, gettext("Enter an amount like 1234.50."), 400, act)
    except Refusal as refused:
        return _page(_whole(), line_id, say(refused, language()), 409, act)
    flash(gettext("Noted. Nothing is booked before another officer confirms it."))
    return redirect(url_for("lines.show", line_id=line_id))


def _propose(session: Session, line_id: int, act: str, *, by: int) -> None:
    what: What
    if act == "undone":
        propose_undo(session, line_id, by=by)
        return
    if act == "payout":
        provider, _, last = request.form.get("until", "").rpartition(" ")
        what = payout_until(session, provider, _day(last), _fen("fee"))
    elif act == "recovery":
        what = FromOthers(_number("recovery"))
    elif act == "repayment":
        what = FromMember(_number("claim"))
    elif act == "interest":
        what = Interest()
    elif act == "fee":
        what = Fee()
    elif act == "refund":
        propose_paid(session, line_id, _number("refund"), by=by)
        return
    elif act == "returned":
        propose_back(session, line_id, _payments(), by=by)
        return
    else:
        abort(400)
    propose_line(session, line_id, what, by=by)


@pages.post("/<id:line_id>/confirm")
@serves(Role.OFFICER)
def confirm(line_id: int) -> ResponseReturnValue:
    """Another officer confirms, or anybody drops it."""
    session = _whole()
    read.line_seen(session, line_id) or abort(404)
    dropped = "drop" in request.form
    try:
        with transaction() as session:
            if dropped:
                drop_proposal(session, line_id, by=signed_in().id)
            else:
                looked_at = request.form.get("looked_at", "")
                decide_line(session, line_id, by=signed_in().id, looked_at=looked_at)
    except Refusal as refused:
        return _page(_whole(), line_id, say(refused, language()), 409)
    if dropped:
        flash(gettext("Dropped: nothing was booked."))
        return redirect(url_for("lines.show", line_id=line_id))
    ring(bell.LOOK_AGAIN)
    flash(gettext("Confirmed and booked."))
    return redirect(url_for("money.start"))


def _what(session: Session, asked: LineProposal | None) -> dict[str, object]:
    """What a proposal names, to be read by who confirms it."""
    if asked is None:
        return {}
    if asked.recovery_id:
        [owed] = [x for x in recoveries(session) if x.id == asked.recovery_id]
        return {
            "who": person(session, owed.member_id),
            "liable": owed.liable,
            "paper": owed.reference,
        }
    if asked.refund_id:
        return {"refund": read.refund_named(session, asked.refund_id)}
    if asked.claim_id:
        member_id = member_of_claim(session, asked.claim_id)
        return {"who": person(session, member_id or 0)}
    return {}


def _whole() -> Session:
    session = db.session()
    if not scope_of(session, signed_in().union_id).whole:
        abort(404)
    return session


def _number(name: str) -> int:
    typed = request.form.get(name, "")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS):
        abort(400)
    return int(typed)


def _payments() -> list[int]:
    """The numbers that were chosen one by one, or offered all together."""
    typed = " ".join(request.form.getlist("payment")).split()
    if not all(x.isascii() and x.isdigit() and len(x) <= _DIGITS for x in typed):
        abort(400)
    return [int(x) for x in typed]


def _fen(name: str) -> int:
    return fen(request.form.get(name, "").strip().replace(",", "")[:_DIGITS])


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        abort(400)
