"""Orders of online payment: asked for, made known to the provider, closed.

An order is committed before its provider hears of it, so that no payment can come for one that is
not here. The door makes it known between two transactions (`wanted` → the provider → `offered`);
what breaks off in between is done again under the same number.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.clock import now
from app.contributions.standing import standing
from app.db import one_at_a_time
from app.enrolment.reach import ConfirmerMayNot, check_confirmer
from app.enrolment.self_enrolled import enrolled_alone
from app.errors import Refusal
from app.online.models import (
    OnlineClosing,
    OnlineDecision,
    OnlineNotice,
    OnlineOffer,
    OnlineOrder,
)
from app.online.provider import Wanted
from app.roster.models import Roster

LASTS: Final = timedelta(minutes=30)
MOST_FEN: Final = 100_000_000
"""A million yuan: no phone pays as much, and a larger sum is a unit's transfer."""


class NothingMissing(Refusal):
    """Nothing is to pay: all that is due was received."""


class OnlineAmountWrong(Refusal):
    """Online no more is paid than is missing, and no more than a phone pays (facts: most_fen)."""


class PayerMayNot(Refusal):
    """An officer of the unit's unions asks to pay for it, or its own contact; nobody else."""


class NoSuchOnlineOrder(Refusal):
    """No online order has this number."""


class OrderPaid(Refusal):
    """The order was paid already."""


class OrderOver(Refusal):
    """The order was closed, or its time has run out."""


class Order(NamedTuple):
    """An order as doors need it; `code_url` once its provider knows it.

    `otherwise`: a payment came for it that could not be received, such as one of another amount;
    `waits`: an officer has not looked at that yet.
    """

    id: int
    provider: str
    out_trade_no: str
    unit_id: int
    benefit_year: int
    roster_id: int | None
    amount_fen: int
    expires_at: datetime
    code_url: str | None
    closed: bool
    paid: bool
    otherwise: bool
    waits: bool

    @property
    def open(self) -> bool:
        """Whether it can be paid; no provider takes money twice for one."""
        return not (self.paid or self.otherwise or self.closed or self.expires_at <= now())


def order_for_unit(
    session: Session, unit_id: int, year: int, amount_fen: int, *, by: int, provider: str
) -> Order:
    """Ask to pay what a unit's benefit year misses, or a part. One that is open for as much is it,
    and one that was paid otherwise, until an officer has looked at that.

    Raises PayerMayNot, NothingMissing, OnlineAmountWrong.
    """
    return _order(session, unit_id, year, None, amount_fen, by=by, provider=provider)


def order_for_roster(
    session: Session, roster_id: int, amount_fen: int, *, by: int, provider: str
) -> Order:
    """Ask to pay one roster of a unit, as one that holds a person who enrols alone.

    Nothing is missing of one that was withdrawn.

    Raises NoSuchOnlineOrder (no unit's roster), and as `order_for_unit`.
    """
    roster = session.get(Roster, roster_id)
    if roster is None or roster.unit_id is None:
        raise NoSuchOnlineOrder(order=roster_id)
    unit_id, year = roster.unit_id, roster.benefit_year
    return _order(session, unit_id, year, roster_id, amount_fen, by=by, provider=provider)


def order_alone(session: Session, reference: str, *, provider: str) -> Order:
    """Ask to pay what the own roster misses, of somebody who enrolled alone: whole, by nobody's
    account. Whoever has the reference may: it says no more than what is to pay.

    Raises NoSuchOnlineOrder (nobody has the reference), NothingMissing.
    """
    found = enrolled_alone(session, reference)
    if found is None:
        raise NoSuchOnlineOrder
    whose = (found.unit_id, found.year, found.roster_id, found.missing_fen)
    return _order(session, *whose, by=None, provider=provider)


def order_of_roster(session: Session, roster_id: int, provider: str) -> Order | None:
    """The newest order that nobody's account made for a roster, paid or not."""
    asked = select(OnlineOrder.id).filter_by(roster_id=roster_id, created_by=None)
    newest = session.scalar(asked.filter_by(provider=provider).order_by(OnlineOrder.id.desc()))
    return None if newest is None else order(session, newest)


def order(session: Session, order_id: int) -> Order:
    """An order. Raises NoSuchOnlineOrder."""
    row = session.execute(_ORDER, {"order": order_id}).one_or_none()
    if row is None:
        raise NoSuchOnlineOrder(order=order_id)
    return Order(*row)


