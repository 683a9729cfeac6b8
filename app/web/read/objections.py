"""Objections that wait for an answer, as an officer sees them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.objections.models import Kind
from app.web.paging import Asked, Page
from app.web.read.scope import MEMBER, Scope

_MADE: Final = """
        SELECT o.*, a.recorded_at AS answered_at,
               a.seq IS NULL OR d.proposal_id IS NOT NULL AS waits
        FROM objection o
        LEFT JOIN LATERAL (
            SELECT * FROM objection_answer x WHERE x.objection_id = o.id
            ORDER BY x.seq DESC LIMIT 1
        ) a ON true
        LEFT JOIN proposal_dropped d ON d.proposal_id = a.proposal_id
"""
_SHOWN: Final = """
    SELECT c.id, c.member_id, c.claim_id, c.kind, c.recorded_at, c.answer_by,
           (SELECT n.name FROM member_name n WHERE n.member_id = c.member_id
            ORDER BY n.seq DESC LIMIT 1) AS name,
           c.member_id = coalesce(:mine, 0) OR decided_before(c.member_id, c.claim_id, :by)
               AS not_me,
           c.answered_at
"""
# Whose they are is asked of those that are shown.
_WAITING: Final = text(
    f"""{_SHOWN} FROM ({_MADE} ORDER BY o.answer_by, o.id OFFSET 0) c
    WHERE c.waits AND (:after = 0 OR (c.answer_by, c.id) > (
              SELECT x.answer_by, x.id FROM objection x WHERE x.id = :after))
          AND {MEMBER}
    ORDER BY c.answer_by, c.id LIMIT :most
    """  # noqa: S608 - put together from constants
)
_ANSWERED: Final = text(
    f"""{_SHOWN} FROM ({_MADE}) c
    WHERE NOT c.waits AND {MEMBER}
    ORDER BY c.answered_at DESC LIMIT :most
    """
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


def waiting_objections(
    session: Session, scope: Scope, asked: Asked, *, by: int, mine: int | None
) -> Page[Listed]:
    """Those that wait for an answer, the most urgent first."""
    these = {"by": by, "mine": mine, "after": asked.after or 0, "most": asked.size + 1}
    found = _listed(session.execute(_WAITING, {**scope.asked, **these}))
    shown = found[: asked.size]
    return Page(shown, shown[-1].id if len(found) > asked.size else None)


def answered_lately(
    session: Session, scope: Scope, *, by: int, mine: int | None, most: int
) -> list[Listed]:
    """Those answered, the last one first."""
    these = {"by": by, "mine": mine, "most": most}
    return _listed(session.execute(_ANSWERED, {**scope.asked, **these}))


def _listed(rows: Iterable[Sequence[Any]]) -> list[Listed]:
    return [
        Listed(number, member, claim, Kind(kind), *rest)
        for number, member, claim, kind, *rest in rows
    ]
