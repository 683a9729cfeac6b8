"""The last reviewer has seen the papers of a claim under review: it may be paid.

Never the author (domain: review): not who filed it, and nobody's own claim. The stages before are
`app.reviews`; the database refuses the move without them (`confirm_was_reviewed`), and asks for
another officer once more before a payment leaves (`payment_is_owed`).
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.claims.alike import alike
from app.claims.lifecycle import Act, State, moved
from app.claims.scope import has_helped, reaches
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.together import Question


def turn_of(claim_id: int) -> str:
    """The turn (`one_at_a_time`) in which people decide about a claim: one at a time."""
    return f"claim {claim_id}"


class NoSuchClaim(Refusal):
    """There is no such claim in the officer's scope."""


class OwnClaim(Refusal):
    """Nobody decides about the own claim."""


class FilerConfirms(Refusal):
    """Who entered a claim, or what is said in it, does not confirm it, under whatever account."""


class HelperDecides(Refusal):
    """Who helps the member, or ever did, does not decide about the member's claims."""


class NotInReview(Refusal):
    """The claim does not wait for its papers to be seen."""


class BeingComputed(Refusal):
    """Newer figures, a refund or a withdrawal of the bill are here and not yet determined."""


class DoubleOutOfReach(Refusal):
    """A possible double is of a member whom another union's officers look after."""


class PossibleDouble(Refusal):
    """Another claim may be the same bill or has its invoice; a person must have looked at it."""


def confirm(
    session: Session, claim_id: int, *, by: int, review: int, although: Collection[int] = ()
) -> None:
    """Say that the papers agree with the figures; `although`: the possible doubles looked at.

    `review` is the number of the act that does so (`app.reviews.act.go_on`, the only way here).
    `although` 0: that the bureau sent the number on the sheet for somebody else, or refunded it.
    Raises NoSuchClaim, OwnClaim, FilerConfirms, HelperDecides, NotInReview, BeingComputed,
    PossibleDouble, DoubleOutOfReach, and as `app.accounts.change.officer`.
    """
    acting = officer(session, by)
    member_id = session.scalar(_IN_REVIEW, {"claim": claim_id})
    member_id = member_id or session.scalar(_MEMBER, {"claim": claim_id})
    if member_id is None or not reaches(session, acting.union_id, member_id):
        raise NoSuchClaim(claim=claim_id)
    if acting.member_id == member_id:
        raise OwnClaim
    if session.scalar(_ENTERED, {"member": member_id, "claim": claim_id, "by": by}):
        raise FilerConfirms
    if has_helped(session, by, member_id):
        raise HelperDecides
    asked = {"member": member_id, "claim": claim_id}
    # An undetermined claim has no row that could be locked (`app.claims.undo`).
    one_at_a_time(session, turn_of(claim_id))
    stands = session.execute(_LOCK, asked).one_or_none()
    if stands is None or stands.state != State.REVIEW:
        raise NotInReview(claim=claim_id)
    if overtaken(session, member_id, claim_id):
        raise BeingComputed(claim=claim_id)
    check_doubles(session, acting.union_id, member_id, claim_id, although)
    state = moved(State.REVIEW, Act.CONFIRM)
    move = asked | {"seq": stands.seq + 1, "act": Act.CONFIRM.value, "state": state.value, "by": by}
    session.execute(_MOVE, move)
    session.execute(_QUEUE, move)
    record(session, "claim.confirmed", by=by, about=claim_id, seq=stands.seq + 1, review=review)


def overtaken(session: Session, member_id: int, claim_id: int) -> bool:
    """Whether the live determination knows less than what is here of the bill."""
    return bool(OVERTAKEN.all(session, member=member_id, claim=claim_id))


def check_doubles(
    session: Session, union_id: int, member_id: int, claim_id: int, although: Collection[int]
) -> None:
    """Refuse a possible double that was not looked at. Raises PossibleDouble, DoubleOutOfReach."""
    doubles = alike(session, member_id, claim_id)
    if not all(reaches(session, union_id, each.member_id) for each in doubles):
        raise DoubleOutOfReach(claim=claim_id)
    for other in doubles:
        if other.claim_id not in although:
            raise PossibleDouble(claim=claim_id, other=other.claim_id)


# By an index; the other looks at every claim, for those that stand elsewhere.
_IN_REVIEW: Final = text(
    "SELECT member_id FROM claim_queue WHERE state = 'review' AND claim_id = :claim"
)
_MEMBER: Final = text("SELECT member_id FROM claim WHERE id = :claim")
# By this account, or by another one of the same person.
_ENTERED: Final = text("SELECT entered_claim(:member, :claim, :by)")
# The officer compares papers with what the live determination was computed from.
OVERTAKEN: Final = Question(
    """
    SELECT c.id FROM claim c
    CROSS JOIN LATERAL (
        SELECT d.version FROM determination d
        WHERE d.member_id = c.member_id AND d.claim_id = c.id ORDER BY d.seq DESC LIMIT 1
    ) live
    WHERE c.member_id = :member AND c.id = :claim AND (
        EXISTS (SELECT FROM settlement s WHERE s.member_id = c.member_id
                AND s.setl_id = c.setl_id AND s.version > live.version)
        OR EXISTS (SELECT FROM refund WHERE undone_setl_id = c.setl_id))
    """,
    int,
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
