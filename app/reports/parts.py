"""The questions behind a year's report, each to the facts of one benefit year."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from sqlalchemy.orm import Session

from app.books.income import income_by
from app.db import fetched
from app.ledger.journal import YEAR_CLOSED
from app.reports.opens import AGES
from app.reports.pieces import Span, Sum, summed, summed_by_age
from app.unions.tree import DISTRICTS

_GIFTS: LiteralString = """
SELECT g.id, g.name, g.quota, count(c.id)
FROM campaign g JOIN roster r ON r.campaign_id = g.id
LEFT JOIN cover c ON c.roster_id = r.id
WHERE r.benefit_year = %(year)s GROUP BY g.id, g.name, g.quota ORDER BY g.id
"""
_RESULTS: LiteralString = """
SELECT coalesce(-sum(s.debit_fen - s.credit_fen)
           FILTER (WHERE e.benefit_year < %(year)s), 0)::bigint,
       coalesce(-sum(s.debit_fen - s.credit_fen)
           FILTER (WHERE e.benefit_year = %(year)s AND s.account LIKE '4%%'), 0)::bigint,
       coalesce(sum(s.debit_fen - s.credit_fen)
           FILTER (WHERE e.benefit_year = %(year)s AND s.account LIKE '5%%'), 0)::bigint
FROM entry_sum s JOIN entry e ON e.id = s.entry_id
WHERE (s.account LIKE '4%%' OR s.account LIKE '5%%') AND e.memo <> %(closed)s
      AND e.benefit_year <= %(year)s
"""
_DAYS: LiteralString = """
SELECT days, sum(counted)::bigint FROM claim_month
WHERE what = 'paid' AND month BETWEEN %(first)s AND %(last)s
      AND union_id = (SELECT id FROM union_node WHERE parent_id IS NULL ORDER BY id LIMIT 1)
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class District:
    """A union right below the federation, or the federation itself, with all below it; 0: none."""

    number: int
    name: str
    units: int
    covers: int
    income_fen: int
    benefits_fen: int


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """From `first` to below the next group's, by the age reached in the year; 0: the youngest."""

    first: int
    covered: int
    members: int
    claims: int
    fen: int


def outcomes(session: Session, year: int) -> list[tuple[str, int, int]]:
    """Of the year's claims as they stand: the line, how many, fen."""
    found = summed(session, "outcome", span=Span(year))
    return [(line, x.pieces, x.fen) for (_, line), x in found.items()]


def cares(session: Session, year: int) -> list[tuple[str, int, int, int]]:
    """By care: claims granted, members, fen."""
    found = summed(session, "care", span=Span(year), members=True)
    return [(care, x.pieces, x.members, x.fen) for (_, care), x in sorted(found.items())]


def caps(session: Session, year: int) -> list[tuple[str, int, int]]:
    """By care: how many members have reached the cap, and their fen."""
    found = summed(session, "cap", span=Span(year))
    return [(care, x.pieces, x.fen) for (_, care), x in sorted(found.items())]


def gifts(session: Session, year: int) -> list[tuple[int, str, int, int]]:
    """Campaigns that gave covers of the year: number, name, quota, covers given in it."""
    return [(int(x[0]), str(x[1]), int(x[2]), int(x[3])) for x in _rows(session, _GIFTS, year)]


def results(session: Session, year: int) -> tuple[int, int, int]:
    """What earlier years left, the year's income, its expenditure, in fen."""
    ((before, came, went),) = fetched(session, _RESULTS, {"year": year, "closed": YEAR_CLOSED})
    return int(before), int(came), int(went)


def days_to_money(session: Session, first: date, last: date) -> list[tuple[int, int]]:
    """Working days from filing to money, and how many payments took so many; -1: not known."""
    asked = {"first": first.replace(day=1), "last": last}
    return [(int(days), int(count)) for days, count in fetched(session, _DAYS, asked)]


def districts(session: Session, year: int) -> list[District]:
    """By district; what belongs to no union, such as interest, comes last without a name."""
    rows = fetched(session, DISTRICTS, {})
    top_of = {int(union): int(top) for union, top, _ in rows}
    names = {int(top): str(name) for _, top, name in rows}
    sums: dict[int | None, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for (what, line), x in summed(session, "union_units", "union_covers", span=Span(year)).items():
        sums[int(line) or None][what == "union_covers"] += x.counted
    for part in income_by(session, year, "union"):
        held = sums[top_of[int(part.key)] if part.key else None]
        held[2] += part.income_fen
        held[3] += part.expense_fen
    known = [(None, sums.pop(None))] if None in sums else []
    return [
        District(top or 0, names.get(top or 0, ""), *held)
        for top, held in [*sorted(sums.items(), key=_top), *known]
    ]


def ages(session: Session, year: int) -> list[AgeGroup]:
    """By age: covered, paid, claims and fen. Numbers are opened here and go nowhere else."""
    covered = summed_by_age(session, "covered", year)
    paid = summed_by_age(session, "age", year)
    found = []
    for first in (0, *AGES):
        x = paid.get(str(first), Sum())
        heads = covered.get(str(first), Sum()).members
        found.append(AgeGroup(first, heads, x.members, x.pieces, x.fen))
    return found


def _top(each: tuple[int | None, list[int]]) -> int:
    return each[0] or 0


def _rows(session: Session, query: LiteralString, year: int) -> list[Any]:
    return list(fetched(session, query, {"year": year}))
