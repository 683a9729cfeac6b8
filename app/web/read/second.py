"""Proposals about claims that wait for a second officer."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.propose import CLOSED
from app.web.read.scope import MEMBER, Scope

# Few are open at a time: each is asked whose it is.
_OPEN: Final = f"""(
    SELECT p.id, p.member_id, p.claim_id, p.prepared_by, p.act, p.what, p.reason,
           p.other_claim_id, p.amount_fen
    FROM proposal p
    JOIN claim_queue c ON (c.member_id, c.claim_id) = (p.member_id, p.claim_id)
    WHERE NOT {CLOSED} OFFSET 0)"""  # noqa: S608 - put together from constants
_PROPOSALS: Final = text(
    f"""
    SELECT c.id, c.member_id, c.claim_id, w.name AS by, c.act, c.what, c.reason,
           c.other_claim_id, c.amount_fen
    FROM {_OPEN} c
    JOIN account w ON w.id = c.prepared_by
    WHERE {MEMBER} ORDER BY c.id LIMIT 200
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal about a claim that waits, who made it and what it is."""

    id: int
    member_id: int
    claim_id: int
    by: str
    act: str
    what: str | None
    reason: str | None
    other_claim_id: int | None
    amount_fen: int | None


def proposals_waiting(session: Session, scope: Scope) -> list[Proposed]:
    """Open proposals about claims in the scope, the oldest first."""
    return [Proposed(*row) for row in session.execute(_PROPOSALS, scope.asked)]
