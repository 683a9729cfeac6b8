"""Units in a benefit year: enrolled, due, received, covered; who has paid, and what it comes to."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.contributions.received import RECEIVED
from app.web.paging import Asked, Page
from app.web.read.scope import UNIT, Scope

_YEARS: Final = text(
    f"""
    SELECT DISTINCT r.benefit_year FROM roster r JOIN unit_now u ON u.id = r.unit_id
    WHERE {UNIT} ORDER BY 1 DESC
    """  # noqa: S608
)
# Every line of a roster gets its outcome at once, so that those covered need not be counted:
# they are the heads of the decided rosters without the few that were not covered.
# What people who enrolled alone owe and pay is not the unit's (`app.contributions.standing`).
# A unit that has gone into another is counted with that one.
# Each step by itself: where few units are wanted the planner would count them one at a time.
_STANDING: Final = f"""
    WITH standing AS MATERIALIZED (
        SELECT * FROM unit_now
    ), asked AS MATERIALIZED (
        SELECT s.stands_id AS unit_id, sum(r.heads)::bigint AS heads,
               coalesce(sum(r.heads * (r.unit_due_fen + r.worker_due_fen))
                        FILTER (WHERE NOT r.own_money), 0)::bigint AS due,
               coalesce(sum(r.heads) FILTER (WHERE became.decided), 0)::bigint
               - sum(became.credited + became.undecided)::bigint AS covered,
               sum(became.credited)::bigint AS credited,
               coalesce(sum(became.undecided) FILTER (
                   WHERE r.id NOT IN (SELECT roster_id FROM late_credit)), 0)::bigint AS undecided
        FROM roster r JOIN standing s ON s.id = r.unit_id
        CROSS JOIN LATERAL (
            SELECT EXISTS (SELECT FROM enrolment_outcome d WHERE d.roster_id = r.id) AS decided,
                   count(*) FILTER (WHERE o.outcome = 'credited') AS credited,
                   count(*) FILTER (WHERE o.outcome = 'undecided') AS undecided
            FROM enrolment_outcome o WHERE o.roster_id = r.id AND o.outcome <> 'covered'
        ) became
        WHERE r.benefit_year = :year
              AND r.id NOT IN (SELECT roster_id FROM roster_withdrawn) GROUP BY 1
    ), money AS MATERIALIZED (
        SELECT s.stands_id AS unit_id, sum(c.amount_fen)::bigint AS received
        FROM {RECEIVED} c JOIN standing s ON s.id = c.unit_id
        WHERE c.benefit_year = :year AND NOT c.own_money GROUP BY 1
    ), stands AS MATERIALIZED (
        SELECT u.id, u.name, u.uscc, coalesce(a.heads, 0) AS heads, coalesce(a.due, 0) AS due,
               coalesce(m.received, 0) AS received, coalesce(a.covered, 0) AS covered,
               coalesce(a.credited, 0) AS credited, coalesce(a.undecided, 0) AS undecided,
               CASE WHEN a.heads IS NULL THEN 'none'
                    WHEN coalesce(m.received, 0) >= a.due THEN 'paid'
                    WHEN m.received > 0 THEN 'part' ELSE 'nothing' END AS paid
        FROM standing u
        LEFT JOIN asked a ON a.unit_id = u.id LEFT JOIN money m ON m.unit_id = u.id
        WHERE u.stands_id = u.id AND {UNIT}
              AND (:words = '' OR u.name ILIKE :named OR u.uscc LIKE :coded)
    )
"""  # noqa: S608
_WANTED: Final = """
    CASE :paid WHEN 'all' THEN paid <> 'none' WHEN 'decide' THEN undecided > 0
               ELSE paid = :paid END
