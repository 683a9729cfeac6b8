"""Let received money fill rosters, oldest first, and begin the covers of those that are full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.contributions.begin import Begun, begin_covers
from app.contributions.models import EnrolmentOutcome, Receipt, ReceiptShare
from app.roster.models import Roster


@dataclass(slots=True)
class _Left:
    """What is left of a receipt."""

    receipt_id: int
    received_on: date
    fen: int


def fill(session: Session, unit_id: int, year: int, *, by: int) -> list[Begun]:
    """Share out what is not shared out yet of one unit's money for one benefit year."""
    left = _left_of_receipts(session, unit_id, year)
    begun = []
    for roster, missing_fen in _not_full(session, unit_id, year):
        shares = _take(left, missing_fen)
        for receipt_id, amount_fen in shares:
            session.execute(
                insert(ReceiptShare).values(
                    receipt_id=receipt_id, roster_id=roster.id, amount_fen=amount_fen
                )
            )
        if sum(amount_fen for _, amount_fen in shares) < missing_fen:
            break
        begun.append(begin_covers(session, roster, _full_on(session, roster), by=by))
    return begun


def due_fen(roster: Roster) -> int:
    """What the unit owes for a roster: its own and its workers' part of every head."""
    return roster.heads * (roster.unit_due_fen + roster.worker_due_fen)


def _take(left: Sequence[_Left], missing_fen: int) -> list[tuple[int, int]]:
    shares = []
    for receipt in left:
        amount_fen = min(receipt.fen, missing_fen)
        if amount_fen:
            shares.append((receipt.receipt_id, amount_fen))
            receipt.fen -= amount_fen
            missing_fen -= amount_fen
    return shares


def _left_of_receipts(session: Session, unit_id: int, year: int) -> list[_Left]:
    shared = (
        select(func.coalesce(func.sum(ReceiptShare.amount_fen), 0))
        .where(ReceiptShare.receipt_id == Receipt.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Receipt.id, Receipt.received_on, Receipt.amount_fen - shared)
        .where(Receipt.unit_id == unit_id, Receipt.benefit_year == year)
        .order_by(Receipt.received_on, Receipt.id)
    )
    return [_Left(*row) for row in rows]


def _not_full(session: Session, unit_id: int, year: int) -> list[tuple[Roster, int]]:
    """Rosters whose covers have not been decided, oldest first, and what each still misses."""
    got = (
        select(func.coalesce(func.sum(ReceiptShare.amount_fen), 0))
        .where(ReceiptShare.roster_id == Roster.id)
        .scalar_subquery()
    )
    decided = select(EnrolmentOutcome.roster_id).where(EnrolmentOutcome.roster_id == Roster.id)
    rows = session.execute(
        select(Roster, got)
        .where(Roster.unit_id == unit_id, Roster.benefit_year == year, ~decided.exists())
        .order_by(Roster.id)
    )
    return [(roster, due_fen(roster) - int(got_fen)) for roster, got_fen in rows]


def _full_on(session: Session, roster: Roster) -> date | None:
    """The day the last money for a roster came; none where nothing was due."""
    return session.execute(
        select(func.max(Receipt.received_on))
        .join(ReceiptShare, ReceiptShare.receipt_id == Receipt.id)
        .where(ReceiptShare.roster_id == roster.id)
    ).scalar_one()
