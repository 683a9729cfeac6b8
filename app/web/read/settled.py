"""What became of what a member owed of a claim: repaid, set off, written off."""

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from app.together import Question

_SETTLED: Final = """
    SELECT 'repaid', received_on, amount_fen, reference, CAST(NULL AS bigint), id FROM repayment
    WHERE member_id = :member AND claim_id = :claim
    UNION ALL
    SELECT 'set_off', booked_on, amount_fen, '', claim_id, id FROM set_off
    WHERE member_id = :member AND owing_claim_id = :claim
    UNION ALL
    SELECT 'used', booked_on, amount_fen, '', owing_claim_id, id FROM set_off
    WHERE member_id = :member AND claim_id = :claim
    UNION ALL
    SELECT 'written_off', w.booked_on, w.amount_fen, p.reference, NULL, w.id
    FROM write_off w JOIN proposal p ON p.id = w.proposal_id
    WHERE w.member_id = :member AND w.claim_id = :claim
    ORDER BY 6
"""


class Settled(NamedTuple):
    """One of them. `kind`: repaid, set_off (by the benefit of `claim_id`), written_off, or used:
    this claim's own benefit, for what `claim_id` owed."""

    kind: str
    on: date
    amount_fen: int
    reference: str
    claim_id: int | None


def settled(session: Session, member_id: int, claim_id: int) -> list[Settled]:
    """In the order it was booked."""
    return SETTLED.all(session, member=member_id, claim=claim_id)


SETTLED: Final = Question(_SETTLED, lambda *row: Settled(*row[:5]))
