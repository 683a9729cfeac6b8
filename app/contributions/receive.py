"""Take money that came in for one unit's benefit year."""

from dataclasses import dataclass
from datetime import date
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.clock import today
from app.contributions.begin import Begun
from app.contributions.fill import fill
from app.db import fetched, one_at_a_time, refuses
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


class ReceivedAhead(Refusal):
    """No money has come on a day that has not come."""


refuses("receipt_reference_key", ReferenceUsed)

_KNOWN: LiteralString = """
SELECT id, amount_fen, received_on FROM receipt
WHERE unit_id = %(unit_id)s AND benefit_year = %(year)s AND reference = %(reference)s
"""
_ADD: LiteralString = """
INSERT INTO receipt (unit_id, benefit_year, amount_fen, received_on, reference, recorded_by)
VALUES (%(unit_id)s, %(year)s, %(amount_fen)s, %(received_on)s, %(reference)s, %(by)s)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class OutOf:
    """What receipts are booked out of. Suspense gives money over between years, on a later day."""

    account: Account = Account.BANK
    booked_on: date | None = None


BANK: Final = OutOf()


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
    out_of: OutOf = BANK,
) -> Received:
    """Book money and begin what covers it completes. `out_of`: where it lay until now.

    Raises ReferenceUsed and as `check_money`.
    """
    reference = reference.strip()
    check_money(amount_fen, received_on, reference)
    one_at_a_time(session, COVERS)
    named = {"unit_id": unit_id, "year": year, "reference": reference}
    for receipt_id, *known in fetched(session, _KNOWN, named):
        if known != [amount_fen, received_on]:
            raise ReferenceUsed(reference=reference)
        return Received(receipt_id, again=True, begun=[])
    row = {**named, "amount_fen": amount_fen, "received_on": received_on, "by": by}
    ((receipt_id,),) = fetched(session, _ADD, row)
    held = Posting(Account.MONEY_HELD, -amount_fen, unit_id=unit_id)
    money = (Posting(out_of.account, amount_fen), held)
    day = out_of.booked_on or received_on
    post(session, Entry(year, day, "money received", money, receipt_id))
    record(
        session,
        "contribution.received",
        by=by,
        about=receipt_id,
        years=[year],
        amount_fen=amount_fen,
    )
    return Received(receipt_id, again=False, begun=fill(session, unit_id, year, by=by))


def check_money(amount_fen: int, received_on: date, reference: str) -> None:
    """Raise AmountNotPositive, ReferenceMissing or ReceivedAhead where no such money came in."""
    if amount_fen <= 0:
        raise AmountNotPositive(amount_fen=amount_fen)
    if not reference:
        raise ReferenceMissing
    if received_on > today():
        facts = {"received_on": received_on.isoformat(), "today": today().isoformat()}
        raise ReceivedAhead(**facts)
