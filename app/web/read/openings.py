"""Which claims auditors opened, what for, and how many papers they looked at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.web.paging import Asked, Page

_OPENINGS: Final = text(
    """
    SELECT o.id, o.claim_id, o.purpose, a.name, o.recorded_at,
           (SELECT array_agg(DISTINCT p.no ORDER BY p.no) FROM paper_opening p
            WHERE p.opening_id = o.id)
    FROM claim_opening o JOIN account a ON a.id = o.opened_by
    WHERE (CAST(:by AS bigint) IS NULL OR o.opened_by = :by)
          AND (CAST(:after AS bigint) IS NULL OR o.id < :after)
    ORDER BY o.id DESC LIMIT :size
    """
)


@dataclass(frozen=True, slots=True)
class OpeningSeen:
    """One opening; `papers`: the numbers of those that were looked at in full."""

    id: int
    claim_id: int
    purpose: str
    by: str
    at: datetime
    papers: list[int] | None


def openings(session: Session, asked: Asked, *, by: int | None) -> Page[OpeningSeen]:
    """A page of openings, the last first; `by`: only this account's."""
    wanted = {"by": by, "after": asked.after, "size": asked.size + 1}
    rows = [OpeningSeen(*row) for row in session.execute(_OPENINGS, wanted)]
    more = len(rows) > asked.size
    return Page(rows[: asked.size], rows[asked.size - 1].id if more else None)
