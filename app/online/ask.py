"""Ask the provider about orders it has not told of: a call-back may be lost, or never have come."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from app.clock import now
from app.db import transaction
from app.errors import Refusal
from app.online.order import close_order, order
from app.online.provider import Provider, ProviderRefused, ProviderUnreachable, State
from app.online.take import Taken, take_paid

_UNANSWERED: Final = text(
    """
    SELECT o.id, o.out_trade_no FROM online_order o
    WHERE o.provider = :provider
          AND (CAST(:order AS bigint) IS NULL OR o.id = :order)
          AND NOT EXISTS (SELECT FROM online_notice n WHERE n.order_id = o.id)
          AND (CAST(:order AS bigint) IS NOT NULL
               OR NOT EXISTS (SELECT FROM online_closing c WHERE c.order_id = o.id)
                  AND o.recorded_at < transaction_timestamp() - make_interval(secs => :patience))
    ORDER BY o.id LIMIT :most
    """
)
PATIENCE_S: Final = 60
"""A call-back mostly comes within seconds; before that nobody needs to ask."""
MOST: Final = 100


@dataclass(slots=True)
class Asked:
    """How many orders were asked about, and what came of it."""

    asked: int = 0
    paid: int = 0
    closed: int = 0
    no_answer: int = 0
    not_taken: int = 0
    """Paid, but what is here contradicts it: people must look."""
    begun: int = 0


def ask_provider(
    provider: Provider, order_id: int | None = None, *, patience_s: int = PATIENCE_S
) -> Asked:
    """Ask about one order, or all that wait for an answer. Twice equals once.

    An order whose time has run out unpaid is closed at the provider first, so that it cannot be
    paid a moment later, and then here. Of one order raises as `take_paid`; of many it is counted.
    """
    with transaction() as session:
        wanted = {"provider": provider.name, "order": order_id, "patience": patience_s}
        rows = session.execute(_UNANSWERED, {**wanted, "most": MOST}).all()
    told = Asked()
    for number, out_trade_no in rows:
        told.asked += 1
        try:
            _ask(provider, number, out_trade_no, told)
        except (ProviderUnreachable, ProviderRefused):
            told.no_answer += 1
        except Refusal:  # of this one: the others are asked about all the same
            if order_id is not None:
                raise
            told.not_taken += 1
    return told


def _ask(provider: Provider, order_id: int, out_trade_no: str, told: Asked) -> None:
    answer = provider.query(out_trade_no)
    if answer.paid:
        with transaction() as session:
            _count(take_paid(session, provider.name, answer.paid, source="query"), told)
        return
    with transaction() as session:
        over = order(session, order_id).expires_at <= now()
    if answer.state is State.OPEN and over:
        provider.close(out_trade_no)
    if answer.state is State.CLOSED or over:
        with transaction() as session:
            close_order(session, order_id, by=None)
        told.closed += 1


def _count(taken: Taken, told: Asked) -> None:
    told.paid += not taken.again
    told.begun += taken.begun
