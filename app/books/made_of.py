"""What one amount of an income and expenditure sheet is made of: rosters, or claims."""

from dataclasses import dataclass
from datetime import date
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.books.income import EXPENSE_LINES, INCOME_LINES, By, Split
from app.db import fetched
from app.ledger.chart import BENEFITS, Account

CONTRIBUTIONS: Final = frozenset({Account.UNIT_PART, Account.WORKER_PART, Account.UNION_PART})
_CARES: Final = {account: care for care, account in BENEFITS.items()}

# A unit's own union counts as that above it (`app.books.income`).
_OF_PART: LiteralString = """
SELECT l.* FROM ({lines}) l LEFT JOIN union_node n ON n.id = l.union_id
WHERE CASE %(split)s WHEN 'scheme' THEN l.scheme_id WHEN 'campaign' THEN l.campaign_id::text
           ELSE (CASE n.kind WHEN 'unit' THEN coalesce(n.parent_id, n.id) ELSE n.id END)::text
      END = %(key)s
"""
_ROSTERS: Final[LiteralString] = f"""
WITH part AS MATERIALIZED (
    SELECT l.entry_id, max(l.booked_on) AS day, max(l.roster_id) AS roster_id,
           -sum(l.amount_fen)::bigint AS fen
    FROM ({_OF_PART.format(lines=INCOME_LINES)}) l WHERE l.account = %(account)s GROUP BY 1
)
SELECT p.entry_id, p.day, coalesce(u.name, g.name, ''), NULL::bigint, NULL::bigint, p.fen,
       (SELECT count(*) FROM part), (SELECT sum(fen) FROM part)::bigint
FROM part p JOIN roster r ON r.id = p.roster_id
LEFT JOIN unit_now u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
WHERE p.entry_id > %(after)s ORDER BY 1 LIMIT %(most)s
"""  # noqa: S608 - put together from constants
_CLAIMS: Final[LiteralString] = f"""
WITH part AS MATERIALIZED (
    SELECT l.claim_id, max(l.member_id) AS member_id, max(l.booked_on) AS day,
           sum(l.amount_fen)::bigint AS fen
    FROM ({_OF_PART.format(lines=EXPENSE_LINES)}) l WHERE l.care = %(care)s GROUP BY 1
)
SELECT p.claim_id, p.day, '', p.member_id, p.claim_id, p.fen,
       (SELECT count(*) FROM part), (SELECT sum(fen) FROM part)::bigint
FROM part p WHERE p.claim_id > %(after)s ORDER BY 1 LIMIT %(most)s
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Piece:
    """One roster or claim; `key`: its entry's or its own number, by which they are in order."""

    key: int
    day: date
    name: str
    member_id: int | None
    claim_id: int | None
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
    after: int,
    size: int,
) -> Pieces:
    """The pieces of one part's amount on a contribution or benefit account, after a key."""
    asked = {
        "account": account.value,
        "care": _CARES.get(account),
        "year": year,
        "booked": by == "booked_on",
        "split": split,
        "key": key,
        "after": after,
        "most": size,
    }
    rows = fetched(session, _CLAIMS if account in _CARES else _ROSTERS, asked)
    if not rows:
        return Pieces([], 0, 0)
    return Pieces([Piece(*row[:6]) for row in rows], rows[0][6], rows[0][7])


def has_pieces(account: Account) -> bool:
    """Whether the parts of this account come from rosters or claims."""
    return account in CONTRIBUTIONS or account in _CARES
