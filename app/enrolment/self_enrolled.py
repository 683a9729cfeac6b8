"""What is to pay of somebody who enrolled alone, found by the reference.

Of money alone: that a person is covered, on record or dead is told to nobody who has a reference.
"""

import re
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.db import fetched

REFERENCE: Final = re.compile(r"G[A-Z0-9]{8}")
_ALONE: LiteralString = """
SELECT r.id, r.unit_id, r.benefit_year, s.reference,
       r.heads * (r.unit_due_fen + r.worker_due_fen),
       coalesce((SELECT sum(x.amount_fen) FROM receipt_share x
                 WHERE x.roster_id = r.id AND NOT EXISTS (
                     SELECT FROM receipt_undone n WHERE n.receipt_id = x.receipt_id)), 0)::bigint
FROM self_enrolment s JOIN roster r ON r.id = s.roster_id
WHERE s.reference = %(reference)s
      AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
"""


class Alone(NamedTuple):
    """An enrolment as far as its money goes."""

    roster_id: int
    unit_id: int
    year: int
    reference: str
    amount_fen: int
    filled_fen: int

    @property
    def missing_fen(self) -> int:
        return max(self.amount_fen - self.filled_fen, 0)


def enrolled_alone(session: Session, reference: str) -> Alone | None:
    """The enrolment of this reference, unless it was withdrawn."""
    if not REFERENCE.fullmatch(reference):
        return None
    for row in fetched(session, _ALONE, {"reference": reference}):
        return Alone(*row)
    return None
