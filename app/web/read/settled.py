"""What became of what is owed of a claim: repaid, set off, written off; brought by the liable."""

from datetime import date
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.together import Question


def _typed_entry(memo: LiteralString, column: LiteralString) -> LiteralString:
    """SQL: the entry of typed money `r` that stands and that no statement's line is, if any."""
    return f"""(
        SELECT e.id FROM entry e WHERE e.memo = '{memo}' AND e.about = r.id
               AND r.amount_fen > 0 AND r.suspense_year IS NULL
               AND NOT EXISTS (SELECT FROM entry_reversal x WHERE x.entry_id = e.id)
               AND NOT EXISTS (SELECT FROM line_said l WHERE l.{column} = r.id))"""  # noqa: S608


_SETTLED: Final = f"""
    SELECT CASE WHEN r.amount_fen > 0 THEN 'repaid' ELSE 'taken_back' END, r.received_on,
           abs(r.amount_fen), CASE WHEN r.amount_fen > 0 THEN r.reference ELSE '' END,
           CAST(NULL AS bigint), {_typed_entry("repaid by member", "repayment_id")}, r.id
    FROM repayment r WHERE r.member_id = :member AND r.claim_id = :claim
    UNION ALL
    SELECT 'set_off', booked_on, amount_fen, '', claim_id, NULL, id FROM set_off
    WHERE member_id = :member AND owing_claim_id = :claim
    UNION ALL
    SELECT 'used', booked_on, amount_fen, '', owing_claim_id, NULL, id FROM set_off
    WHERE member_id = :member AND claim_id = :claim
    UNION ALL
    SELECT 'written_off', w.booked_on, w.amount_fen, p.reference, NULL, NULL, w.id
    FROM write_off w JOIN proposal p ON p.id = w.proposal_id
    WHERE w.member_id = :member AND w.claim_id = :claim
    ORDER BY 7
"""  # noqa: S608 - put together from constants


class Settled(NamedTuple):
    """One of them. `kind`: repaid, taken_back (what was typed as repaid), set_off (by the benefit
    of `claim_id`), written_off, or used: this claim's own benefit, for what `claim_id` owed.

    `typed_entry`: it was typed, and no statement's line is it: two can take the entry back."""

    kind: str
    on: date
    amount_fen: int
    reference: str
    claim_id: int | None
    typed_entry: int | None


def settled(session: Session, member_id: int, claim_id: int) -> list[Settled]:
    """In the order it was booked."""
    return SETTLED.all(session, member=member_id, claim=claim_id)


SETTLED: Final = Question(_SETTLED, lambda *row: Settled(*row[:6]))

_BROUGHT: Final = f"""
    SELECT r.recovery_id, r.received_on, r.amount_fen, r.reference,
           {_typed_entry("recovery received", "recovery_receipt_id")}
    FROM recovery_receipt r JOIN recovery c ON c.id = r.recovery_id
    WHERE c.member_id = :member AND c.claim_id = :claim ORDER BY r.id
"""  # noqa: S608 - put together from constants


class Brought(NamedTuple):
    """Money of a recovery; below 0 what takes back another that was typed. `typed_entry`: as of
    Settled."""

    recovery_id: int
    on: date
    amount_fen: int
    reference: str
    typed_entry: int | None


BROUGHT: Final = Question(_BROUGHT, Brought)
