"""Figures of enquiries: of those asked in a week, how many were answered, how many late, how well.

Everything is told of the enquiries that were asked in the days given, wherever they stand now: so
a week's figures change until its last enquiry is answered, and add up. Late is whose first answer
came after its day, or has not come and the day is over.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app.unions.tree import Reach

By = Literal["week", "category", "union"]

_DAY: Final = "(%s AT TIME ZONE INTERVAL '8 hours')::date"
_ASKED: Final = _DAY % "e.recorded_at"
_PER: Final[dict[By, tuple[str, str]]] = {
    "week": ("to_char(date_trunc('week', x.asked_on), 'YYYY-MM-DD')", "1"),
    "category": ("x.category", "count(*) DESC, 1"),
    "union": ("n.name", "count(*) DESC, 1"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """`key`: a week's Monday, a category or a union's name; `median_days`: to the first answer.

    `rating`: the mean of 1 to 5 in hundredths, of `rated`; None where nothing was.
    """

    key: str
    asked: int
    answered: int
    late: int
    median_days: int | None
    rated: int
    rating: int | None

    @property
    def waiting(self) -> int:
        """Not answered yet."""
        return self.asked - self.answered


def figures(session: Session, by: By, first: date, last: date, reach: Reach) -> list[Figures]:
    """The figures of what was asked on these days, in the unions of a reach, part by part."""
    asked = {"first": first, "last": last, "whole": reach is None, "unions": reach or []}
    return [Figures(*row) for row in session.execute(_statement(by), asked)]


def _statement(by: By) -> TextClause:
    key, order = _PER[by]
    return text(
        f"""
        WITH x AS (
            SELECT e.category, q.union_id, {_ASKED} AS asked_on, q1.due_on, r.rating,
                   {_DAY % "a.at"} AS answered_on
            FROM enquiry e
            JOIN enquiry_queue q ON q.enquiry_id = e.id
            JOIN enquiry_message q1 ON q1.enquiry_id = e.id AND q1.seq = 1
            LEFT JOIN enquiry_rating r ON r.enquiry_id = e.id
            LEFT JOIN LATERAL (
                SELECT min(m.recorded_at) AS at FROM enquiry_message m
                WHERE m.enquiry_id = e.id AND m.kind = 'answer'
            ) a ON true
            WHERE e.recorded_at >= timezone(INTERVAL '8 hours', CAST(:first AS timestamp))
                  AND e.recorded_at < timezone(INTERVAL '8 hours',
                                              CAST(:last AS timestamp) + INTERVAL '1 day')
                  AND (:whole OR q.union_id = ANY(CAST(:unions AS bigint[])))
        )
        SELECT {key}, count(*), count(x.answered_on),
               count(*) FILTER (WHERE coalesce(x.answered_on,
                   (transaction_timestamp() AT TIME ZONE INTERVAL '8 hours')::date) > x.due_on),
               percentile_disc(0.5) WITHIN GROUP (ORDER BY x.answered_on - x.asked_on),
               count(x.rating), round(avg(x.rating) * 100)::int
        FROM x JOIN union_node n ON n.id = x.union_id
        GROUP BY 1 ORDER BY {order}
        """  # noqa: S608 - put together from constants
    )
