"""Take what a provider said was paid: once a transaction, whoever says it how often."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final, LiteralString

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.clock import CHINA
from app.contributions.receive import NoSuchRoster, OutOf, Received, receive
from app.db import fetched, one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.online.models import OnlineDecision, OnlineNotice
from app.online.order import Order, order
from app.online.provider import Paid

BOOKED, LATE, AGAIN = "booked", "late", "again"
OTHER_AMOUNT, UNKNOWN_ORDER = "other_amount", "unknown_order"
KEPT: Final = (OTHER_AMOUNT, UNKNOWN_ORDER)
CLEARING: Final = OutOf(Account.ONLINE_CLEARING)


class PaymentContradicts(Refusal):
    """The provider told of this transaction before, otherwise; or it was booked by hand."""


class NoSuchOnlinePayment(Refusal):
    """No payment is kept under this number, or it was taken already."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it. `again`: it was known, nothing changed; `begun`: how many covers begin."""

    notice_id: int
    outcome: str
    receipt_id: int | None
    again: bool = False
    begun: int = 0


_KNOWN: LiteralString = """
SELECT id, outcome, receipt_id, out_trade_no, amount_fen FROM online_notice
WHERE provider = %(provider)s AND transaction_id = %(transaction)s
"""
_ORDER: LiteralString = """
SELECT id FROM online_order
WHERE provider = %(provider)s AND out_trade_no = %(number)s
"""


def take_paid(
    session: Session, provider: str, paid: Paid, *, body: bytes = b"", source: str = "notice"
) -> Taken:
    """Keep a payment, and receive its money where it is its order's. Raises PaymentContradicts."""
    one_at_a_time(session, f"online {provider} {paid.transaction_id}")
    named = {"provider": provider, "transaction": paid.transaction_id, "number": paid.out_trade_no}
    for notice_id, outcome, receipt_id, *said in fetched(session, _KNOWN, named):
        if said != [paid.out_trade_no, paid.amount_fen]:
            raise PaymentContradicts(transaction=paid.transaction_id)
        return Taken(notice_id, outcome, receipt_id, again=True)
    rows = fetched(session, _ORDER, named)
    if not rows:
        return _keep(session, provider, paid, body, source, None, UNKNOWN_ORDER)
    [(order_id,)] = rows
    # Two payments of one order, at once: one of them is the second.
    one_at_a_time(session, f"online order {order_id}")
    found = order(session, order_id)
    if paid.amount_fen != found.amount_fen:
        return _keep(session, provider, paid, body, source, found, OTHER_AMOUNT)
    outcome = AGAIN if found.paid else LATE if _is_late(found, paid) else BOOKED
    try:
        # Nobody's: whoever asked to pay, a contact too, the provider says that it came.
        received = _receive(
            session, found.unit_id, found.benefit_year, paid, by=None, roster_id=found.roster_id
        )
    except NoSuchRoster:  # taken back since: nothing is wanted for it, and it pays for nobody else
        return _keep(session, provider, paid, body, source, found, OTHER_AMOUNT)
    return _keep(session, provider, paid, body, source, found, outcome, received)


def take_kept(session: Session, notice_id: int, unit_id: int, year: int, *, by: int) -> Taken:
    """Receive a kept payment for a unit's benefit year, as an officer found out. Twice is refused.

    Raises NoSuchOnlinePayment, and as `receive`.
    """
    fund_officer(session, by)
    one_at_a_time(session, f"online kept {notice_id}")
    notice = session.get(OnlineNotice, notice_id)
    decided = select(OnlineDecision).where(OnlineDecision.notice_id == notice_id)
    if notice is None or notice.outcome not in KEPT or session.scalar(decided):
        raise NoSuchOnlinePayment(payment=notice_id)
    number, at = notice.transaction_id, notice.success_at
    paid = Paid(number, notice.out_trade_no, notice.amount_fen, at)
    received = _receive_kept(session, notice, unit_id, year, paid, by)
    row = {"notice_id": notice_id, "receipt_id": received.receipt_id, "decided_by": by}
    session.execute(insert(OnlineDecision).values(row))
    record(session, "online.decided", by=by, about=notice_id, years=[year])
    return Taken(notice_id, notice.outcome, received.receipt_id, begun=_begun(received))


def _receive_kept(
    session: Session, notice: OnlineNotice, unit_id: int, year: int, paid: Paid, by: int
) -> Received:
    """What was paid for one roster, of who enrolled alone, is that one's while it stands."""
    found = order(session, notice.order_id) if notice.order_id else None
    of_order = found and (found.unit_id, found.benefit_year) == (unit_id, year)
    roster_id = found.roster_id if found and of_order else None
    try:
        return _receive(session, unit_id, year, paid, by=by, roster_id=roster_id)
    except NoSuchRoster:
        return _receive(session, unit_id, year, paid, by=by)


def _receive(
    session: Session,
    unit_id: int,
    year: int,
    paid: Paid,
    *,
    by: int | None,
    roster_id: int | None = None,
) -> Received:
    """Its day is the day the payer paid, as the fund counts days. Raises PaymentContradicts."""
    received = receive(
        session,
        unit_id=unit_id,
        year=year,
        amount_fen=paid.amount_fen,
        received_on=paid.success_at.astimezone(CHINA).date(),
        reference=paid.transaction_id,
        by=by,
        out_of=CLEARING,
        roster_id=roster_id,
    )
    if received.again:  # somebody typed the provider's number, as money of the bank's
        raise PaymentContradicts(transaction=paid.transaction_id)
    return received


def _is_late(found: Order, paid: Paid) -> bool:
    return found.closed or paid.success_at > found.expires_at


def _keep(
    session: Session,
    provider: str,
    paid: Paid,
    body: bytes,
    source: str,
    found: Order | None,
    outcome: str,
    received: Received | None = None,
) -> Taken:
    receipt_id = received.receipt_id if received else None
    added = insert(OnlineNotice).values(
        provider=provider,
        transaction_id=paid.transaction_id,
        out_trade_no=paid.out_trade_no,
        order_id=found.id if found else None,
        amount_fen=paid.amount_fen,
        success_at=paid.success_at,
        body_sha256=sha256(body).hexdigest(),
        source=source,
        outcome=outcome,
        receipt_id=receipt_id,
    )
    notice_id = session.execute(added.returning(OnlineNotice.id)).scalar_one()
    years = [found.benefit_year] if found else []
    facts = {"outcome": outcome, "amount_fen": paid.amount_fen}
    record(session, "online.paid", by=None, about=notice_id, years=years, **facts)
    return Taken(notice_id, outcome, receipt_id, begun=_begun(received))


def _begun(received: Received | None) -> int:
    return sum(len(roster.covers) for roster in received.begun) if received else 0
