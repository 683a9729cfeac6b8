"""What one amount of an income and expenditure sheet is made of: rosters, and the claims of each.

A part's amount on a contribution or benefit account opens to the rosters it comes from, with what
each brought or what its people cost, and a roster's cost to its claims (`app.books.roster_claims`).
So a year's claims are never gone through: of rosters there are some thousands, their costs are kept
sums (`app.books.spent`), and of the claims those are read that a page shows.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.books.income import By, Split
from app.books.spent import ALL_THERE_IS, SINCE_KEPT
from app.db import array, fetched
from app.ledger.chart import BENEFITS, Account

CONTRIBUTIONS: Final = frozenset({Account.UNIT_PART, Account.WORKER_PART, Account.UNION_PART})
CARE_OF: Final = {account: care for care, account in BENEFITS.items()}

# A unit's own union counts as that above it (`app.books.income`).
_OF_PART: Final[dict[Split, LiteralString]] = {
    "scheme": "r.scheme_id = %(key)s",
    "campaign": "r.campaign_id::text = %(key)s",
    "union": """
        (SELECT CASE n.kind WHEN 'unit' THEN coalesce(n.parent_id, n.id) ELSE n.id END
         FROM union_node n WHERE n.id = coalesce(u.union_id, g.union_id))::text = %(key)s
    """,
}
BOOKED_IN: Final[dict[By, LiteralString]] = {
    "benefit_year": "e.benefit_year = %(year)s",
    "booked_on": "e.booked_on BETWEEN make_date(%(year)s, 1, 1) AND make_date(%(year)s, 12, 31)",
}
"""Which entries, `e`, are a year's."""
_COST_IN: Final[dict[By, LiteralString]] = {
    "benefit_year": "x.benefit_year = %(year)s",
    "booked_on": "x.booked_year = %(year)s",
}
_BROUGHT: Final[LiteralString] = """
WITH part AS MATERIALIZED (
    SELECT e.id, e.about AS roster_id, e.booked_on, p.fen
    FROM entry e
    JOIN roster r ON r.id = e.about
    LEFT JOIN unit u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
    CROSS JOIN LATERAL (
        SELECT -sum(x.amount_fen)::bigint AS fen FROM posting x
        WHERE x.entry_id = e.id AND x.account = %(account)s
    ) p
    WHERE e.memo = 'roster full' AND {year} AND {of_part} AND p.fen IS NOT NULL
          AND (%(below)s::bigint[] IS NULL OR coalesce(u.union_id, g.union_id) = ANY(%(below)s))
)
"""
# As `app.books.spent` adds a part up, roster by roster.
_COST: Final[LiteralString] = f"""
WITH {SINCE_KEPT}, part AS MATERIALIZED (
    SELECT r.id, r.id AS roster_id, r.starts_on AS booked_on, sum(x.amount_fen)::bigint AS fen
    FROM (SELECT * FROM spent_sum UNION ALL SELECT * FROM since) x
    JOIN roster r ON r.id = x.roster_id
    LEFT JOIN unit u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
    WHERE x.care = %(care)s AND {{year}} AND {{of_part}}
          AND (%(below)s::bigint[] IS NULL OR coalesce(u.union_id, g.union_id) = ANY(%(below)s))
    GROUP BY r.id HAVING sum(x.amount_fen) <> 0
)
"""  # noqa: S608 - put together from constants
_PAGE: Final[LiteralString] = """
SELECT p.id, p.roster_id, coalesce(u.name, g.name, ''), p.booked_on, p.fen,
       (SELECT count(*) FROM part), (SELECT sum(fen) FROM part)::bigint
FROM part p JOIN roster r ON r.id = p.roster_id
LEFT JOIN unit_now u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
WHERE p.id > %(after)s ORDER BY 1 LIMIT %(most)s
"""
_WHOLE: Final = "SELECT fen FROM part"
_BROUGHT_BY: Final[dict[tuple[By, Split], LiteralString]] = {
    (by, split): _BROUGHT.format(year=year, of_part=of_part) + _PAGE
    for by, year in BOOKED_IN.items()
    for split, of_part in _OF_PART.items()
}
_COST_OF: Final[dict[tuple[By, Split], LiteralString]] = {
    (by, split): _COST.format(year=year, of_part=of_part) + _PAGE
    for by, year in _COST_IN.items()
    for split, of_part in _OF_PART.items()
}
_COST_OF_ONE: Final[dict[By, LiteralString]] = {
    by: _COST.format(year=year, of_part="r.id = %(key)s") + _WHOLE for by, year in _COST_IN.items()
}


@dataclass(frozen=True, slots=True)
class Piece:
    """What one roster brought, or cost; `key`: its entry's number, or its own: in this order.

    `day`: on which it was booked, or on which its covers were asked to start.
    """

    key: int
    roster_id: int
    name: str
    day: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Pieces:
    """Some of an amount's pieces; how many there are, and what they are together."""

    pieces: list[Piece]
    count: int
    together_fen: int


def made_of(
    session: Session,
    account: Account,
    year: int,
    by: By,
    split: Split,
    key: str,
    *,
    below: Collection[int] | None = None,
    after: int,
    size: int,
) -> Pieces:
    """The pieces of one part's amount on a contribution or benefit account, after a key.

    With `below` only those of these unions.
    """
    asked: dict[str, object] = {"account": account.value, "care": CARE_OF.get(account)}
    asked |= {"year": year, "key": key, "after": after, "most": size, **ALL_THERE_IS}
    asked["below"] = None if below is None else array(below)
    query = (_COST_OF if account in CARE_OF else _BROUGHT_BY)[by, split]
    rows = fetched(session, query, asked)
    if not rows:
        return Pieces([], 0, 0)
    return Pieces([Piece(*row[:5]) for row in rows], rows[0][5], rows[0][6])


def cost_of_roster(session: Session, account: Account, year: int, by: By, roster_id: int) -> int:
    """What one roster's people cost on a benefit account, fen."""
    asked = {"care": CARE_OF[account], "year": year, "key": roster_id, "below": None}
    asked |= ALL_THERE_IS
    rows = fetched(session, _COST_OF_ONE[by], asked)
    return int(rows[0][0]) if rows else 0


def has_pieces(account: Account) -> bool:
    """Whether the parts of this account come from rosters."""
    return account in CONTRIBUTIONS or account in CARE_OF
