"""Officers decide held claims, and undo approved ones: one proposes, another approves.

What has to be looked up (which claim, which proposal) stands in the address; who asks for something
out of reach gets 404. Everything else the domain refuses, and says why.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import bell
from app.accounts.models import Role
from app.claims.decide import propose_decision
from app.claims.decided import REASONS_OF, Because, Says, What
from app.claims.decision_models import Proposal
from app.claims.injuries import state_injury
from app.claims.propose import DECIDE, SET_OFF, drop, open_proposals
from app.db import TurnTaken, db, transaction
from app.errors import Refusal
from app.recoveries.approve import approve_any
from app.texts import say
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.claims import claim_page
from app.web.languages import language
from app.web.read.scope import scope_of
from app.web.read.told import claim_seen
from app.web.roles import serves

pages = Blueprint("held", __name__, url_prefix="/office")

Word = TypeVar("Word")
_CLAIM: Final = "/members/<id:member_id>/claims/<id:claim_id>"


@pages.post(f"{_CLAIM}/state")
@serves(Role.OFFICER)
def state(member_id: int, claim_id: int) -> ResponseReturnValue:
    """What the member says of an injury, written down at the counter."""
    _check(member_id, claim_id)
    says = _one_of(Says, "says")
    try:
        with transaction() as session:
            state_injury(session, claim_id, says, by=signed_in().id)
    except TurnTaken:
        raise
    except Refusal as refused:
        return claim_page(member_id, claim_id, say(refused, language()), 409)
    flash(gettext("Written down."))
    return _back(member_id, claim_id)


@pages.post(f"{_CLAIM}/decide")
@serves(Role.OFFICER, Role.OPERATOR)
def decide(member_id: int, claim_id: int) -> ResponseReturnValue:
    _check(member_id, claim_id)
    said = request.form.get("said", "")
    reason: Because | None = None
    same_as = None
    if said.startswith(tuple(f"{what}:" for what in REASONS_OF)):
        said, _, named = said.partition(":")
        reasons = REASONS_OF[What(said)]
        reason = reasons(named) if named in set(reasons) else abort(400)
    elif said.startswith(f"{What.SAME_BILL}:"):
        said, _, named = said.partition(":")
        same_as = int(named) if named.isascii() and named.isdigit() and len(named) < 19 else 0  # noqa: PLR2004
    what = What(said) if said in set(What) else abort(400)
    remark, by = request.form.get("remark", ""), signed_in().id
    propose = partial(propose_decision, claim_id=claim_id, what=what, remark=remark, by=by)
    try:
        with transaction() as session:
            propose(session, reason=reason, same_as=same_as)
    except TurnTaken:
        raise
    except Refusal as refused:
        return claim_page(member_id, claim_id, say(refused, language()), 409)
    flash(gettext("Proposed. Another officer must approve it."))
    return _back(member_id, claim_id)


@pages.post(f"{_CLAIM}/proposals/<id:proposal_id>")
@serves(Role.OFFICER)
def approve(member_id: int, claim_id: int, proposal_id: int) -> ResponseReturnValue:
    """A second officer approves, or it is dropped."""
    _check(member_id, claim_id)
    found = _of_claim(member_id, claim_id, proposal_id)
    # Where what was proposed can be read: a decision with the claim, money with what is owed.
    there = url_for("claims.show", member_id=member_id, claim_id=claim_id)
    if found.act != DECIDE:
        owes = found.other_claim_id if found.act == SET_OFF else claim_id
        there = url_for("recoveries.of_claim", member_id=member_id, claim_id=owes)
    if request.form.get("drop"):
        with transaction() as session:
            drop(session, proposal_id, by=signed_in().id)
        flash(gettext("Dropped: nothing came of it."))
    else:
        with transaction() as session:
            done = approve_any(session, proposal_id, by=signed_in().id)
        if done.run_id:
            ring(bell.DRAIN_RUN, done.run_id)
            flash(gettext("Approved. It is computed again now; load this page again to see it."))
        else:
            flash(gettext("Approved."))
    return redirect(there)


def _check(member_id: int, claim_id: int) -> None:
    """Out of reach is nothing."""
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    claim_seen(session, member_id, claim_id, scope) or abort(404)


def _of_claim(member_id: int, claim_id: int, proposal_id: int) -> Proposal:
    found = {x.id: x for x in open_proposals(db.session(), member_id, claim_id)}
    return found.get(proposal_id) or abort(404)


def _back(member_id: int, claim_id: int) -> ResponseReturnValue:
    return redirect(url_for("claims.show", member_id=member_id, claim_id=claim_id))


def _one_of(kind: Callable[[str], Word], name: str) -> Word:
    try:
        return kind(request.form.get(name, ""))
    except ValueError:
        abort(400)
