"""The fund by benefit year: who took part, what came in, what was paid. The whole fund's.

Covers and payments are summed from the log (an event a roster, an event an answer of the bank) and
money from the journal's accounts: a few thousand rows, where counting the covers and payments
themselves would read every one of them.
"""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.benefits.care import CARES
from app.ledger.chart import BENEFITS, Account
from app.ledger.journal import YEAR_CLOSED

BEGUN: Final = """
    SELECT r.benefit_year, r.id AS roster_id, r.unit_id, r.campaign_id, r.starts_on,
           (e.facts->>'covered')::bigint AS covered
    FROM event e JOIN roster r ON r.id = e.about
    WHERE e.act = 'cover.granted' AND r.benefit_year BETWEEN :first AND :last
"""
"""SQL: how many covers each word of the log began, by roster."""
_COVERS: Final = text(
    f"""
    SELECT benefit_year, coalesce(sum(covered) FILTER (WHERE campaign_id IS NULL), 0)::bigint,
           coalesce(sum(covered) FILTER (WHERE campaign_id IS NOT NULL), 0)::bigint,
           count(DISTINCT unit_id) FILTER (WHERE covered > 0)
    FROM ({BEGUN}) g GROUP BY 1
    """  # noqa: S608 - put together from constants
)
_PAID: Final = text(
    """
    SELECT e.benefit_years[1], sum((e.facts->>'paid')::bigint)::bigint,
           sum((e.facts->>'paid_fen')::bigint)::bigint
    FROM event e
    WHERE e.act = 'payments.returned' AND e.benefit_years[1] BETWEEN :first AND :last GROUP BY 1
    """
)
# What a union gives for a campaign has no unit. A year may have nothing yet but money: of units
# whose rosters are not complete, of the union.
BOOKED: Final = """
    SELECT e.id AS entry_id, e.benefit_year, e.booked_on, e.memo, p.account,
           p.account = :union_part AND p.unit_id = 0 AS gift, p.debit_fen - p.credit_fen AS fen
    FROM entry_sum p JOIN entry e ON e.id = p.entry_id
    WHERE p.account = ANY(:accounts) AND e.benefit_year BETWEEN :first AND :last
          AND e.memo <> :closed
"""
"""SQL: what entries booked on these accounts, debit positive; a gift is of no unit."""
_MONEY: Final = text(
    f"""
    SELECT benefit_year, account, gift, sum(fen)::bigint FROM ({BOOKED}) b GROUP BY 1, 2, 3
    UNION ALL
    SELECT DISTINCT benefit_year, NULL, false, 0 FROM entry
    WHERE benefit_year BETWEEN :first AND :last
    """  # noqa: S608 - put together from constants
)


class Payer(StrEnum):
    """Who a contribution came from; a gift is the union's too, for nobody's unit."""

    UNIT = "unit"
    WORKER = "worker"
    UNION = "union"
    GIFT = "gift"


PAYERS: Final = {
    Account.UNIT_PART: Payer.UNIT,
    Account.WORKER_PART: Payer.WORKER,
    Account.UNION_PART: Payer.UNION,
}
_CARES: Final = {account: care for care, account in BENEFITS.items()}


@dataclass(frozen=True, slots=True)
class YearFigures:
    """One benefit year. `payments` reached a member, `paid_fen` together; `units` have covers.

    `in_fen`: contributions by payer; `out_fen`: benefits determined by care, less what was undone.
    """

    year: int
    covers: int
    gifts: int
    units: int
    payments: int
    paid_fen: int
    in_fen: dict[Payer, int]
    out_fen: dict[str, int]


def figures(session: Session, first: int = 0, last: int = 9999) -> list[YearFigures]:
    """Every benefit year from `first` to `last` that the books or rosters know, oldest first."""
    asked: dict[str, object] = {"first": first, "last": last}
    covers = {
        year: (paid, given, units) for year, paid, given, units in session.execute(_COVERS, asked)
    }
    paid = {year: (count, fen) for year, count, fen in session.execute(_PAID, asked)}
    came, went = _money(session, asked)
    return [
        YearFigures(
            year,
            *covers.get(year, (0, 0, 0)),
            *paid.get(year, (0, 0)),
            {payer: came[year][payer] for payer in Payer},
            {care: went[year][care] for care in CARES},
        )
        for year in sorted({*covers, *paid, *came})
    ]


_ByYear = defaultdict[int, defaultdict[str, int]]


def _money(session: Session, years: dict[str, object]) -> tuple[_ByYear, _ByYear]:
    """What came in by payer and went out by care, by every year that has entries."""
    came: _ByYear = defaultdict(lambda: defaultdict(int))
    went: _ByYear = defaultdict(lambda: defaultdict(int))
    asked = {
        **years,
        "accounts": [*map(str, (*PAYERS, *_CARES))],
        "union_part": Account.UNION_PART.value,
        "closed": YEAR_CLOSED,
    }
    for year, number, gift, amount_fen in session.execute(_MONEY, asked):
        of_year = came[year]
        if number is None:
            continue
        account = Account(number)
        if account in _CARES:
            went[year][_CARES[account]] += amount_fen
        else:
            of_year[Payer.GIFT if gift else PAYERS[account]] -= amount_fen
    return came, went
