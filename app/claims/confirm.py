"""An officer has seen the papers of a claim under review: it may be paid.

Two people, never the author (domain: review): not who filed it, and nobody's own claim. The
database asks for the same before a payment leaves (`payment_is_owed`).
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.claims.alike import alike
from app.claims.lifecycle import Act, State, moved
from app.claims.scope import reaches
from app.errors import Refusal
from app.evidence.append import record


class NoSuchClaim(Refusal):
    """There is no such claim in the officer's scope."""


class OwnClaim(Refusal):
    """Nobody decides about the own claim."""


class FilerConfirms(Refusal):
    """Who filed a claim does not confirm it, under whatever account."""


class NotInReview(Refusal):
    """The claim does not wait for its papers to be seen."""


class PossibleDouble(Refusal):
    """Another claim may be the same bill or has its invoice; a person must have looked at it."""


def confirm(session: Session, claim_id: int, *, by: int, although: Collection[int] = ()) -> None:
    """Say that the papers agree with the figures; `although`: the possible doubles looked at.

    Raises NoSuchClaim, OwnClaim, FilerConfirms, NotInReview, PossibleDouble, and as
    `app.accounts.change.officer`.
    """
    acting = officer(session, by)
    member_id = session.scalar(_IN_REVIEW, {"claim": claim_id})
    member_id = member_id or session.scalar(_MEMBER, {"claim": claim_id})
    if member_id is None or not reaches(session, acting.union_id, member_id):
        raise NoSuchClaim(claim=claim_id)
    if acting.member_id == member_id:
        raise OwnClaim
    if session.scalar(_FILED, {"member": member_id, "claim": claim_id, "by": by}):
        raise FilerConfirms
    asked = {"member": member_id, "claim": claim_id}
    stands = session.execute(_LOCK, asked).one_or_none()
    if stands is None or stands.state != State.REVIEW:
        raise NotInReview(claim=claim_id)
    if session.scalar(_UNDONE, asked):  # and the claim waits to be determined as such
        raise NotInReview(claim=claim_id)
    for other in alike(session, member_id, claim_id):
        if other.claim_id not in although:
            raise PossibleDouble(claim=claim_id, other=other.claim_id)
    state = moved(State.REVIEW, Act.CONFIRM)
    move = asked | {"seq": stands.seq + 1, "act": Act.CONFIRM.value, "state": state.value, "by": by}
    session.execute(_MOVE, move)
    session.execute(_QUEUE, move)
    record(session, "claim.confirmed", by=by, about=claim_id, seq=stands.seq + 1)


# By an index; the other looks at every claim, for those that stand elsewhere.
_IN_REVIEW: Final = text(
    "SELECT member_id FROM claim_queue WHERE state = 'review' AND claim_id = :claim"
)
_MEMBER: Final = text("SELECT member_id FROM claim WHERE id = :claim")
# The filer by this account, or by another one of the same person.
_FILED: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM claim c
        JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
        JOIN account filer ON filer.id = f.filed_by
        JOIN account now ON now.id = :by
        WHERE c.member_id = :member AND c.id = :claim
              AND (filer.id = now.id OR filer.member_id = now.member_id))
    """
)
_UNDONE: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM claim c
        JOIN undone_filing u ON u.member_id = c.member_id AND u.setl_id = c.setl_id
        WHERE c.member_id = :member AND c.id = :claim)
    """
)
_LOCK: Final = text(
    """
    SELECT state, seq FROM claim_queue WHERE member_id = :member AND claim_id = :claim FOR UPDATE
    """
)
_MOVE: Final = text(
    """
    INSERT INTO claim_move (member_id, claim_id, seq, act, state, by)
    VALUES (:member, :claim, :seq, :act, :state, :by)
    """
)
_QUEUE: Final = text(
    """
    UPDATE claim_queue SET state = :state, seq = :seq
    WHERE member_id = :member AND claim_id = :claim
    """
)
