"""Entries of one kind, and rosters with the entries that their money made."""

from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.web.paging import Asked, Page

_ENTRIES: Final = text(
    """
    SELECT e.id, e.booked_on, e.benefit_year, e.memo,
           (SELECT sum(s.debit_fen) FROM entry_sum s WHERE s.entry_id = e.id)::bigint
    FROM entry e WHERE e.benefit_year = :year AND e.memo = :memo AND e.id > :after
    ORDER BY e.id LIMIT :most
    """
)
_ROSTERS: Final = text(
    """
    SELECT r.id, r.starts_on, coalesce(u.name, g.name, ''), r.unit_id, r.heads,
           CAST(r.heads AS bigint) * (r.unit_due_fen + r.worker_due_fen + r.union_due_fen),
           (SELECT max(e.id) FROM entry e WHERE e.memo = 'roster full' AND e.about = r.id)
    FROM roster r
    LEFT JOIN unit_now u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
    WHERE r.benefit_year = :year AND r.id > :after ORDER BY r.id LIMIT :most
    """
)


class EntryNamed(NamedTuple):
    """An entry in a list."""

    id: int
    booked_on: date
    benefit_year: int
    memo: str
    turnover_fen: int


class RosterNamed(NamedTuple):
    """A roster in a list; `entry_id`: of the day on which its money was complete."""

    id: int
    starts_on: date
    of: str
    unit_id: int | None
    heads: int
    due_fen: int
    entry_id: int | None


def entries_of_kind(session: Session, year: int, memo: str, asked: Asked) -> Page[EntryNamed]:
    """A benefit year's entries of one kind, the first first."""
    facts = {"year": year, "memo": memo, "after": asked.after or 0, "most": asked.size + 1}
    return page_of([EntryNamed(*x) for x in session.execute(_ENTRIES, facts)], asked.size, "id")


def rosters_of(session: Session, year: int, asked: Asked) -> Page[RosterNamed]:
    """A benefit year's rosters, whether their money is complete or not."""
    facts = {"year": year, "after": asked.after or 0, "most": asked.size + 1}
    return page_of([RosterNamed(*x) for x in session.execute(_ROSTERS, facts)], asked.size, "id")


def page_of(rows: list[Any], size: int, key: str) -> Page[Any]:
    """Rows of which one more was asked for than are shown; `key`: what the next page is after."""
    return Page(rows[:size], getattr(rows[size - 1], key) if len(rows) > size else None)
