"""Whether a prepared batch needs a third person, by the rules that hold when it is approved."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.payments.drafts import PaymentOrder, PaymentOrderLine
from app.payments.policy import limits_for


def look_for_third(session: Session, order: PaymentOrder) -> bool:
    """Written on the order, which is held: rules may be stricter than when it was prepared."""
    asked = select(PaymentOrderLine.amount_fen).where(PaymentOrderLine.order_id == order.id)
    limits = limits_for(order.made_on, today())
    order.wants_third = order.wants_third or limits.wants_third(list(session.scalars(asked)))
    return order.wants_third
