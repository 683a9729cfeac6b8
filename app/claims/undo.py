"""Take a filing back, or send it back: it pays nothing, and the right figures can be filed.

A filing is undone as the bureau undoes a bill, by a refund row: of the fund's own number by itself.
So engine, replay and verifier have nothing new to learn: the claim is determined again as refunded,
its room comes back for later bills, and the books reverse it on that day. What the bureau's row has
joined is the bureau's to undo. What officers have approved one alone undoes no more: two decide it
(`app.claims.undo_approved`), and write the same rows.
"""

from typing import Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.accounts.change import AccountDisabled, officer
from app.accounts.models import Account, Role
from app.claims.bills import FEEDS, PATIENCE_S, new_run, promise_claims
from app.claims.confirm import NoSuchClaim, OwnClaim, turn_of
from app.claims.filed import Filing, filing_of
from app.claims.lifecycle import OFFICERS_REASONS, State, Why
from app.claims.models import Claim, Refund, UndoneFiling
from app.claims.scope import acts_for, reaches
from app.clock import now
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record

UNDOABLE: Final = frozenset({State.FILED, State.REVIEW, State.HELD, State.CLOSED})
"""Where nobody has said yet that it may be paid."""


class NotUndoable(Refusal):
    """It was confirmed or paid, the bureau's own row has come, or it was undone before."""


class NoReason(Refusal):
    """An officer sends a filing back for a reason of the list."""


def take_back(session: Session, claim_id: int, *, by: int) -> int:
    """Undo a filing for the member, or for who filed it; the run to determine.

    Raises NoSuchClaim, NotUndoable, TurnTaken, and as `app.accounts.change.officer`.
    """
    account = session.get(Account, by, populate_existing=True)
    if account is None or account.disabled_at is not None:
        raise AccountDisabled
    member_id, filing = _filing(session, claim_id)
    if account.role in {Role.MEMBER, Role.HELPER}:
        mine = account.member_id == member_id or (filing and filing.filed_by == by)
        # A helper takes back only what the helper filed.
        own = bool(mine) and acts_for(session, account, member_id)
    else:
        own = filing is not None and filing.filed_by == officer(session, by).id
    if not own:
        raise NoSuchClaim(claim=claim_id)
    return _undo(session, member_id, claim_id, Why.TAKEN_BACK, by)


def send_back(session: Session, claim_id: int, why: Why, *, by: int) -> int:
    """Undo a filing whose papers do not bear it, for one reason; the run to determine.

    Raises NoSuchClaim, OwnClaim, NoReason, NotUndoable, TurnTaken, and as
    `app.accounts.change.officer`.
    """
    acting = officer(session, by)
    if why not in OFFICERS_REASONS:
        raise NoReason
    member_id, _ = _filing(session, claim_id)
    if not reaches(session, acting.union_id, member_id):
        raise NoSuchClaim(claim=claim_id)
    if acting.member_id == member_id:
        raise OwnClaim
    return _undo(session, member_id, claim_id, why, by)


def can_be_undone(session: Session, member_id: int, claim_id: int, state: State) -> bool:
    """Whether a claim in `state` is a filing that could be taken or sent back now."""
    return undoable_in(filing_of(session, member_id, claim_id), state)


def undoable_in(filing: Filing | None, state: State) -> bool:
    """The same, for who knows the filing."""
    return _stands(filing, state) is not None


def _stands(filing: Filing | None, state: State) -> Filing | None:
    """The filing, if it can be undone in `state`."""
    if filing is None or not filing.by_hand or filing.undone_why or filing.approved:
        return None
    return filing if state in UNDOABLE else None


def _filing(session: Session, claim_id: int) -> tuple[int, Filing | None]:
    asked = {"claim": claim_id, "states": [state.value for state in UNDOABLE]}
    member_id = session.scalar(_DETERMINED, asked)
    member_id = member_id or session.scalar(select(Claim.member_id).where(Claim.id == claim_id))
    if member_id is None:
        raise NoSuchClaim(claim=claim_id)
    return member_id, filing_of(session, member_id, claim_id)


def _undo(session: Session, member_id: int, claim_id: int, why: Why, by: int) -> int:
    # A feed may be about to bring the bureau's row of it; and before the first determination there
    # is no row of the queue that could be locked against who confirms.
    one_at_a_time(session, FEEDS, patience_s=PATIENCE_S)
    one_at_a_time(session, turn_of(claim_id))
    found = session.scalar(_LOCK, {"member": member_id, "claim": claim_id})
    state = State(found or State.FILED)
    filing = _stands(filing_of(session, member_id, claim_id), state)
    if filing is None:
        raise NotUndoable(claim=claim_id)
    run_id = new_run(session, "hand", file_sha256=None, by=by)
    write_undone(session, (member_id, claim_id, filing.setl_id), why, run_id, by)
    promise_claims(session, run_id, [(member_id, claim_id)])
    return run_id


def write_undone(
    session: Session, whose: tuple[int, int, str], why: Why, run_id: int, by: int
) -> None:
    """Write that a filing is undone, given as (member, claim, number); who asked has checked all.

    `run_id` determines it again: who asked promises that.
    """
    member_id, claim_id, number = whose
    undone = insert(UndoneFiling).values(
        member_id=member_id, setl_id=number, why=why.value, run_id=run_id, recorded_by=by
    )
    session.execute(undone)
    # The bureau's times have no zone.
    moment = now().replace(tzinfo=None, microsecond=0)
    refund = insert(Refund).values(
        setl_id=number, undone_setl_id=number, run_id=run_id, line=1, setl_time=moment
    )
    session.execute(refund)
    record(
        session, "claim.undone", by=by, about=run_id, claim=claim_id, number=number, why=why.value
    )


# By an index; a claim that is not determined yet is looked for among all.
_DETERMINED: Final = text(
    "SELECT member_id FROM claim_queue WHERE state = ANY(:states) AND claim_id = :claim"
)
_LOCK: Final = text(
    "SELECT state FROM claim_queue WHERE member_id = :member AND claim_id = :claim FOR UPDATE"
)
