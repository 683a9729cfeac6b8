"""Under which reference money is typed that was taken back before: the name, with a number."""

from typing import LiteralString

from sqlalchemy.orm import Session

from app.contributions.reference import BACK, numbered
from app.db import fetched

_NAMED: LiteralString = """
SELECT r.reference FROM recovery_receipt r WHERE r.recovery_id = %(recovery_id)s
UNION ALL SELECT r.reference FROM repayment r WHERE r.claim_id = %(claim_id)s
"""


def free_reference(
    session: Session, reference: str, *, recovery_id: int | None = None, claim_id: int | None = None
) -> str:
    """The reference, with a number where the same was taken back before."""
    asked = {"recovery_id": recovery_id, "claim_id": claim_id}
    used = {name for (name,) in fetched(session, _NAMED, asked)}
    return next(x for x in numbered(reference) if x not in used or f"{x}{BACK}" not in used)
