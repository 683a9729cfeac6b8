"""What a unit owes and has paid for a benefit year.

Rosters of people who enrolled alone, and money that names one, are theirs and not the unit's.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from app.contributions.models import Receipt, ReceiptUndone, RefundShare, RefundStep
from app.roster.models import Roster, RosterWithdrawn
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
    return standing_of(session, standing_as_one(session, unit_id), year)


def standing_of(session: Session, units: Sequence[int], year: int) -> Standing:
    """The same, for who knows the units that stand as one."""
    alone = select(Roster.id).where(Roster.own_money)
    due_fen = select(
        func.coalesce(func.sum(Roster.heads * (Roster.unit_due_fen + Roster.worker_due_fen)), 0)
    ).where(
        Roster.unit_id.in_(units),
        Roster.benefit_year == year,
        Roster.id.not_in(select(RosterWithdrawn.roster_id)),
        ~Roster.own_money,
    )
    of_unit = Receipt.roster_id.is_(None) | Receipt.roster_id.not_in(alone)
    of_year = (Receipt.unit_id.in_(units), Receipt.benefit_year == year, of_unit)
    undone = select(ReceiptUndone.receipt_id)
    received = select(func.coalesce(func.sum(Receipt.amount_fen), 0)).where(
        *of_year, Receipt.id.not_in(undone)
    )
    later = aliased(RefundStep)
    went_on = exists().where(later.refund_id == RefundStep.refund_id, later.seq > RefundStep.seq)
    withdrawn = select(RefundStep.refund_id).where(RefundStep.step == "withdrawn", ~went_on)
    back = (
        select(func.coalesce(func.sum(RefundShare.amount_fen), 0))
        .join(Receipt, Receipt.id == RefundShare.receipt_id)
        .where(*of_year, RefundShare.refund_id.not_in(withdrawn))
    )
    sums = select(due_fen.scalar_subquery(), received.scalar_subquery(), back.scalar_subquery())
    due, came, gone = session.execute(sums).one()
    return Standing(int(due), int(came) - int(gone))
