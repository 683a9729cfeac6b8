"""One officer proposes, another approves: the frame of every act on a claim that takes two people.

How a held claim is decided an operator may propose, too; what books money only officers do. A
proposal moves nothing. Who approves it is another account and another person; neither is the
member. What is approved is looked at again then: a proposal may have been overtaken.
"""

from datetime import date
from typing import Any, Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.accounts.change import officer, preparer
from app.accounts.models import Account
from app.claims.confirm import HelperDecides, NoSuchClaim, OwnClaim, turn_of
from app.claims.decision_models import Proposal, ProposalDropped
from app.claims.models import Claim
from app.claims.scope import has_helped, reaches
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record

DECIDE: Final = "decide"
RECOVER: Final = "recover"
WRITE_OFF_RECOVERY: Final = "write_off_recovery"
WRITE_OFF: Final = "write_off"
SET_OFF: Final = "set_off"


class NoSuchProposal(Refusal):
    """There is no such proposal in the officer's scope, or it is of another kind."""


class ProposalClosed(Refusal):
    """It was approved or dropped before."""


class SameOfficer(Refusal):
    """Who proposes never approves, under whatever account."""


def officer_for(session: Session, member_id: int | None, claim_id: int, by: int) -> Account:
    """The officer who may act on this claim.

    Raises NoSuchClaim, OwnClaim, and as `app.accounts.change.officer`.
    """
    return _may_act(session, member_id, claim_id, officer(session, by))


def preparer_for(session: Session, member_id: int | None, claim_id: int, by: int) -> Account:
    """The same, or an operator, for what is only proposed. Raises likewise, and MayNotPrepare."""
    return _may_act(session, member_id, claim_id, preparer(session, by))


def _may_act(session: Session, member_id: int | None, claim_id: int, acting: Account) -> Account:
    if member_id is None or not reaches(session, acting.union_id, member_id):
        raise NoSuchClaim(claim=claim_id)
    if acting.member_id == member_id:
        raise OwnClaim
    if has_helped(session, acting.id, member_id):
        raise HelperDecides
    return acting


def member_of_claim(session: Session, claim_id: int) -> int | None:
    """Whose claim it is."""
    return session.scalar(select(Claim.member_id).where(Claim.id == claim_id))


def propose(session: Session, member_id: int, claim_id: int, act: str, by: int, **how: Any) -> int:
    """Write a proposal whose sense was checked; its number. The same again is it."""
    one_at_a_time(session, f"proposals of {claim_id}")
    asked = {"member_id": member_id, "claim_id": claim_id, "act": act, "prepared_by": by, **how}
    for before in session.scalars(select(Proposal.id).filter_by(**asked)):
        if not session.scalar(_CLOSED, {"id": before}):
            return before
    made = insert(Proposal).values(
        member_id=member_id, claim_id=claim_id, act=act, prepared_by=by, **how
    )
    number: int = session.execute(made.returning(Proposal.id)).scalar_one()
    record(session, "claim.proposed", by=by, about=claim_id, proposal=number, what=act)
    return number


def to_approve(session: Session, proposal_id: int, act: str, *, by: int) -> Proposal:
    """The open proposal, for a second officer who takes the claim's turn.

    Raises NoSuchProposal, ProposalClosed, SameOfficer, OwnClaim, and as `officer_for`.
    """
    found = session.get(Proposal, proposal_id)
    if found is None or found.act != act:
        raise NoSuchProposal(proposal=proposal_id)
    acting = officer_for(session, found.member_id, found.claim_id, by)
    if same_person(session, found.prepared_by, acting):
        raise SameOfficer
    one_at_a_time(session, turn_of(found.claim_id))
    if session.scalar(_CLOSED, {"id": proposal_id}):
        raise ProposalClosed(proposal=proposal_id)
    return found


def drop(session: Session, proposal_id: int, *, by: int) -> None:
    """Do not approve a proposal. Raises NoSuchProposal, ProposalClosed, and as `officer_for`."""
    found = session.get(Proposal, proposal_id)
    if found is None:
        raise NoSuchProposal(proposal=proposal_id)
    officer_for(session, found.member_id, found.claim_id, by)
    one_at_a_time(session, turn_of(found.claim_id))
    if session.scalar(_CLOSED, {"id": proposal_id}):
        raise ProposalClosed(proposal=proposal_id)
    session.execute(insert(ProposalDropped).values(proposal_id=proposal_id, recorded_by=by))
    record(session, "claim.proposal_dropped", by=by, about=found.claim_id, proposal=proposal_id)


def same_person(session: Session, account_id: int, acting: Account) -> bool:
    """Whether two accounts are one, or one person's."""
    other = session.get(Account, account_id)
    if other is None or other.id == acting.id:
        return True
    return acting.member_id is not None and acting.member_id == other.member_id


def open_proposals(session: Session, member_id: int, claim_id: int) -> list[Proposal]:
    """What of a claim waits for a second officer, the newest last."""
    asked = select(Proposal).from_statement(_OPEN)
    return list(session.scalars(asked, {"member": member_id, "claim": claim_id}))


def open_set_offs(session: Session, member_id: int, owing_claim: int) -> list[Proposal]:
    """Proposals to use another claim's benefit for what this one owes: they stand at that claim."""
    asked = select(Proposal).from_statement(_SET_OFFS)
    return list(session.scalars(asked, {"member": member_id, "owing": owing_claim}))


def booked(proposal: Proposal) -> date:
    """The day a proposal is booked on; those that post always have one."""
    if proposal.booked_on is None:
        raise NoSuchProposal(proposal=proposal.id)
    return proposal.booked_on


CLOSED: Final = """(
    EXISTS (SELECT FROM proposal_dropped x WHERE x.proposal_id = p.id)
    OR EXISTS (SELECT FROM held_decision x WHERE x.proposal_id = p.id)
    OR EXISTS (SELECT FROM recovery x WHERE x.proposal_id = p.id)
    OR EXISTS (SELECT FROM recovery_write_off x WHERE x.proposal_id = p.id)
    OR EXISTS (SELECT FROM write_off x WHERE x.proposal_id = p.id)
    OR EXISTS (SELECT FROM set_off x WHERE x.proposal_id = p.id))"""
"""SQL: proposal `p` was approved or dropped."""
_CLOSED: Final = text(f"SELECT {CLOSED} FROM proposal p WHERE p.id = :id")  # noqa: S608
_OPEN: Final = text(
    f"""
    SELECT p.* FROM proposal p
    WHERE p.member_id = :member AND p.claim_id = :claim AND NOT {CLOSED} ORDER BY p.id
    """  # noqa: S608
)
_SET_OFFS: Final = text(
    f"""
    SELECT p.* FROM proposal p
    WHERE p.member_id = :member AND p.other_claim_id = :owing AND p.act = '{SET_OFF}'
          AND NOT {CLOSED} ORDER BY p.id
    """  # noqa: S608
)
