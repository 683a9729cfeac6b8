"""How a benefit year stands: its window, units and money, permissions, notices."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.benefits.window import Window
from app.contributions.received import RECEIVED
from app.cover.place import first_day, in_force
from app.schemes.publish import published_schemes
from app.unions.tree import Reach

_AUTUMN: Final = 10
"""From this month on units enrol for the next year."""
_SEEN: Final = "(:whole OR u.union_id = ANY(CAST(:unions AS bigint[])))"
# A unit that has gone into another is counted with that one; a withdrawn roster owes nothing.
# Nor does the unit owe what people who enrolled alone pay.
_UNITS: Final = text(
    f"""
    WITH standing AS MATERIALIZED (SELECT * FROM unit_now)
    SELECT count(*), count(*) FILTER (WHERE r.unit_id IS NOT NULL),
           coalesce(sum(r.due), 0)::bigint, coalesce(sum(c.fen), 0)::bigint,
           coalesce(sum(greatest(coalesce(r.due, 0) - coalesce(c.fen, 0), 0)), 0)::bigint,
           (SELECT count(*) FROM late_permission p JOIN standing u ON u.id = p.unit_id
            WHERE p.benefit_year = :year AND {_SEEN}),
           (SELECT coalesce(jsonb_object_agg(x.state, x.num), '{{}}') FROM (
                SELECT d.state, count(*) AS num
                FROM notice n JOIN notice_delivery d ON d.notice_id = n.id
                LEFT JOIN standing u ON u.id = n.unit_id
                WHERE n.benefit_year = :year AND {_SEEN} GROUP BY 1) x)
    FROM standing u
    LEFT JOIN (SELECT s.stands_id AS unit_id,
                      sum(x.heads * (x.unit_due_fen + x.worker_due_fen))
                          FILTER (WHERE NOT x.own_money) AS due
               FROM roster x JOIN standing s ON s.id = x.unit_id
               WHERE x.benefit_year = :year
                     AND x.id NOT IN (SELECT roster_id FROM roster_withdrawn)
               GROUP BY 1) r ON r.unit_id = u.id
    LEFT JOIN (SELECT s.stands_id AS unit_id, sum(x.amount_fen) AS fen
               FROM {RECEIVED} x JOIN standing s ON s.id = x.unit_id
               WHERE x.benefit_year = :year AND NOT x.own_money GROUP BY 1) c ON c.unit_id = u.id
    WHERE u.stands_id = u.id AND {_SEEN}
    """  # noqa: S608 - put together from constants
)


@dataclass(frozen=True, slots=True)
class YearStanding:
    """Amounts in fen; `notices`: how many in which state of delivery."""

    year: int
    scheme_id: str | None
    first_day: date
    window: Window | None
    units: int
    with_roster: int
    due_fen: int
    received_fen: int
    missing_fen: int
    late_permissions: int
    notices: dict[str, int]

    @property
    def over_fen(self) -> int:
        """What some units paid beyond their rosters; what others lack is in `missing_fen`."""
        return self.received_fen - self.due_fen + self.missing_fen

    @property
    def without_roster(self) -> int:
        return self.units - self.with_roster


def year_at_hand(day: date) -> int:
    """The benefit year that an office works for: from October on the next."""
    return day.year + 1 if day.month >= _AUTUMN else day.year


def year_standing(session: Session, year: int, reach: Reach = None) -> YearStanding:
    """How the year stands for the units of these unions; None: of the whole city."""
    schemes = published_schemes(session)
    first = first_day(schemes, year)
    scheme = in_force(schemes, first)
    asked = {"year": year, "whole": reach is None, "unions": reach or []}
    return YearStanding(
        year,
        scheme.id if scheme else None,
        first,
        scheme.window_of(year) if scheme else None,
        *session.execute(_UNITS, asked).one(),
    )
