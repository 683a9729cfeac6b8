"""An officer who had no hand in the claim answers an objection."""

from typing import Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.claims.confirm import turn_of
from app.claims.decide import propose_decision
from app.claims.decided import Reason, Waived, What
from app.claims.lifecycle import Why
from app.claims.propose import officer_for
from app.claims.undo import send_back
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.notices.write import write
from app.objections.models import Objection, ObjectionAnswer, Outcome
from app.objections.object_to import worded
from app.secrets import vault

_DECIDED_BEFORE: Final = text("SELECT decided_before(:member, :claim, :by)")
_OPEN: Final = text(
    """
    SELECT coalesce(max(a.seq), 0) AS seq,
           coalesce(bool_and(d.proposal_id IS NOT NULL), true) AS open
    FROM objection_answer a LEFT JOIN proposal_dropped d ON d.proposal_id = a.proposal_id
    WHERE a.objection_id = :id
    """
)


class NoSuchObjection(Refusal):
    """There is no such objection in the officer's scope."""


class ObjectionAnswered(Refusal):
    """It was answered before."""


class DecidedBefore(Refusal):
    """Who entered, reviewed or decided a claim answers no objection to it."""


def uphold(session: Session, objection_id: int, says: str, *, by: int) -> None:
    """The result stands, for the reason that is written. Raises as `_open`, and WordsWanted."""
    found, seq = _open(session, objection_id, by)
    _write(session, found, seq, Outcome.UPHELD, says, by=by)


def decide_anew(
    session: Session,
    objection_id: int,
    says: str,
    what: What,
    *,
    by: int,
    reason: Reason | Waived | None = None,
) -> int:
    """Propose another decision, which a second officer approves; the proposal's number.

    Raises as `_open` and `app.claims.decide.propose_decision`, and WordsWanted.
    """
    found, seq = _open(session, objection_id, by)
    proposal = propose_decision(session, found.claim_id, what, reason=reason, by=by)
    _write(session, found, seq, Outcome.ANEW, says, by=by, proposal_id=proposal)
    return proposal


def file_anew(session: Session, objection_id: int, says: str, why: Why, *, by: int) -> int:
    """Send the filing back, to be filed with other figures or papers; the run to determine.

    Raises as `_open` and `app.claims.undo.send_back`, and WordsWanted.
    """
    found, seq = _open(session, objection_id, by)
    run_id = send_back(session, found.claim_id, why, by=by)
    _write(session, found, seq, Outcome.ANEW, says, by=by, run_id=run_id)
    return run_id


def has_decided(session: Session, member_id: int, claim_id: int, by: int) -> bool:
    """Whether this account's person has had a hand in the claim."""
    asked = {"member": member_id, "claim": claim_id, "by": by}
    return bool(session.scalar(_DECIDED_BEFORE, asked))


def _open(session: Session, objection_id: int, by: int) -> tuple[Objection, int]:
    """The objection, for who may answer it, and the number of the answer to come.

    Raises NoSuchObjection, ObjectionAnswered, DecidedBefore, and as `officer_for`.
    """
    found = session.scalar(select(Objection).where(Objection.id == objection_id))
    if found is None:
        raise NoSuchObjection(objection=objection_id)
    officer_for(session, found.member_id, found.claim_id, by)
    one_at_a_time(session, f"objection {objection_id}")
    one_at_a_time(session, turn_of(found.claim_id))
    stands = session.execute(_OPEN, {"id": objection_id}).one()
    if not stands.open:
        raise ObjectionAnswered(objection=objection_id)
    if has_decided(session, found.member_id, found.claim_id, by):
        raise DecidedBefore
    return found, stands.seq + 1


def _write(
    session: Session,
    found: Objection,
    seq: int,
    outcome: Outcome,
    says: str,
    *,
    by: int,
    proposal_id: int | None = None,
    run_id: int | None = None,
) -> None:
    words = worded(says)
    made = insert(ObjectionAnswer).values(
        objection_id=found.id,
        seq=seq,
        outcome=outcome.value,
        says_cipher=vault().seal(words, "objection_answer", found.id, seq),
        proposal_id=proposal_id,
        run_id=run_id,
        answered_by=by,
    )
    session.execute(made)
    record(
        session,
        "objection.answered",
        by=by,
        about=found.id,
        seq=seq,
        claim=found.claim_id,
        outcome=outcome.value,
    )
    write(
        session,
        "objection_answered",
        dedupe=f"objection_answered:{found.id}:{seq}",
        member_id=found.member_id,
        claim=found.claim_id,
    )
