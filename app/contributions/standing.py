"""What a unit owes and has paid for a benefit year."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.contributions.models import Receipt
from app.roster.models import Roster
from app.roster.now import standing_as_one


class Standing(NamedTuple):
    """In fen; the union's part is not the unit's to pay."""

    due_fen: int
    received_fen: int

    @property
    def missing_fen(self) -> int:
        return max(self.due_fen - self.received_fen, 0)

    @property
    def over_fen(self) -> int:
        """What was received and is not due (yet); it fills the unit's next roster of the year."""
        return max(self.received_fen - self.due_fen, 0)


def standing(session: Session, unit_id: int, year: int) -> Standing:
    """Due and received of one unit's benefit year, with all that stand as one with it."""
    units = standing_as_one(session, unit_id)
    due_fen = select(
        func.coalesce(func.sum(Roster.heads * (Roster.unit_due_fen + Roster.worker_due_fen)), 0)
    ).where(Roster.unit_id.in_(units), Roster.benefit_year == year)
    received_fen = select(func.coalesce(func.sum(Receipt.amount_fen), 0)).where(
        Receipt.unit_id.in_(units), Receipt.benefit_year == year
    )
    return Standing(int(session.scalar(due_fen) or 0), int(session.scalar(received_fen) or 0))
