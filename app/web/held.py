"""Officers decide held claims, and keep what comes back: one proposes, another approves.

What has to be looked up (which claim, which proposal) stands in the address; who asks for something
out of reach gets 404. Everything else the domain refuses, and says why.
"""

from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app import bell
from app.accounts.models import Role
from app.claims.decide import propose_decision
from app.claims.decided import REASONS_OF, Reason, Says, Waived, What
from app.claims.injuries import state_injury
from app.claims.propose import drop, open_proposals
from app.clock import today
from app.db import db, transaction
from app.money import NotAnAmount, fen
from app.recoveries.approve import approve_any
from app.recoveries.liable import (
    GivenUp,
    Liable,
    propose_give_up,
    propose_recovery,
    receive_recovery,
)
from app.recoveries.owing import propose_set_off, propose_write_off, repay
from app.recoveries.standing import money_of, receivables, recoveries, usable
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.read.person import names_seen, person
from app.web.read.scope import scope_of
from app.web.read.second import proposals_waiting
from app.web.read.told import claim_seen
from app.web.roles import serves
from app.web.sheet_form import tidy

pages = Blueprint("held", __name__, url_prefix="/office")

Word = TypeVar("Word")
_CLAIM: Final = "/members/<id:member_id>/claims/<id:claim_id>"


@pages.post(f"{_CLAIM}/state")
@serves(Role.OFFICER)
def state(member_id: int, claim_id: int) -> ResponseReturnValue:
    """What the member says of an injury, written down at the counter."""
    _check(member_id, claim_id)
    with transaction() as session:
        state_injury(session, claim_id, _one_of(Says, "says"), by=signed_in().id)
    flash(gettext("Written down."))
    return _back(member_id, claim_id)


@pages.post(f"{_CLAIM}/decide")
@serves(Role.OFFICER)
def decide(member_id: int, claim_id: int) -> ResponseReturnValue:
    _check(member_id, claim_id)
    said = request.form.get("said", "")
    reason: Reason | Waived | None = None
    same_as = None
    if said.startswith((f"{What.REFUSE}:", f"{What.WAIVE_WAITING}:")):
        said, _, named = said.partition(":")
        reasons = REASONS_OF[What(said)]
        reason = reasons(named) if named in set(reasons) else abort(400)
    elif said.startswith(f"{What.SAME_BILL}:"):
        said, _, named = said.partition(":")
        same_as = int(named) if named.isascii() and named.isdigit() and len(named) < 19 else 0  # noqa: PLR2004
    what = What(said) if said in set(What) else abort(400)
    with transaction() as session:
        propose_decision(session, claim_id, what, reason=reason, same_as=same_as, by=signed_in().id)
    flash(gettext("Proposed. Another officer must approve it."))
    return _back(member_id, claim_id)


@pages.post(f"{_CLAIM}/proposals/<id:proposal_id>")
@serves(Role.OFFICER)
def approve(member_id: int, claim_id: int, proposal_id: int) -> ResponseReturnValue:
    """A second officer approves, or it is dropped."""
    _check(member_id, claim_id)
    _of_claim(member_id, claim_id, proposal_id)
    if request.form.get("drop"):
        with transaction() as session:
            drop(session, proposal_id, by=signed_in().id)
        flash(gettext("Dropped: nothing came of it."))
    else:
        with transaction() as session:
            done = approve_any(session, proposal_id, by=signed_in().id)
        if done.run_id:
            ring(bell.DRAIN_RUN, done.run_id)
        flash(gettext("Approved."))
    return _back(member_id, claim_id)


@pages.get("/recoveries")
@serves(Role.OFFICER)
def money() -> ResponseReturnValue:
    """Everything that is still to come back, in the officer's scope."""
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    others = [x for x in recoveries(session) if x.open_fen]
    members, waiting = receivables(session), proposals_waiting(session, scope)
    ids = {x.member_id for x in others} | {x.member_id for x in members}
    names = names_seen(session, ids | {x.member_id for x in waiting}, scope)
    return render_template(
        "held/money.html",
        others=[x for x in others if x.member_id in names],
        members=[x for x in members if x.member_id in names],
        waiting=waiting,
        names=names,
    )


