"""What the months of a year came to for a union: received, decided, paid, and how long it took."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_MONTHS: Final = 12
# A year that nothing was paid in yet shows little: the last one that has payments is shown first.
_ASKED: Final = text(
    """
    WITH own AS (
        SELECT * FROM claim_month WHERE union_id = :union
    ), years AS (
        SELECT min(date_part('year', month))::integer AS first,
               max(date_part('year', month))::integer AS last,
               max(date_part('year', month)) FILTER (WHERE what = 'paid')::integer AS paid,
               max(recorded_at) AS at
        FROM own
    ), shown AS (
        SELECT *, coalesce(CAST(:year AS integer), paid, last) AS year FROM years
    )
    SELECT s.first, s.last, s.year, s.at, date_part('month', o.month)::integer, o.what, o.days,
           o.counted, o.fen
    FROM shown s LEFT JOIN own o ON date_part('year', o.month) = s.year
    """
)


@dataclass(frozen=True, slots=True)
class Month:
    """One month. `took`: the median of working days from filing to the money, where it is known."""

    received: int
    decided: int
    paid: int
    paid_fen: int
    took: int | None


@dataclass(frozen=True, slots=True)
class Months:
    """The twelve months of a year; of days that have not come, None. `first` and `last`: the years
    that have figures; `at`: when they were worked out. `capped`:
    how many caps were reached."""

    year: int
    first: int
    last: int
    at: datetime
    months: tuple[Month | None, ...]
    capped: int


def months(session: Session, union_id: int, year: int | None, today: date) -> Months | None:
    """The year's months, or the last year's that has payments; None where nothing was counted."""
    rows = session.execute(_ASKED, {"union": union_id, "year": year}).all()
    if not rows or rows[0].at is None:
        return None
    first, last, shown, at = rows[0][:4]
    by_month: defaultdict[int, list[tuple[str, int, int, int]]] = defaultdict(list)
    for month, what, days, counted, fen in (row[4:] for row in rows if row[4]):
        by_month[month].append((what, days, counted, fen))
    begun = [date(shown, month, 1) <= today for month in range(1, _MONTHS + 1)]
    every = [_month(by_month[n]) if come else None for n, come in enumerate(begun, 1)]
    capped = sum(counted for what, _, counted, _ in by_month[1] if what == "capped")
    return Months(shown, first, last, at, tuple(every), capped)


def _month(figures: list[tuple[str, int, int, int]]) -> Month:
    def together(kind: str) -> int:
        return sum(counted for what, _, counted, _ in figures if what == kind)

    known = sorted((days, counted) for what, days, counted, _ in figures if what == "paid")
    return Month(
        together("received"),
        together("decided"),
        together("paid"),
        sum(fen for *_, fen in figures),
        median([(days, counted) for days, counted in known if days >= 0]),
    )


def median(counted: list[tuple[int, int]]) -> int | None:
    """Of values in order, each with how often it was met: the lower middle one."""
    half = -(-sum(times for _, times in counted) // 2)
    for value, times in counted:
        half -= times
        if half <= 0:
            return value
    return None
