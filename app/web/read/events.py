"""What was done lately, from the evidence log, and what machines then made of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.web.read.scope import UNIT, Scope

OF_UNITS: Final = (
    "roster.imported",
    "contribution.received",
    "subsidy.received",
    "cover.granted",
    "gift.opened",
    "gift.given",
)
"""Of one unit, one campaign or one union."""
OF_ALL: Final = (
    "settlements.imported",
    "claims.looked_at_again",
    "payments.exported",
    "payments.returned",
)
"""Of the whole fund: feeds and payments know no unit."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event; `unit`: or campaign, or union that paid, where it concerns one; the last three, of
    a run: what was determined."""

    act: str
    at: datetime
    by: str | None
    about: int | None
    years: list[int]
    facts: dict[str, Any]
    unit: str | None
    claims: int
    refused: int
    payable_fen: int


_LATEST: Final = text(
    f"""
    WITH latest AS (
        SELECT e.id, e.act, e.recorded_at, e.by, e.about, e.benefit_years, e.facts, u.name AS unit
        FROM event e
        LEFT JOIN receipt rc ON e.act = 'contribution.received' AND rc.id = e.about
        LEFT JOIN roster r ON e.act = 'cover.granted' AND r.id = e.about
        LEFT JOIN LATERAL (
            SELECT x.name, x.union_id FROM unit x
            WHERE x.id = coalesce(rc.unit_id, r.unit_id, (e.facts->>'unit_id')::bigint)
            UNION ALL
            SELECT g.name, g.union_id FROM campaign g
            WHERE g.id = coalesce(r.campaign_id, (e.facts->>'campaign_id')::bigint,
                                  CASE WHEN e.act = 'gift.opened' THEN e.about END)
            UNION ALL
            SELECT n.name, n.id FROM union_node n
            WHERE e.act = 'subsidy.received' AND n.id = (e.facts->>'union_id')::bigint
        ) u ON true
        WHERE e.act = ANY(:of_units) AND {UNIT} OR :whole AND e.act = ANY(:of_all)
        ORDER BY e.id DESC LIMIT :size
    ), made AS (
        SELECT d.about, sum((d.facts->>'claims')::bigint) AS claims,
               sum((d.facts->>'refused')::bigint) AS refused,
               sum((d.facts->>'payable_fen')::bigint) AS payable_fen
        FROM event d
        WHERE d.act = 'claims.determined' AND d.about IN (
            SELECT about FROM latest
            WHERE act IN ('settlements.imported', 'claims.looked_at_again'))
        GROUP BY d.about
    )
    SELECT l.act, l.recorded_at, a.name, l.about, l.benefit_years, l.facts, l.unit,
           coalesce(m.claims, 0)::bigint, coalesce(m.refused, 0)::bigint,
           coalesce(m.payable_fen, 0)::bigint
    FROM latest l
    LEFT JOIN account a ON a.id = l.by
    LEFT JOIN made m ON m.about = l.about
        AND l.act IN ('settlements.imported', 'claims.looked_at_again')
    ORDER BY l.id DESC
    """  # noqa: S608 - the scope is a constant
)


def latest(session: Session, scope: Scope, size: int) -> list[Happened]:
    """The last events of the scope, newest first."""
    rows = session.execute(
        _LATEST, {**scope.asked, "of_units": [*OF_UNITS], "of_all": [*OF_ALL], "size": size}
    )
    return [Happened(*row) for row in rows]
