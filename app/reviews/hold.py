"""Who opens a claim to review it has it alone for some minutes; others look and do not act.

No fact and no right: what really keeps two from deciding is the claim's turn and its stage
(`app.reviews.act`). The time is the database's.
"""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.errors import Refusal
from app.reviews.standing import Standing
from app.together import Question


class HeldByAnother(Refusal):
    """Another officer has the claim open."""


class Hold(NamedTuple):
    """Who has a claim, until when."""

    account_id: int
    name: str
    until: datetime


def hold_of(session: Session, member_id: int, claim_id: int) -> Hold | None:
    """Who has the claim now."""
    return HOLD.first(session, member=member_id, claim=claim_id)


def take(session: Session, standing: Standing, *, by: int) -> None:
    """Take a claim, or keep it longer; what this account had open before is free again.

    Raises HeldByAnother.
    """
    asked = {
        "member": standing.member_id,
        "claim": standing.claim_id,
        "by": by,
        "minutes": standing.policy.hold_minutes,
    }
    if session.scalar(_TAKE, asked) is None:
        raise HeldByAnother(claim=standing.claim_id)


def check_free(session: Session, member_id: int, claim_id: int, *, by: int) -> None:
    """Refuse an act on what somebody else has open. Raises HeldByAnother."""
    found = hold_of(session, member_id, claim_id)
    if found is not None and found.account_id != by:
        raise HeldByAnother(claim=claim_id)


def release(session: Session, claim_id: int, *, by: int) -> None:
    """Let a claim go; one that somebody else has stays theirs."""
    session.execute(_RELEASE, {"claim": claim_id, "by": by})


HOLD: Final = Question(
    """
    SELECT h.account_id, a.name, h.until FROM review_hold h JOIN account a ON a.id = h.account_id
    WHERE h.member_id = :member AND h.claim_id = :claim AND h.until > clock_timestamp()
    """,
    Hold,
)
_TAKE: Final = text(
    """
    WITH taken AS (
        INSERT INTO review_hold (member_id, claim_id, account_id, until)
        VALUES (:member, :claim, :by, clock_timestamp() + make_interval(mins => :minutes))
        ON CONFLICT (member_id, claim_id) DO UPDATE
            SET account_id = excluded.account_id, until = excluded.until
            WHERE review_hold.account_id = excluded.account_id
                  OR review_hold.until <= clock_timestamp()
        RETURNING account_id
    ), left_others AS (
        DELETE FROM review_hold
        WHERE account_id = :by AND claim_id <> :claim AND EXISTS (SELECT FROM taken)
    )
    SELECT account_id FROM taken
    """
)
_RELEASE: Final = text("DELETE FROM review_hold WHERE account_id = :by AND claim_id = :claim")
