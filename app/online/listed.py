"""Online orders and what was paid, as officers look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import now

MOST: Final = 200
_ORDERS: Final = text(
    """
    SELECT o.id, o.out_trade_no, o.unit_id, u.name, o.benefit_year, o.amount_fen, o.recorded_at,
           o.expires_at, c.order_id IS NOT NULL AS closed,
           (SELECT string_agg(n.outcome, ' ' ORDER BY n.id) FROM online_notice n
            WHERE n.order_id = o.id) AS outcomes
    FROM online_order o JOIN unit_now u ON u.id = o.unit_id
    LEFT JOIN online_closing c ON c.order_id = o.id
    WHERE (CAST(:unions AS bigint[]) IS NULL OR u.union_id = ANY(CAST(:unions AS bigint[])))
    ORDER BY o.id DESC LIMIT :most
    """
)
_KEPT: Final = text(
    """
    SELECT n.id, n.transaction_id, n.out_trade_no, n.amount_fen, n.success_at, n.outcome,
           o.unit_id, u.name, o.benefit_year, o.amount_fen
    FROM online_notice n LEFT JOIN online_order o ON o.id = n.order_id
    LEFT JOIN unit_now u ON u.id = o.unit_id
    WHERE n.receipt_id IS NULL
          AND NOT EXISTS (SELECT FROM online_decision d WHERE d.notice_id = n.id)
    ORDER BY n.id LIMIT :most
    """
)


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """An order; `outcomes`: what was paid for it, one word a payment."""

    id: int
    out_trade_no: str
    unit_id: int
    unit: str
    benefit_year: int
    amount_fen: int
    at: datetime
    expires_at: datetime
    closed: bool
    outcomes: str | None

    @property
    def state(self) -> str:
        """booked, late, again, other_amount; or open, closed, over."""
        if self.outcomes:
            return self.outcomes.split(" ")[-1]
        return "closed" if self.closed else "over" if self.expires_at <= now() else "open"


@dataclass(frozen=True, slots=True)
class KeptPayment:
    """A payment that waits for an officer; unit, year and amount are its order's, if any."""

    id: int
    transaction_id: str
    out_trade_no: str
    amount_fen: int
    success_at: datetime
    outcome: str
    unit_id: int | None
    unit: str | None
    benefit_year: int | None
    wanted_fen: int | None


def online_orders(session: Session, unions: Sequence[int] | None) -> list[OrderSeen]:
    """The latest orders of units under these unions (None: all), the last one first."""
    asked = {"unions": list(unions) if unions is not None else None, "most": MOST}
    return [OrderSeen(*row) for row in session.execute(_ORDERS, asked)]


def kept_payments(session: Session) -> list[KeptPayment]:
    """Payments that wait for an officer, oldest first."""
    return [KeptPayment(*row) for row in session.execute(_KEPT, {"most": MOST})]
