"""What a loaded city holds, read from the database, to be compared with the plan."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_TOTALS: Final = text(
    """
    SELECT (SELECT count(*) FROM unit), (SELECT count(*) FROM member),
           (SELECT count(*) FROM cover),
           (SELECT count(*) FROM cover c JOIN roster r ON r.id = c.roster_id
            WHERE r.campaign_id IS NOT NULL),
           (SELECT count(*) FROM claim),
           (SELECT count(*) FROM claim_queue WHERE state = 'paid'),
           (SELECT coalesce(sum(p.amount_fen), 0) FROM payment p
            JOIN payment_outcome o USING (member_id, grant_no, attempt)
            LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
            JOIN claim_queue q ON q.member_id = p.member_id AND q.claim_id = p.claim_id
            WHERE coalesce(r.says, o.outcome) = 'paid' AND q.state = 'paid')
    """
)
_STATES: Final = text(
    "SELECT state, count(*) AS count FROM claim_queue GROUP BY state ORDER BY state"
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Stored rows. `paid`: claims whose money has arrived and stands; `paid_fen`: that money."""

    units: int
    members: int
    covers: int
    gifts: int
    claims: int
    paid: int
    paid_fen: int
    states: dict[str, int]


def totals(session: Session) -> Totals:
    """Count what is stored."""
    units, members, covers, gifts, claims, paid, paid_fen = session.execute(_TOTALS).one()
    states = {str(state): int(count) for state, count in session.execute(_STATES)}
    return Totals(units, members, covers, gifts, claims, paid, int(paid_fen), states)
