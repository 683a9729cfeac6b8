"""One run: what came in, what was made of it, and every line that a person must look at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.jobs import DETERMINE, DETERMINE_MANY, GATHER
from app.web.paging import Asked, Page

_RUN: Final = text(
    """
    SELECT r.id, r.kind, r.file_sha256, a.name, r.recorded_at,
           (SELECT jsonb_object_agg(key, total) FROM (
                SELECT f.key, sum(f.value::bigint) AS total
                FROM event e CROSS JOIN LATERAL jsonb_each(e.facts) f
                WHERE e.act = ANY(:acts) AND e.about = r.id AND jsonb_typeof(f.value) = 'number'
                GROUP BY f.key) told),
           (SELECT count(*) FROM job j WHERE j.kind = :kind AND j.subject_id = r.id)
           + (SELECT coalesce(sum(j.items[1]), 0)::bigint FROM job j
              WHERE j.kind = ANY(:many) AND j.subject_id = r.id)
    FROM run r LEFT JOIN account a ON a.id = r.recorded_by WHERE r.id = :run
    """
)
# Determinations and the event of their drain have one time, and lie in the order of it: by that
# a run's are found. An index of runs would cost a drain more than it is worth here.
_DETERMINED: Final = text(
    """
    SELECT refusal, count(*), sum(payable_fen)::bigint FROM determination
    WHERE run_id = :run
          AND recorded_at >= (SELECT min(e.recorded_at) FROM event e
                              WHERE e.act = 'claims.determined' AND e.about = :run)
          AND recorded_at <= (SELECT max(e.recorded_at) FROM event e
                              WHERE e.act = 'claims.determined' AND e.about = :run)
    GROUP BY 1 ORDER BY 2 DESC
    """
)
# A line may be refused for several fields: WITH TIES keeps them on one page.
_LINES: Final = text(
    """
    SELECT line, field, reason, setl_id FROM (
        SELECT line, field, reason, NULL AS setl_id FROM row_refused WHERE run_id = :run
        UNION ALL
        SELECT line, 'certno', CASE WHEN EXISTS (
                   SELECT FROM settlement_key k WHERE k.setl_id = x.setl_id
                   UNION ALL SELECT FROM joined_settlement j WHERE j.setl_id = x.setl_id)
               THEN 'matched_later' ELSE 'unmatched' END, setl_id
        FROM unmatched_settlement x WHERE run_id = :run
    ) listed
    WHERE line > :after ORDER BY line FETCH FIRST :size ROWS WITH TIES
    """
)
_ACTS: Final = ["settlements.imported", "claims.looked_at_again", "claims.swept", "claim.filed"]


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run and the counts of its events, one a part; `due`: members still to be determined."""

    id: int
    kind: str
    file_sha256: str | None
    by: str | None
    at: datetime
    facts: dict[str, Any] | None
    due: int


@dataclass(frozen=True, slots=True)
class Determined:
    """How many claims of a run were granted (no refusal) or refused, and what they were paid."""

    refusal: str | None
    claims: int
    payable_fen: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A line that went nowhere by itself. `setl_id` where the bill was kept."""

    line: int
    field: str
    reason: str
    setl_id: str | None


def run_seen(session: Session, run_id: int) -> RunSeen | None:
    """The run, or None."""
    row = session.execute(
        _RUN, {"run": run_id, "acts": _ACTS, "kind": DETERMINE, "many": [GATHER, DETERMINE_MANY]}
    ).one_or_none()
    return RunSeen(*row) if row else None


def determined(session: Session, run_id: int) -> list[Determined]:
    """What was determined in the run so far."""
    return [Determined(*row) for row in session.execute(_DETERMINED, {"run": run_id})]


def listed(session: Session, run_id: int, asked: Asked) -> Page[Listed]:
    """A page of the lines that a person must look at, in the file's order."""
    wanted = {"run": run_id, "after": asked.after or 0, "size": asked.size + 1}
    rows = [Listed(*row) for row in session.execute(_LINES, wanted)]
    if len(rows) <= asked.size:
        return Page(rows, None)
    last = rows[asked.size - 1].line
    # All fields of the last line stay on this page; whether more follow the next page knows.
    return Page([row for row in rows if row.line <= last], last)
