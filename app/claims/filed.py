"""What is known of a claim that was filed by hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Filing:
    """One filing. `joined_setl_id`: the bureau's number, once its row has come.

    `by_hand`: the newest figures are still what a person typed.
    """

    setl_id: str
    stated_setl_id: str | None
    joined_setl_id: str | None
    filed_by: int
    filed_at: datetime
    by_hand: bool


def filing_of(session: Session, member_id: int, claim_id: int) -> Filing | None:
    """How a claim was filed; None of one that the bureau's files made, or where there is none."""
    row = session.execute(_FILING, {"member": member_id, "claim": claim_id}).one_or_none()
    return Filing(*row) if row else None


_FILING: Final = text(
    """
    SELECT f.setl_id, f.stated_setl_id, j.setl_id, f.filed_by, f.recorded_at, r.kind = 'hand'
    FROM claim c
    JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
    LEFT JOIN joined_settlement j ON j.member_id = f.member_id AND j.own_setl_id = f.setl_id
    CROSS JOIN LATERAL (
        SELECT s.run_id FROM settlement s WHERE s.member_id = c.member_id AND s.setl_id = c.setl_id
        ORDER BY s.version DESC LIMIT 1
    ) s
    JOIN run r ON r.id = s.run_id
    WHERE c.member_id = :member AND c.id = :claim
    """
)
