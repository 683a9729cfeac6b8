"""Units with rosters of a benefit year: enrolled, due, received, covered."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.web.paging import Asked, Page
from app.web.read.scope import UNIT, Scope

_YEARS: Final = text(
    f"""
    SELECT DISTINCT r.benefit_year FROM roster r JOIN unit u ON u.id = r.unit_id
    WHERE {UNIT} ORDER BY 1 DESC
    """  # noqa: S608
)
_PAGE: Final = text(
    f"""
    SELECT u.id, u.name, u.uscc, asked.heads, asked.due, coalesce(money.received, 0)::bigint,
           became.covered, became.credited, became.undecided
    FROM unit u
    JOIN LATERAL (
        SELECT sum(r.heads)::bigint AS heads,
               sum(r.heads * (r.unit_due_fen + r.worker_due_fen))::bigint AS due,
               array_agg(r.id) AS rosters
        FROM roster r WHERE r.unit_id = u.id AND r.benefit_year = :year
    ) asked ON asked.heads > 0
    LEFT JOIN LATERAL (
        SELECT sum(amount_fen) AS received FROM receipt c
        WHERE c.unit_id = u.id AND c.benefit_year = :year
    ) money ON true
    JOIN LATERAL (
        SELECT count(*) FILTER (WHERE outcome = 'covered') AS covered,
               count(*) FILTER (WHERE outcome = 'credited') AS credited,
               count(*) FILTER (WHERE outcome = 'undecided') AS undecided
        FROM enrolment_outcome o WHERE o.roster_id = ANY(asked.rosters)
    ) became ON true
    WHERE u.id > :after AND {UNIT}
    ORDER BY u.id LIMIT :size
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class UnitYear:
    """One unit in one benefit year; amounts are the unit's and workers' part, in fen."""

    id: int
    name: str
    uscc: str
    enrolled: int
    due_fen: int
    received_fen: int
    covered: int
    credited: int
    undecided: int

    @property
    def missing_fen(self) -> int:
        return max(self.due_fen - self.received_fen, 0)


def years(session: Session, scope: Scope) -> list[int]:
    """The benefit years with rosters, newest first."""
    return list(session.scalars(_YEARS, scope.asked))


def units(session: Session, scope: Scope, year: int, asked: Asked) -> Page[UnitYear]:
    """A page of units in the order they were added."""
    wanted = {"year": year, "after": asked.after or 0, "size": asked.size + 1}
    rows = [UnitYear(*row) for row in session.execute(_PAGE, {**scope.asked, **wanted})]
    more = len(rows) > asked.size
    return Page(rows[: asked.size], rows[asked.size - 1].id if more else None)