"""
_PAGE: Final = text(
    f"""
    {_STANDING}
    SELECT id, name, uscc, heads, due, received, covered, credited, undecided, paid
    FROM stands WHERE id > :after AND {_WANTED} ORDER BY id LIMIT :size
    """  # noqa: S608
)
_TOTALS: Final = text(
    f"""
    {_STANDING}
    SELECT count(*) FILTER (WHERE paid <> 'none'), count(*) FILTER (WHERE paid = 'paid'),
           count(*) FILTER (WHERE paid = 'part'), count(*) FILTER (WHERE paid = 'nothing'),
           count(*) FILTER (WHERE undecided > 0), count(*) FILTER (WHERE paid = 'none'),
           coalesce(sum(heads), 0)::bigint, coalesce(sum(due), 0)::bigint,
           coalesce(sum(received), 0)::bigint, coalesce(sum(covered), 0)::bigint,
           coalesce(sum(greatest(due - received, 0)), 0)::bigint
    FROM stands
    """  # noqa: S608
)
_ARREARS: Final = text(
    f"""
    WITH standing AS MATERIALIZED (
        SELECT * FROM unit_now
    ), asked AS (
        SELECT r.benefit_year, u.stands_id AS unit_id, sum(r.heads) AS heads,
               coalesce(sum(r.heads * (r.unit_due_fen + r.worker_due_fen))
                        FILTER (WHERE NOT r.own_money), 0)::bigint AS due
        FROM roster r JOIN standing u ON u.id = r.unit_id
        WHERE {UNIT} AND r.id NOT IN (SELECT roster_id FROM roster_withdrawn) GROUP BY 1, 2
    ), money AS (
        SELECT c.benefit_year, u.stands_id AS unit_id, sum(c.amount_fen)::bigint AS received
        FROM {RECEIVED} c JOIN standing u ON u.id = c.unit_id
        WHERE NOT c.own_money GROUP BY 1, 2
    )
    SELECT benefit_year, count(*) FILTER (WHERE due > 0 AND coalesce(received, 0) <= 0),
           count(*) FILTER (WHERE received > 0 AND received < due), count(*),
           coalesce(sum(heads), 0)::bigint, coalesce(sum(due), 0)::bigint,
           coalesce(sum(received), 0)::bigint,
           coalesce(sum(greatest(due - coalesce(received, 0), 0)), 0)::bigint
    FROM asked LEFT JOIN money USING (benefit_year, unit_id) GROUP BY 1 ORDER BY 1 DESC
    """  # noqa: S608
)
_NAMED: Final = text(
    f"""
    SELECT u.id, u.name, u.uscc FROM unit_now u
    WHERE u.id > :after AND u.stands_id = u.id AND {UNIT}
          AND (:words = '' OR u.name ILIKE :named OR u.uscc LIKE :coded)
    ORDER BY u.id LIMIT :size
    """  # noqa: S608
)
PAID: Final = ("all", "paid", "part", "nothing", "decide", "none")
"""Which units: with a roster; that have paid, in part, nothing; with something for an officer to
decide; without a roster."""
_LONGEST: Final = 60


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
    paid: str

    @property
    def missing_fen(self) -> int:
        return max(self.due_fen - self.received_fen, 0)

    @property
    def over_fen(self) -> int:
        return max(self.received_fen - self.due_fen, 0)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many units stand where, and all of them together, of those that were looked for."""

    units: int
    paid: int
    part: int
    nothing: int
    decide: int
    none: int
    enrolled: int
    due_fen: int
    received_fen: int
    covered: int
    missing_fen: int

    def of(self, paid: str) -> int:
        """How many units one of `PAID` holds."""
        found: int = getattr(self, "units" if paid == "all" else paid)
        return found


@dataclass(frozen=True, slots=True)
class Arrears:
    """How many units with a roster have paid nothing, or a part, for a benefit year.

    And all `rosters` of units of that year together: people, what is due, received, missing.
    """

    year: int
    nothing: int
    part: int
    rosters: int
    enrolled: int
    due_fen: int
    received_fen: int
    missing_fen: int

    @property
    def units(self) -> int:
        return self.nothing + self.part


@dataclass(frozen=True, slots=True)
class UnitNamed:
    """A unit to choose."""

    id: int
    name: str
    uscc: str


def years(session: Session, scope: Scope) -> list[int]:
    """The benefit years with rosters, newest first."""
    return list(session.scalars(_YEARS, scope.asked))


def units(
    session: Session, scope: Scope, year: int, asked: Asked, *, paid: str = "all", words: str = ""
) -> Page[UnitYear]:
    """A page of units in the order they were added; `words`: of the name, or the code's first."""
    wanted = {"year": year, "paid": paid, **_keyset(asked), **_search(words)}
    rows = [UnitYear(*row) for row in session.execute(_PAGE, {**scope.asked, **wanted})]
    more = len(rows) > asked.size
    return Page(rows[: asked.size], rows[asked.size - 1].id if more else None)


def totals(session: Session, scope: Scope, year: int, words: str = "") -> Totals:
    """What the units come to together."""
    row = session.execute(_TOTALS, {**scope.asked, "year": year, **_search(words)}).one()
    return Totals(*row)


def arrears(session: Session, scope: Scope) -> list[Arrears]:
    """The benefit years with rosters, newest first; in some everybody may have paid."""
    return [Arrears(*row) for row in session.execute(_ARREARS, scope.asked)]


def units_named(session: Session, scope: Scope, words: str, asked: Asked) -> Page[UnitNamed]:
    """A page of all units with such a name or code."""
    wanted = {**scope.asked, **_keyset(asked), **_search(words)}
    rows = [UnitNamed(*row) for row in session.execute(_NAMED, wanted)]
    more = len(rows) > asked.size
    return Page(rows[: asked.size], rows[asked.size - 1].id if more else None)


def _keyset(asked: Asked) -> dict[str, int]:
    return {"after": asked.after or 0, "size": asked.size + 1}


def _search(words: str) -> dict[str, str]:
    words = " ".join(words.split())[:_LONGEST]
    plain = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {"words": words, "named": f"%{plain}%", "coded": f"{plain.upper()}%"}
