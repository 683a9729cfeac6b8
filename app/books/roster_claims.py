"""What the claims of one roster's people cost in a year, claim by claim.

The way goes along the roster's covers by the keys (`app.books.claim_lines`), and ends when the page
is full.
"""

from collections.abc import Collection
from datetime import date
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.books.claim_lines import CLAIM_LINES
from app.books.income import By
from app.claims.lifecycle import State
from app.db import array, fetched
from app.roster.under import STOOD, union_on, unit_on

_CLAIMS: Final[LiteralString] = f"""
SELECT c.member_id, x.claim_id, x.booked_on, x.fen
FROM cover c JOIN roster r ON r.id = c.roster_id LEFT JOIN campaign g ON g.id = r.campaign_id
CROSS JOIN LATERAL (
    SELECT l.claim_id, max(y.booked_on) AS booked_on, sum(y.fen)::bigint AS fen
    FROM (SELECT) o {CLAIM_LINES}
    CROSS JOIN LATERAL (
        SELECT {unit_on("c.member_id", "c.roster_id", "r.unit_id", "y.booked_on")} AS unit_id
    ) m
    WHERE l.care = %(care)s AND (c.member_id, l.claim_id) > (%(member)s, %(after)s)
          AND (%(unions)s::bigint[] IS NULL
               OR coalesce({union_on("m.unit_id", "y.booked_on")}, g.union_id)
                  = ANY(%(unions)s::bigint[]))
    GROUP BY l.claim_id HAVING sum(y.fen) <> 0
    ORDER BY l.claim_id
) x
WHERE c.roster_id = %(roster)s AND c.member_id >= %(member)s
ORDER BY c.member_id, x.claim_id LIMIT %(most)s
"""  # noqa: S608 - put together from constants
_WHOSE: Final[LiteralString] = """
SELECT member_id FROM claim_queue WHERE state = ANY(%(states)s) AND claim_id = %(claim)s
"""
_EVERY_STATE: Final = [state.value for state in State]
_NAMED: Final[LiteralString] = f"""
WITH {STOOD}
SELECT r.id, coalesce(u.name, g.name, ''), r.starts_on, ARRAY(
    SELECT w.union_id FROM under w
    WHERE w.unit_id = r.unit_id
          OR w.unit_id IN (SELECT unit_id FROM moves WHERE roster_id = %(roster)s)
    UNION SELECT g.union_id WHERE g.id IS NOT NULL)
FROM roster r
LEFT JOIN unit_now u ON u.id = r.unit_id LEFT JOIN campaign g ON g.id = r.campaign_id
WHERE r.id = %(roster)s
"""  # noqa: S608


class RosterNamed(NamedTuple):
    """Whose a roster is, when its covers were asked to start, and where it and its lines stood.

    `unions`: under which they ever did.
    """

    id: int
    name: str
    starts_on: date
    unions: list[int]


class ClaimCost(NamedTuple):
    """What one claim cost in a year, and the last day on which something of it was booked."""

    member_id: int
    claim_id: int
    day: date
    amount_fen: int


def roster_named(session: Session, roster_id: int) -> RosterNamed | None:
    """One roster; None: there is none of this number."""
    rows = fetched(session, _NAMED, {"roster": roster_id})
    return RosterNamed(*rows[0]) if rows else None


def claims_of_roster(
    session: Session,
    roster_id: int,
    care: str,
    year: int,
    by: By,
    *,
    unions: Collection[int] | None = None,
    after: int,
    size: int,
) -> list[ClaimCost]:
    """What claims of one care cost, person by person, after a claim (0: from the first).

    With `unions` only what was booked while they stood under these.
    """
    asked = {"roster": roster_id, "care": care, "year": year, "after": after, "most": size}
    asked |= {"booked": by == "booked_on", "unions": None if unions is None else array(unions)}
    asked["member"] = _member_of(session, after) if after else 0
    return [ClaimCost(*row) for row in fetched(session, _CLAIMS, asked)]


def _member_of(session: Session, claim_id: int) -> int:
    rows = fetched(session, _WHOSE, {"states": array(_EVERY_STATE), "claim": claim_id})
    return int(rows[0][0]) if rows else 0
