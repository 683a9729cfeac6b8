"""Approve whatever another officer proposed about a claim."""

from collections.abc import Callable
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from app.claims.decide import approve_decision
from app.claims.decision_models import Proposal
from app.claims.propose import (
    DECIDE,
    RECOVER,
    SET_OFF,
    WRITE_OFF,
    WRITE_OFF_RECOVERY,
    NoSuchProposal,
)
from app.recoveries.liable import approve_give_up, approve_recovery
from app.recoveries.owing import approve_set_off, approve_write_off


class Approved(NamedTuple):
    """What came of it, by the proposal's act: the number of the fact, of a decision its run.

    `run_id`: what is to be determined now, if any.
    """

    act: str
    number: int
    run_id: int | None
    member_id: int
    claim_id: int


_ACTS: Final[dict[str, Callable[..., int]]] = {
    DECIDE: approve_decision,
    RECOVER: approve_recovery,
    WRITE_OFF_RECOVERY: approve_give_up,
    WRITE_OFF: approve_write_off,
    SET_OFF: approve_set_off,
}


def approve_any(session: Session, proposal_id: int, *, by: int) -> Approved:
    """Approve a proposal of any act. Raises NoSuchProposal, and as that act's own approval."""
    found = session.get(Proposal, proposal_id)
    if found is None:
        raise NoSuchProposal(proposal=proposal_id)
    number = _ACTS[found.act](session, proposal_id, by=by)
    run_id = number if found.act == DECIDE else None
    return Approved(found.act, number, run_id, found.member_id, found.claim_id)