@pages.get(f"{_CLAIM}/money")
@serves(Role.OFFICER)
def of_claim(member_id: int, claim_id: int) -> ResponseReturnValue:
    """What others and the member owe of one claim, and what can be done about it."""
    _check(member_id, claim_id)
    session = db.session()
    money, owed = money_of(session, member_id, claim_id), recoveries(session, claim_id)
    granted_fen = money.payable_fen if money else 0
    return render_template(
        "held/claim.html",
        member_id=member_id,
        claim_id=claim_id,
        person=person(session, member_id),
        money=money,
        recoveries=owed,
        room_fen=granted_fen - sum(x.amount_fen - x.given_up_fen for x in owed),
        usable=usable(session, member_id, claim_id),
        proposals=open_proposals(session, member_id, claim_id),
        today=today(),
    )


@pages.post(f"{_CLAIM}/money")
@serves(Role.OFFICER)
def act(member_id: int, claim_id: int) -> ResponseReturnValue:
    _check(member_id, claim_id)
    doing = _ACTS.get(request.form.get("act", "")) or abort(400)
    with transaction() as session:
        doing(session, claim_id, _amount(), _day(), signed_in().id)
    return redirect(url_for("held.of_claim", member_id=member_id, claim_id=claim_id))


def _open(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    liable = _one_of(Liable, "liable")
    propose_recovery(session, claim_id, liable, amount, reference=_reference(), booked_on=on, by=by)
    flash(gettext("Proposed. Another officer must approve it."))


def _receive(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    number = _recovery(session, claim_id)
    receive_recovery(session, number, amount, received_on=on, reference=_reference(), by=by)
    flash(gettext("Booked."))


def _give_up(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    number = _recovery(session, claim_id)
    propose_give_up(session, number, amount, _one_of(GivenUp, "why"), booked_on=on, by=by)
    flash(gettext("Proposed. Another officer must approve it."))


def _repay(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    repay(session, claim_id, amount, received_on=on, reference=_reference(), by=by)
    flash(gettext("Booked."))


def _write_off(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    propose_write_off(session, claim_id, amount, reference=_reference(), booked_on=on, by=by)
    flash(gettext("Proposed. Another officer must approve it."))


def _set_off(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    propose_set_off(session, claim_id, _number("using"), amount, booked_on=on, by=by)
    flash(gettext("Proposed. Another officer must approve it on the page of the claim that pays."))


_ACTS: Final[dict[str, Callable[[Session, int, int, date, int], None]]] = {
    "open": _open,
    "receive": _receive,
    "give_up": _give_up,
    "repay": _repay,
    "write_off": _write_off,
    "set_off": _set_off,
}


def _check(member_id: int, claim_id: int) -> None:
    """Out of reach is nothing."""
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    claim_seen(session, member_id, claim_id, scope) or abort(404)


def _of_claim(member_id: int, claim_id: int, proposal_id: int) -> None:
    found = {x.id for x in open_proposals(db.session(), member_id, claim_id)}
    if proposal_id not in found:
        abort(404)


def _recovery(session: Session, claim_id: int) -> int:
    number = _number("recovery")
    if number not in {x.id for x in recoveries(session, claim_id)}:
        abort(404)
    return number


def _back(member_id: int, claim_id: int) -> ResponseReturnValue:
    return redirect(url_for("claims.show", member_id=member_id, claim_id=claim_id))


def _number(name: str) -> int:
    typed = request.form.get(name, "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):  # noqa: PLR2004 - a BIGINT
        abort(400)
    return int(typed)


def _amount() -> int:
    try:
        return fen(tidy("medfee_sumamt", request.form.get("amount", "")))
    except NotAnAmount:
        abort(400)


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("on", ""))
    except ValueError:
        abort(400)


def _reference() -> str:
    return request.form.get("reference", "")


def _one_of(kind: Callable[[str], Word], name: str) -> Word:
    try:
        return kind(request.form.get(name, ""))
    except ValueError:
        abort(400)
