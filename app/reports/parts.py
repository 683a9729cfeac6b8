"""The questions behind a year's report, each to the facts of one benefit year."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, LiteralString

from sqlalchemy.orm import Session

from app.books.income import income_by
from app.db import cursor, fetched
from app.ledger.journal import YEAR_CLOSED
from app.roster.identity import birth_date
from app.roster.under import ROSTERS, line_on, union_on
from app.secrets import vault
from app.unions.tree import DISTRICTS

AGES: Final = (30, 40, 50, 60)
"""Where an age group begins, by the age reached in the year."""

# A claim that found no cover belongs to the calendar year of its bill, as in the bundle.
_WITH: LiteralString = """
WITH live AS MATERIALIZED (
    SELECT d.* FROM determination d
    WHERE d.benefit_year = %(year)s AND NOT EXISTS (
        SELECT FROM determination n
        WHERE n.member_id = d.member_id AND n.claim_id = d.claim_id AND n.seq = d.seq + 1)
    UNION ALL
    SELECT d.* FROM determination d
    JOIN settlement s USING (member_id, setl_id, version)
    WHERE d.benefit_year IS NULL
          AND extract(year FROM coalesce(s.enddate, s.setl_time::date)) = %(year)s
          AND NOT EXISTS (
        SELECT FROM determination n
        WHERE n.member_id = d.member_id AND n.claim_id = d.claim_id AND n.seq = d.seq + 1)
)"""
_OUTCOMES: LiteralString = """
    SELECT coalesce(refusal, CASE WHEN payable_fen > 0 THEN '' ELSE 'nothing' END),
           count(*), sum(payable_fen)::bigint
    FROM live GROUP BY 1 ORDER BY 2 DESC, 1"""
_CARES: LiteralString = """
    SELECT care, count(*), count(DISTINCT member_id), sum(payable_fen)::bigint
    FROM live WHERE payable_fen > 0 GROUP BY 1 ORDER BY 1"""
_BY_MEMBER: LiteralString = """
    SELECT l.member_id, m.certno_cipher, l.claims, l.fen FROM (
        SELECT member_id, count(*) AS claims, sum(payable_fen)::bigint AS fen
        FROM live WHERE payable_fen > 0 GROUP BY 1) l
    JOIN member m ON m.id = l.member_id ORDER BY 1"""
_COVERED: LiteralString = """
SELECT m.id, m.certno_cipher FROM member m WHERE EXISTS (
    SELECT FROM cover c JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id
    WHERE c.member_id = m.id AND c.benefit_year = %(year)s AND NOT isempty(t.term))
"""
_CAPS: LiteralString = """
SELECT care, count(*), sum(used_fen)::bigint FROM entitlement
WHERE benefit_year = %(year)s AND used_fen > 0 AND used_fen >= cap_fen GROUP BY 1 ORDER BY 1
"""
# A cover counts where it stood on its first day; a unit once a year, where it did on the first
# day of its covers.
_COVERS: LiteralString = f"""
WITH begun AS MATERIALIZED (
    SELECT x.unit_id, {line_on("x", "c.member_id", "c.starts_on")} AS union_id, c.starts_on,
           count(*) AS covers
    FROM cover c JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id
    JOIN {ROSTERS} x ON x.roster_id = c.roster_id
    WHERE c.benefit_year = %(year)s AND NOT isempty(t.term) GROUP BY 1, 2, 3
), units AS (
    SELECT unit_id, min(starts_on) AS starts_on FROM begun WHERE unit_id IS NOT NULL GROUP BY 1
)
SELECT union_id, sum(covers)::bigint, 0 FROM begun GROUP BY 1
UNION ALL
SELECT {union_on("u.unit_id", "u.starts_on")}, 0, count(*) FROM units u GROUP BY 1
"""  # noqa: S608 - put together from constants
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
_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True)
class District:
    """A union right below the federation, or the federation itself, with all below it."""

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
    """Of the year's claims as they stand: refusal ("" where granted), how many, fen."""
    return [(str(x[0]), int(x[1]), int(x[2])) for x in _rows(session, _WITH + _OUTCOMES, year)]


def cares(session: Session, year: int) -> list[tuple[str, int, int, int]]:
    """By care: claims granted, members, fen."""
    return [
        (str(x[0]), int(x[1]), int(x[2]), int(x[3])) for x in _rows(session, _WITH + _CARES, year)
    ]


def caps(session: Session, year: int) -> list[tuple[str, int, int]]:
    """By care: how many members have reached the cap, and their fen."""
    return [(str(x[0]), int(x[1]), int(x[2])) for x in _rows(session, _CAPS, year)]


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
    for union, covers, units in _rows(session, _COVERS, year):
        held = sums[top_of.get(union)]
        held[0] += int(units)
        held[1] += int(covers)
    for part in income_by(session, year, "union"):
        held = sums[top_of[int(part.key)] if part.key else None]
        held[2] += part.income_fen
        held[3] += part.expense_fen
    known = [(None, sums.pop(None))] if None in sums else []
    return [
        District(names.get(top or 0, ""), *held)
        for top, held in [*sorted(sums.items(), key=_top), *known]
    ]


def ages(session: Session, year: int) -> list[AgeGroup]:
    """By age: covered, paid, claims and fen. Numbers are opened here and go nowhere else."""
    covered = _counted(_opened(session, _COVERED, year))
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for first, claims, fen in _opened_with(session, _WITH + _BY_MEMBER, year):
        held = sums[first]
        held[0] += 1
        held[1] += claims
        held[2] += fen
    return [AgeGroup(first, covered.get(first, 0), *sums[first]) for first in (0, *AGES)]


def _top(each: tuple[int | None, list[int]]) -> int:
    return each[0] or 0


def _rows(session: Session, query: LiteralString, year: int) -> list[Any]:
    return list(fetched(session, query, {"year": year}))


def _group(number: str, year: int) -> int:
    age = year - birth_date(number).year
    return max((first for first in AGES if age >= first), default=0)


def _opened(session: Session, query: LiteralString, year: int) -> Iterable[int]:
    for row in _streamed(session, query, year):
        yield _group(vault().open(row[1], "member", row[0]), year)


def _opened_with(
    session: Session, query: LiteralString, year: int
) -> Iterable[tuple[int, int, int]]:
    for row in _streamed(session, query, year):
        yield _group(vault().open(row[1], "member", row[0]), year), row[2], row[3]


def _streamed(session: Session, query: LiteralString, year: int) -> Iterator[Any]:
    with cursor(session) as cur:
        cur.execute(query, {"year": year})
        while rows := cur.fetchmany(_AT_ONCE):
            yield from rows


def _counted(groups: Iterable[int]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for group in groups:
        counts[group] += 1
    return counts
