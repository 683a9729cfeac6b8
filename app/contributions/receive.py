"""Take money that came in for one unit's benefit year."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.contributions.begin import Begun
from app.contributions.fill import fill
from app.contributions.models import Receipt
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post

COVERS = "covers"
"""Whoever may begin covers takes turns: two units may hold the same member."""


class ReferenceUsed(Refusal):
    """Money with this reference was received already, with another amount or day."""


class AmountNotPositive(Refusal):
    """Money received is more than nothing."""


class ReferenceMissing(Refusal):
    """A receipt is known by the bank's reference."""


refuses("receipt_reference_key", ReferenceUsed)


@dataclass(frozen=True, slots=True)
class Received:
    """What came of it. `again`: the same money was received before, nothing changed."""

    receipt_id: int
    again: bool
    begun: list[Begun]


def receive(
    session: Session,
    *,
    unit_id: int,
    year: int,
    amount_fen: int,
    received_on: date,
    reference: str,
    by: int,
) -> Received:
    """Book money and begin what covers it completes.

    Raises ReferenceUsed, AmountNotPositive, ReferenceMissing.
    """
    reference = reference.strip()
    if amount_fen <= 0:
        raise AmountNotPositive(amount_fen=amount_fen)
    if not reference:
        raise ReferenceMissing
    one_at_a_time(session, COVERS)
    known = session.execute(
        select(Receipt.id, Receipt.amount_fen, Receipt.received_on).where(
            Receipt.unit_id == unit_id, Receipt.benefit_year == year, Receipt.reference == reference
        )
    ).one_or_none()
    if known:
        if (known.amount_fen, known.received_on) != (amount_fen, received_on):
            raise ReferenceUsed(reference=reference)
        return Received(known.id, again=True, begun=[])
    row = insert(Receipt).values(
        unit_id=unit_id,
        benefit_year=year,
        amount_fen=amount_fen,
        received_on=received_on,
        reference=reference,
        recorded_by=by,
    )
    receipt_id = session.execute(row.returning(Receipt.id)).scalar_one()
    held = Posting(Account.MONEY_HELD, -amount_fen, unit_id=unit_id)
    money = (Posting(Account.BANK, amount_fen), held)
    post(session, Entry(year, received_on, "money received", money, receipt_id))
    record(
        session,
        "contribution.received",
        by=by,
        about=receipt_id,
        years=[year],
        amount_fen=amount_fen,
    )
    return Received(receipt_id, again=False, begun=fill(session, unit_id, year, by=by))