def wanted(session: Session, order_id: int) -> Wanted:
    """An order as its provider gets it. Raises NoSuchOnlineOrder, OrderPaid, OrderOver."""
    found = order(session, order_id)
    if found.paid:
        raise OrderPaid(order=order_id)
    if not found.open:
        raise OrderOver(order=order_id)
    said = f"{found.benefit_year}年度职工医疗互助金"
    return Wanted(found.out_trade_no, found.amount_fen, said, found.expires_at)


def offered(session: Session, order_id: int, code_url: str) -> None:
    """Keep what the payer scans. Twice equals once: the first stays."""
    row = {"order_id": order_id, "code_url": code_url}
    session.execute(upsert(OnlineOffer).values(row).on_conflict_do_nothing())


def close_order(session: Session, order_id: int, *, by: int | None) -> None:
    """No payment is wanted any more. Twice equals once. Raises NoSuchOnlineOrder, OrderPaid."""
    if order(session, order_id).paid:
        raise OrderPaid(order=order_id)
    row = {"order_id": order_id, "closed_by": by}
    session.execute(upsert(OnlineClosing).values(row).on_conflict_do_nothing())


def _order(
    session: Session,
    unit_id: int,
    year: int,
    roster_id: int | None,
    amount_fen: int,
    *,
    by: int | None,
    provider: str,
) -> Order:
    if by is not None:
        _check_payer(session, unit_id, by=by)
    one_at_a_time(session, f"online orders of {unit_id}")
    missing_fen = _missing_fen(session, unit_id, year, roster_id)
    if not missing_fen:
        raise NothingMissing(year=year)
    if not 0 < amount_fen <= min(missing_fen, MOST_FEN):
        raise OnlineAmountWrong(amount_fen=amount_fen, most_fen=min(missing_fen, MOST_FEN))
    same = {
        "unit_id": unit_id,
        "benefit_year": year,
        "roster_id": roster_id,
        "amount_fen": amount_fen,
        "provider": provider,
    }
    for order_id in session.scalars(select(OnlineOrder.id).filter_by(**same, created_by=by)):
        found = order(session, order_id)
        # Who paid another amount is told to wait, whatever page is still open somewhere: a new
        # order would take the money a second time.
        if found.waits or (found.open and found.expires_at - now() > LASTS / 2):
            return found
    added = insert(OnlineOrder).values(
        **same, out_trade_no=_number(), expires_at=now() + LASTS, created_by=by
    )
    order_id = session.execute(added.returning(OnlineOrder.id)).scalar_one()
    return order(session, order_id)


def _check_payer(session: Session, unit_id: int, *, by: int) -> None:
    try:
        check_confirmer(session, unit_id, by=by)
    except ConfirmerMayNot:
        raise PayerMayNot from None


def _missing_fen(session: Session, unit_id: int, year: int, roster_id: int | None) -> int:
    if roster_id is None:
        return standing(session, unit_id, year).missing_fen
    return int(session.execute(_ROSTER_MISSING, {"roster": roster_id}).scalar_one())


def _number() -> str:
    """Our number of an order: 6 to 32 signs, never used by another system of the same merchant."""
    return f"HZ{now():%Y%m%d%H%M%S}{secrets.token_hex(6)}"


_ROSTER_MISSING: Final = text(
    """
    SELECT greatest(r.heads * (r.unit_due_fen + r.worker_due_fen) - coalesce(
        (SELECT sum(s.amount_fen) FROM receipt_share s WHERE s.roster_id = r.id AND NOT EXISTS (
            SELECT FROM receipt_undone n WHERE n.receipt_id = s.receipt_id)), 0), 0)
        * (w.roster_id IS NULL)::int
    FROM roster r LEFT JOIN roster_withdrawn w ON w.roster_id = r.id WHERE r.id = :roster
    """
)
_ORDER: Final = text(
    f"""
    SELECT o.id, o.provider, o.out_trade_no, o.unit_id, o.benefit_year, o.roster_id, o.amount_fen,
           o.expires_at, f.code_url, c.order_id IS NOT NULL,
           EXISTS (SELECT FROM {OnlineNotice.__tablename__} n
                   WHERE n.order_id = o.id AND n.receipt_id IS NOT NULL),
           EXISTS (SELECT FROM {OnlineNotice.__tablename__} n
                   WHERE n.order_id = o.id AND n.receipt_id IS NULL),
           EXISTS (SELECT FROM {OnlineNotice.__tablename__} n
                   WHERE n.order_id = o.id AND n.receipt_id IS NULL AND NOT EXISTS (
                       SELECT FROM {OnlineDecision.__tablename__} d WHERE d.notice_id = n.id))
    FROM online_order o LEFT JOIN online_offer f ON f.order_id = o.id
    LEFT JOIN online_closing c ON c.order_id = o.id
    WHERE o.id = :order
    """  # noqa: S608 - a table's name
)
