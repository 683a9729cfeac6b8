"""What the claims of one roster's people cost in a year, claim by claim.

A claim stands with the cover of its last determination in that benefit year that granted something
(`app.books.income`), and what it cost is in the entries of its determinations. Of a claim
determined once that is one line, known beforehand, of the entry of its bill's day; of one that was
determined again the lines themselves are read. No list of the ledger's lines by claim is kept: a
drain writes a million of them.

The way goes along the roster's covers by the keys, and ends when the page is full.
"""

from datetime import date
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.books.income import By
from app.books.made_of import BOOKED_IN
from app.claims.lifecycle import State
from app.db import array, fetched

_ENTRIES: Final[LiteralString] = """
    SELECT e.id, e.booked_on FROM entry e
    WHERE e.memo = 'claims determined' AND e.about = g.run_id AND e.recorded_at = g.recorded_at
          AND e.benefit_year = c.benefit_year AND {year}
"""
# A transaction may have several entries of a day; all of them are booked on one.
_CLAIMS: Final[LiteralString] = """
SELECT c.member_id, l.claim_id, x.booked_on, x.fen
FROM cover c
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (d.claim_id) d.claim_id, d.cover_id, d.care FROM determination d
    WHERE d.member_id = c.member_id AND d.benefit_year = c.benefit_year AND d.payable_fen > 0
    ORDER BY d.claim_id, d.seq DESC
) l
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM determination f WHERE f.member_id = c.member_id
                   AND f.claim_id = l.claim_id AND f.seq > 1) AS again OFFSET 0
) a
CROSS JOIN LATERAL (
    SELECT max(y.booked_on) AS booked_on, sum(y.fen)::bigint AS fen
    FROM (
        SELECT e.booked_on, g.payable_fen
        FROM determination g
        JOIN settlement s ON s.member_id = g.member_id AND s.setl_id = g.setl_id
                          AND s.version = g.version
        CROSS JOIN LATERAL (
            {entries} AND coalesce(e.document_on, e.booked_on) = s.setl_time::date LIMIT 1
        ) e
        WHERE NOT a.again AND g.member_id = c.member_id AND g.claim_id = l.claim_id
        UNION ALL
        SELECT e.booked_on, -p.amount_fen
        FROM (
            SELECT DISTINCT d.run_id, d.recorded_at FROM determination d
            WHERE a.again AND d.member_id = c.member_id AND d.claim_id = l.claim_id
        ) g
        CROSS JOIN LATERAL ({entries} OFFSET 0) e
        JOIN posting p ON p.entry_id = e.id
        WHERE p.member_id = c.member_id AND p.claim_id = l.claim_id
              AND p.account IN ('2001', '1201')
    ) y (booked_on, fen)
) x
WHERE c.roster_id = %(roster)s AND c.member_id >= %(member)s
      AND (c.member_id, l.claim_id) > (%(member)s, %(after)s)
      AND l.cover_id = c.id AND l.care = %(care)s AND x.fen <> 0
ORDER BY c.member_id, l.claim_id LIMIT %(most)s
"""
_CLAIMS_OF: Final[dict[By, LiteralString]] = {
    by: _CLAIMS.format(entries=_ENTRIES.format(year=year)) for by, year in BOOKED_IN.items()
}
_WHOSE: Final[LiteralString] = """
SELECT member_id FROM claim_queue WHERE state = ANY(%(states)s) AND claim_id = %(claim)s
"""
_EVERY_STATE: Final = [state.value for state in State]
_ROSTER: Final[LiteralString] = """
SELECT r.id, coalesce(now.name, g.name, ''), coalesce(u.union_id, g.union_id), r.starts_on
FROM roster r
LEFT JOIN unit u ON u.id = r.unit_id LEFT JOIN unit_now now ON now.id = u.id
LEFT JOIN campaign g ON g.id = r.campaign_id
WHERE r.id = %(roster)s
"""


class RosterNamed(NamedTuple):
    """Whose a roster is, under which union it stood, and when its covers were asked to start."""

    id: int
    name: str
    union_id: int
    starts_on: date


class ClaimCost(NamedTuple):
    """What one claim cost in a year, and the last day on which something of it was booked."""

    member_id: int
    claim_id: int
    day: date
    amount_fen: int


def roster_named(session: Session, roster_id: int) -> RosterNamed | None:
    """One roster; None: there is none of this number."""
    rows = fetched(session, _ROSTER, {"roster": roster_id})
    return RosterNamed(*rows[0]) if rows else None


def claims_of_roster(
    session: Session, roster_id: int, care: str, year: int, by: By, *, after: int, size: int
) -> list[ClaimCost]:
    """What claims of one care cost, person by person, after a claim (0: from the first)."""
    asked = {"roster": roster_id, "care": care, "year": year, "after": after, "most": size}
    asked["member"] = _member_of(session, after) if after else 0
    return [ClaimCost(*row) for row in fetched(session, _CLAIMS_OF[by], asked)]


def _member_of(session: Session, claim_id: int) -> int:
    rows = fetched(session, _WHOSE, {"states": array(_EVERY_STATE), "claim": claim_id})
    return int(rows[0][0]) if rows else 0
