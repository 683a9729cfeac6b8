"""What was asked for and waits, and what was decided lately: as lists need it."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.unions.tree import Reach
from app.units.asked import State

# What is asked of a unit is the business of the district that it is of now, wherever it was asked.
_REQUESTS: Final = text(
    """
    SELECT q.id, q.kind, q.state, q.uscc, q.name, q.recorded_at, a.name, d.name, q.reason,
           q.file_sha256, q.unit_id, q.other_id, o.name, q.filed_by, n.name,
           EXISTS (SELECT FROM unit u WHERE u.uscc = q.uscc),
           CASE WHEN w.stands_id <> w.id THEN w.name WHEN o.stands_id <> o.id THEN o.name END,
           CASE WHEN w.stands_id <> w.id THEN w.stands_id ELSE o.stands_id END,
           (SELECT i.name FROM unit_now i WHERE i.id =
            CASE WHEN w.stands_id <> w.id THEN w.stands_id ELSE o.stands_id END)
    FROM unit_request q
    LEFT JOIN account a ON a.id = q.filed_by LEFT JOIN account d ON d.id = q.decided_by
    LEFT JOIN unit_now w ON w.id = q.unit_id
    LEFT JOIN unit_now o ON o.id = q.other_id
    LEFT JOIN union_node y ON y.id = w.union_id AND q.state = 'waiting'
    JOIN union_node n
        ON n.id = coalesce(CASE y.kind WHEN 'unit' THEN y.parent_id ELSE y.id END, q.union_id)
    WHERE (CAST(:state AS text) IS NULL OR q.state = :state)
          AND (CAST(:request AS bigint) IS NULL OR q.id = :request)
          AND (CAST(:unit AS bigint) IS NULL OR :unit IN (q.unit_id, q.other_id))
          AND (:whole OR coalesce(w.union_id, q.union_id) = ANY(CAST(:unions AS bigint[])))
          AND q.id < :before
    ORDER BY q.id DESC LIMIT :size
    """
)
_MOST: Final = 2**63 - 1


class Requested(NamedTuple):
    """A request in a list. `asked_by` is empty where the unit asked itself.

    `union` decides; `known`: a unit of this code is registered. `gone`: a unit of it
    that has gone into another, `into`, since: what waits can no longer be done.
    """

    id: int
    kind: str
    state: str
    uscc: str
    name: str
    at: datetime
    asked_by: str | None
    decided_by: str | None
    reason: str | None
    file_sha256: str | None
    unit_id: int | None
    other_id: int | None
    other: str | None
    filed_by: int | None
    union: str
    known: bool
    gone: str | None
    into_id: int | None
    into: str | None


def waiting_requests(session: Session, reach: Reach) -> list[Requested]:
    """All that waits within a reach, the oldest first."""
    return requests(session, reach, state=State.WAITING, size=10_000)[::-1]


def requests(
    session: Session,
    reach: Reach,
    *,
    state: State | None = None,
    unit_id: int | None = None,
    request_id: int | None = None,
    before: int | None = None,
    size: int = 50,
) -> list[Requested]:
    """Requests within a reach, newest first."""
    asked = {
        **_within(reach),
        "state": state.value if state else None,
        "unit": unit_id,
        "request": request_id,
        "before": _MOST if before is None else before,
        "size": size,
    }
    return [Requested(*row) for row in session.execute(_REQUESTS, asked)]


def _within(reach: Reach) -> dict[str, object]:
    return {"whole": reach is None, "unions": reach or []}
