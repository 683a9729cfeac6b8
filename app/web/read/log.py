"""The whole fund's log for an auditor: every event, also those that officers are not told."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import CHINA
from app.web.paging import Page
from app.web.read.events import NAMED, Happened, latest_of

_WANTED: Final = {
    "acts": "act = ANY(:acts)",
    "by": "by = :by",
    "year": "benefit_years @> ARRAY[CAST(:year AS int)]",
    "first": "recorded_at >= :first",
    "last": "recorded_at < :last",
    "after": "id < :after",
}


@dataclass(frozen=True, slots=True)
class LogAsked:
    """What is looked for; `last` is a day of it. None, or no acts: everything."""

    acts: tuple[str, ...] = ()
    by: int | None = None
    year: int | None = None
    first: date | None = None
    last: date | None = None


def log(session: Session, asked: LogAsked, *, after: int | None, size: int) -> Page[Happened]:
    """A page of the log, the last first.

    Only what is asked stands in the statement, so that the planner sees which index serves it.
    """
    given = {
        "acts": [*asked.acts] or None,
        "by": asked.by,
        "year": asked.year,
        "first": asked.first and _begin(asked.first),
        "last": asked.last and _begin(asked.last + timedelta(days=1)),
        "after": after,
    }
    known = {name: value for name, value in given.items() if value is not None}
    where = " AND ".join(_WANTED[name] for name in known) or "true"
    query = latest_of(f"SELECT * FROM event WHERE {where}")  # noqa: S608 - put together from constants
    found = session.execute(query, {**NAMED, **known, "size": size + 1})
    rows = [Happened(*row) for row in found]
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None)


def person_named(session: Session, account_id: int) -> str | None:
    """The name of who acted."""
    named = text("SELECT name FROM account WHERE id = :account")
    name: str | None = session.execute(named, {"account": account_id}).scalar()
    return name


def _begin(day: date) -> datetime:
    """When a day begins, by the fund's clock."""
    return datetime.combine(day, time(), CHINA)
