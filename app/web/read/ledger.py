"""The months and years of the books: what was booked in them, and which are closed."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_MONTHS: Final = text(
    """
    SELECT CAST(date_trunc('month', CAST(e.booked_on AS timestamp)) AS date) AS month, count(*)
    FROM entry e GROUP BY 1 ORDER BY 1 DESC
    """
)
_CLOSES: Final = text(
    """
    SELECT c.period, c.last_on, c.digest, closer.name, approver.name
    FROM ledger_close c
    JOIN account closer ON closer.id = c.closed_by
    JOIN account approver ON approver.id = c.approved_by ORDER BY c.last_on DESC
    """
)


@dataclass(frozen=True, slots=True)
class Month:
    """A month with entries."""

    first_on: date
    entries: int


@dataclass(frozen=True, slots=True)
class CloseSeen:
    """A period that was closed, and by whom."""

    period: str
    last_on: date
    digest: str
    closed_by: str
    approved_by: str


def months(session: Session) -> list[Month]:
    """Months with entries, newest first."""
    return [Month(*row) for row in session.execute(_MONTHS)]


def closes(session: Session) -> list[CloseSeen]:
    """What was closed, newest first."""
    return [CloseSeen(*row) for row in session.execute(_CLOSES)]


def next_to_close(found: list[Month], closed: list[CloseSeen], today: date) -> list[str]:
    """The periods that can be closed now: the earliest open month, or its year where it is over."""
    last = closed[0].last_on if closed else date.min
    still = sorted(x.first_on for x in found if x.first_on > last)
    if not still:
        return []
    first = still[0]
    over = first.replace(day=1) < today.replace(day=1)
    periods = [f"{first:%Y-%m}"] if over and first.month < _DECEMBER else []
    return [*periods, *([str(first.year)] if first.year < today.year else [])]


_DECEMBER: Final = 12
