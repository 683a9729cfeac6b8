"""A calendar year, by which accounts close: its benefit years, and what it turned over."""

from collections.abc import Iterator
from typing import Any, Final, LiteralString

from sqlalchemy.orm import Session

from app.audit.as_of import seen
from app.audit.verify import TURNOVER_COLUMNS
from app.db import cursor

_YEARS: Final[LiteralString] = """
SELECT DISTINCT benefit_year::int FROM entry
WHERE booked_on BETWEEN make_date(%(booked)s, 1, 1) AND make_date(%(booked)s, 12, 31) ORDER BY 1
"""
_TURNOVER: Final[LiteralString] = """
SELECT account, benefit_year, opening_fen, debit_fen, credit_fen FROM (
    SELECT s.account, e.benefit_year,
           coalesce(sum(s.debit_fen - s.credit_fen)
               FILTER (WHERE e.booked_on < make_date(%(booked)s, 1, 1)), 0)::bigint AS opening_fen,
           coalesce(sum(s.debit_fen)
               FILTER (WHERE e.booked_on >= make_date(%(booked)s, 1, 1)), 0)::bigint AS debit_fen,
           coalesce(sum(s.credit_fen)
               FILTER (WHERE e.booked_on >= make_date(%(booked)s, 1, 1)), 0)::bigint AS credit_fen
    FROM entry e JOIN entry_sum s ON s.entry_id = e.id
    WHERE e.booked_on <= make_date(%(booked)s, 12, 31) GROUP BY 1, 2) turned
WHERE opening_fen <> 0 OR debit_fen <> 0 OR credit_fen <> 0
ORDER BY account COLLATE "C", benefit_year
"""


def booked_years(session: Session, booked: int, until: str | None) -> list[int]:
    """The benefit years of which something was booked in a calendar year; as of `until`."""
    return [int(year) for (year,) in _found(session, _YEARS, booked, until)]


def booked_lines(session: Session, booked: int, until: str | None) -> Iterator[list[str]]:
    """What every account began with and turned over in it, by benefit year; headings first."""
    yield TURNOVER_COLUMNS
    for cells in _found(session, _TURNOVER, booked, until):
        yield [*map(str, cells)]


def _found(
    session: Session, asks: LiteralString, booked: int, until: str | None
) -> list[tuple[Any, ...]]:
    with cursor(session) as cur:
        found = cur.execute(seen(asks) if until else asks, {"booked": booked, "until": until})
        return found.fetchall()
