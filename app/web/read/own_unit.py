"""The unit of a contact: which it is, whether it has enrolled for a year, what it still owes."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.contributions.received import RECEIVED

# As `app.web.read.units` counts a unit: with those that have gone into it, without those who
# enrolled alone.
_OWN: Final = text(
    f"""
    WITH own AS MATERIALIZED (
        SELECT id FROM unit_now WHERE union_id = :union AND stands_id = id ORDER BY id LIMIT 1
    ), one AS MATERIALIZED (
        SELECT u.id FROM unit_now u WHERE u.stands_id = (SELECT id FROM own)
    ), asked AS (
        SELECT r.benefit_year AS year,
               coalesce(sum(r.heads * (r.unit_due_fen + r.worker_due_fen))
                        FILTER (WHERE NOT r.own_money), 0)::bigint AS due
        FROM roster r WHERE r.unit_id IN (SELECT id FROM one)
              AND r.id NOT IN (SELECT roster_id FROM roster_withdrawn) GROUP BY 1
    ), money AS (
        SELECT c.benefit_year AS year, sum(c.amount_fen)::bigint AS received
        FROM {RECEIVED} c
        WHERE c.unit_id IN (SELECT id FROM one) AND NOT c.own_money GROUP BY 1
    )
    SELECT o.id, a.year, greatest(a.due - coalesce(m.received, 0), 0)::bigint
    FROM own o LEFT JOIN asked a ON true LEFT JOIN money m USING (year)
    ORDER BY a.year DESC
    """  # noqa: S608 - put together from constants
)


class OwnYear(NamedTuple):
    """A benefit year with a roster that stands."""

    year: int
    missing_fen: int


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """The unit's number and its years, newest first."""

    id: int
    years: list[OwnYear]


def own_unit(session: Session, union_id: int) -> OwnUnit | None:
    """The unit whose own union this is, if there is one."""
    rows = session.execute(_OWN, {"union": union_id}).all()
    if not rows:
        return None
    return OwnUnit(rows[0][0], [OwnYear(*row[1:]) for row in rows if row[1] is not None])
