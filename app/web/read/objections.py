"""Objections that wait for an answer, as an officer sees them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.objections.models import Kind
from app.web.read.scope import MEMBER, Scope

MOST: Final = 100

_LISTED: Final = text(
    f"""
    SELECT c.id, c.member_id, c.claim_id, c.kind, c.recorded_at, c.answer_by,
           (SELECT n.name FROM member_name n WHERE n.member_id = c.member_id
            ORDER BY n.seq DESC LIMIT 1) AS name,
           c.member_id = coalesce(:mine, 0) OR decided_before(c.member_id, c.claim_id, :by)
               AS not_me,
           c.answered_at
    FROM (
        SELECT o.*, a.recorded_at AS answered_at,
               a.seq IS NULL OR d.proposal_id IS NOT NULL AS waits
        FROM objection o
        LEFT JOIN LATERAL (
            SELECT * FROM objection_answer x WHERE x.objection_id = o.id
            ORDER BY x.seq DESC LIMIT 1
        ) a ON true
        LEFT JOIN proposal_dropped d ON d.proposal_id = a.proposal_id
        ORDER BY o.answer_by, o.id
    ) c
    WHERE c.waits = :waits AND {MEMBER}
    ORDER BY CASE WHEN :waits THEN c.answer_by END, CASE WHEN :waits THEN c.id END,
             c.answered_at DESC
    LIMIT :most
    """  # noqa: S608 - put together from constants
)


@dataclass(frozen=True, slots=True)
class Listed:
    """`not_me`: who looks has had a hand in the claim, or is the member."""

    id: int
    member_id: int
    claim_id: int
    kind: Kind
    at: datetime
    answer_by: date
    name: str
    not_me: bool
    answered_at: datetime | None


def listed(
    session: Session, scope: Scope, *, by: int, mine: int | None, waits: bool, most: int = MOST
) -> list[Listed]:
    """Those that wait, the most urgent first; or those answered, the last one first."""
    asked = {**scope.asked, "by": by, "mine": mine, "waits": waits, "most": most}
    return [
        Listed(number, member, claim, Kind(kind), *rest)
        for number, member, claim, kind, *rest in session.execute(_LISTED, asked)
    ]
