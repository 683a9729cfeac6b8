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
from app.books.spent import ALL_THERE_IS, PLACED
from app.db import array, fetched
from app.ledger.chart import BENEFITS, Account
from app.roster.under import UNDER, under_on

CONTRIBUTIONS: Final = frozenset({Account.UNIT_PART, Account.WORKER_PART, Account.UNION_PART})
CARE_OF: Final = {account: care for care, account in BENEFITS.items()}

_OF_PART: Final[dict[Split, LiteralString]] = {
    "scheme": "x.scheme_id = %(key)s",
    "campaign": "x.campaign_id::text = %(key)s",
    "union": "x.union_id = ANY(%(part)s)",
}
# A unit's own union counts as that above it (`app.books.income`).
_PART: Final[LiteralString] = """
SELECT id FROM union_node
WHERE (CASE kind WHEN 'unit' THEN coalesce(parent_id, id) ELSE id END)::text = %(key)s
"""
_BROUGHT: Final[LiteralString] = f"""
WITH {UNDER}, placed AS MATERIALIZED (
    SELECT e.id, e.about AS roster_id, e.booked_on, r.scheme_id, r.campaign_id,
           coalesce(w.union_id, g.union_id) AS union_id, p.fen
    FROM entry e
    JOIN roster r ON r.id = e.about
    {under_on("r.unit_id", "e.booked_on")} LEFT JOIN campaign g ON g.id = r.campaign_id
    CROSS JOIN LATERAL (
        SELECT -sum(x.amount_fen)::bigint AS fen FROM posting x
        WHERE x.entry_id = e.id AND x.account = %(account)s
    ) p
    WHERE e.memo = 'roster full' AND p.fen IS NOT NULL
          AND CASE WHEN %(booked)s THEN e.booked_on BETWEEN make_date(%(year)s, 1, 1)
                                                        AND make_date(%(year)s, 12, 31)
                   ELSE e.benefit_year = %(year)s END
), part AS MATERIALIZED (
    SELECT x.id, x.roster_id, x.booked_on, x.fen FROM placed x
    WHERE {{of_part}} AND (%(below)s::bigint[] IS NULL OR x.union_id = ANY(%(below)s))
)
"""  # noqa: S608 - put together from constants
# As `app.books.spent` adds a part up, roster by roster.
_COST: Final[LiteralString] = f"""
WITH {PLACED}, part AS MATERIALIZED (
    SELECT r.id, r.id AS roster_id, r.starts_on AS booked_on, sum(x.amount_fen)::bigint AS fen
    FROM placed x JOIN roster r ON r.id = x.roster_id
    WHERE x.care = %(care)s AND {{of_part}}
          AND (%(below)s::bigint[] IS NULL OR x.union_id = ANY(%(below)s))
    GROUP BY r.id HAVING sum(x.amount_fen) <> 0
)
"""  # noqa: S608
_PAGE: Final[LiteralString] = """
SELECT p.id, p.roster_id, coalesce(u.name, g.name, ''), p.booked_on, p.fen,
       (SELECT count(*) FROM part), (SELECT sum(fen) FROM part)::bigint
FROM part p JOIN roster r ON r.id = p.roster_id
LEFT JOIN unit_now u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
WHERE p.id > %(after)s ORDER BY 1 LIMIT %(most)s
"""
_BROUGHT_BY: Final[dict[Split, LiteralString]] = {
    split: _BROUGHT.format(of_part=of_part) + _PAGE for split, of_part in _OF_PART.items()
}
_COST_OF: Final[dict[Split, LiteralString]] = {
    split: _COST.format(of_part=of_part) + _PAGE for split, of_part in _OF_PART.items()
}
_ONE: Final[LiteralString] = "SELECT fen FROM part"
_COST_OF_ONE: Final[LiteralString] = _COST.format(of_part="true") + _ONE


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
    asked = _asked(account, year, by, below) | {"key": key, "after": after, "most": size}
    if split == "union":
        asked["part"] = array(part_of(session, key))
    rows = fetched(session, (_COST_OF if account in CARE_OF else _BROUGHT_BY)[split], asked)
    if not rows:
        return Pieces([], 0, 0)
    return Pieces([Piece(*row[:5]) for row in rows], rows[0][5], rows[0][6])


def part_of(session: Session, key: str) -> set[int]:
    """The unions whose sums stand in a union's part: its own, and those of its units."""
    return {number for (number,) in fetched(session, _PART, {"key": key})}


def cost_of_roster(
    session: Session,
    account: Account,
    year: int,
    by: By,
    roster_id: int,
    *,
    unions: Collection[int] | None = None,
) -> int:
    """What one roster's people cost on a benefit account, fen; `unions` as `claims_of_roster`."""
    asked = _asked(account, year, by, unions) | {"roster": roster_id}
    rows = fetched(session, _COST_OF_ONE, asked)
    return int(rows[0][0]) if rows else 0


def _asked(account: Account, year: int, by: By, below: Collection[int] | None) -> dict[str, object]:
    return {
        "account": account.value,
        "care": CARE_OF.get(account),
        "year": year,
        "booked": by == "booked_on",
        "roster": None,
        "below": None if below is None else array(below),
        **ALL_THERE_IS,
    }


def has_pieces(account: Account) -> bool:
    """Whether the parts of this account come from rosters."""
    return account in CONTRIBUTIONS or account in CARE_OF
