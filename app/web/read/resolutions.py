"""What officers say became of payments: what waits for another, and what two have said."""

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.payments.send import batch_number
from app.together import Question

_WAITING: Final = """
    SELECT p.batch_id, b.benefit_year, p.line, p.name, p.amount_fen, d.says, a.name, d.line_id
    FROM resolution_draft d
    JOIN payment p USING (member_id, grant_no, attempt)
    JOIN payment_batch b ON b.id = p.batch_id
    JOIN account a ON a.id = d.decided_by
    ORDER BY d.recorded_at, p.id LIMIT 200
"""
_SAID: Final = text(
    """
    SELECT r.says, r.booked_on, r.evidence, one.name, two.name, r.line_id
    FROM payment p JOIN payment_resolution r USING (member_id, grant_no, attempt)
    JOIN account one ON one.id = r.decided_by
    JOIN account two ON two.id = r.approved_by
    WHERE p.batch_id = :batch AND p.line = :line ORDER BY r.seq
    """
)


class Proposed(NamedTuple):
    """A proposal that waits for another officer; `line_id`: the statement's line that shows it."""

    batch_id: int
    benefit_year: int
    line: int
    name: str
    amount_fen: int
    says: str
    by: str
    line_id: int | None

    @property
    def number(self) -> str:
        return batch_number(self.benefit_year, self.batch_id)


class TwoSaid(NamedTuple):
    """What two officers said, and what showed it."""

    says: str
    booked_on: date
    evidence: str
    by: str
    and_by: str
    line_id: int | None


def resolutions_waiting(session: Session) -> list[Proposed]:
    """Of the whole fund, the oldest first."""
    return WAITING.all(session)


WAITING: Final = Question(_WAITING, Proposed)


def said_by_two(session: Session, batch_id: int, line: int) -> list[TwoSaid]:
    """In order; the last stands."""
    return [TwoSaid(*row) for row in session.execute(_SAID, {"batch": batch_id, "line": line})]
