"""Money that is to come back to the fund, from members and from who is liable: officers keep it.

Which claim stands in the address; who asks for one out of reach gets 404. What the domain refuses
is said in the form that was sent, which stays open with what was typed.
"""

from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.claims.propose import open_proposals, open_set_offs
from app.claims.tidy import tidy
from app.clock import today
from app.db import TurnTaken, db, transaction
from app.errors import Refusal
from app.money import NotAnAmount, fen
from app.recoveries.liable import (
    GivenUp,
    Liable,
    propose_give_up,
    propose_recovery,
    receive_recovery,
)
from app.recoveries.owing import propose_set_off, propose_write_off, repay
from app.recoveries.standing import MONEY, RECOVERIES, receivables, recoveries, usable
from app.texts import say
from app.together import together
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read.person import PERSON, names_seen
from app.web.read.scope import scope_of
from app.web.read.second import proposals_waiting
from app.web.read.settled import BROUGHT, SETTLED
from app.web.read.told import claim_seen
from app.web.roles import serves

pages = Blueprint("recoveries", __name__, url_prefix="/office")

Word = TypeVar("Word")
_OF_CLAIM: Final = "/members/<id:member_id>/claims/<id:claim_id>/money"


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


@pages.get(_OF_CLAIM)
@serves(Role.OFFICER)
def of_claim(member_id: int, claim_id: int) -> ResponseReturnValue:
    """What others and the member owe of one claim, and what can be done about it."""
    _check(member_id, claim_id)
    return _page(member_id, claim_id)


@pages.post(_OF_CLAIM)
@serves(Role.OFFICER)
def act(member_id: int, claim_id: int) -> ResponseReturnValue:
    _check(member_id, claim_id)
    named = request.form.get("act", "")
    doing = _ACTS.get(named) or abort(400)
    try:
        with transaction() as session:
            doing(session, claim_id, _amount(), _day(), signed_in().id)
    except NotAnAmount:
        return _page(member_id, claim_id, gettext("Enter an amount like 1234.50."), 400)
    except NotADay:
        return _page(member_id, claim_id, gettext("Enter a day."), 400)
    except TurnTaken:
        raise
    except Refusal as refused:
        return _page(member_id, claim_id, say(refused, language()), 409)
    if named in _BOOKED:
        flash(gettext("Booked."))
    else:
        flash(gettext("Proposed. Another officer must approve it."))
    return redirect(url_for("recoveries.of_claim", member_id=member_id, claim_id=claim_id))


class NotADay(ValueError):
    """What was typed is no day."""


def _page(member_id: int, claim_id: int, refused: str = "", code: int = 200) -> ResponseReturnValue:
    """`refused`: why the form that was sent was not taken; it stands open."""
    session = db.session()
    asked = {"member": member_id, "claim": claim_id}
    found = together(
        session,
        asked,
        person=PERSON,
        money=MONEY,
        settled=SETTLED,
        owed=RECOVERIES,
        brought=BROUGHT,
    )
    owed, money = found["owed"], next(iter(found["money"]), None)
    granted_fen = money.payable_fen if money else 0
    proposals = open_proposals(session, member_id, claim_id)
    page = render_template(
        "held/claim.html",
        member_id=member_id,
        claim_id=claim_id,
        person=found["person"][0],
        money=money,
        settled=found["settled"],
        takes_back=scope_of(session, signed_in().union_id).whole,
        recoveries=owed,
        brought=found["brought"],
        room_fen=granted_fen - sum(x.amount_fen - x.given_up_fen for x in owed),
        usable=usable(session, member_id, claim_id),
        proposals=[*proposals, *open_set_offs(session, member_id, claim_id)],
        today=today(),
        refused=refused,
        tried="-".join(filter(None, map(request.form.get, ("act", "recovery")))) if refused else "",
    )
    return page, code


def _open(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    liable = _one_of(Liable, "liable")
    propose_recovery(session, claim_id, liable, amount, reference=_reference(), booked_on=on, by=by)


def _receive(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    number = _recovery(session, claim_id)
    receive_recovery(session, number, amount, received_on=on, reference=_reference(), by=by)


def _give_up(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    number = _recovery(session, claim_id)
    propose_give_up(session, number, amount, _one_of(GivenUp, "why"), booked_on=on, by=by)


def _repay(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    repay(session, claim_id, amount, received_on=on, reference=_reference(), by=by)


def _write_off(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    propose_write_off(session, claim_id, amount, reference=_reference(), booked_on=on, by=by)


def _set_off(session: Session, claim_id: int, amount: int, on: date, by: int) -> None:
    propose_set_off(session, claim_id, _number("using"), amount, booked_on=on, by=by)


_ACTS: Final[dict[str, Callable[[Session, int, int, date, int], None]]] = {
    "open": _open,
    "receive": _receive,
    "give_up": _give_up,
    "repay": _repay,
    "write_off": _write_off,
    "set_off": _set_off,
}
_BOOKED: Final = frozenset({"receive", "repay"})
"""Money that came needs nobody's approval."""


def _check(member_id: int, claim_id: int) -> None:
    """Out of reach is nothing."""
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    claim_seen(session, member_id, claim_id, scope) or abort(404)


def _recovery(session: Session, claim_id: int) -> int:
    number = _number("recovery")
    if number not in {x.id for x in recoveries(session, claim_id)}:
        abort(404)
    return number


def _number(name: str) -> int:
    typed = request.form.get(name, "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):  # noqa: PLR2004 - a BIGINT
        abort(400)
    return int(typed)


def _amount() -> int:
    return fen(tidy("medfee_sumamt", request.form.get("amount", "")))


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("on", ""))
    except ValueError:
        raise NotADay from None


def _reference() -> str:
    return request.form.get("reference", "")


def _one_of(kind: Callable[[str], Word], name: str) -> Word:
    try:
        return kind(request.form.get(name, ""))
    except ValueError:
        abort(400)
