"""A provider that moves no money, for the demonstration city alone: its page has a button "pay"."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.accounts.demo import is_demonstration
from app.clock import now
from app.online.order import NoSuchOnlineOrder, order, wanted
from app.online.provider import Answer, NoticeNotGenuine, Paid, State, Wanted
from app.online.take import Taken, take_paid

NAME: Final = "simulated"


class Simulated:
    """Knows every order and nothing of any payment: those come by the button (`pay`)."""

    name = NAME

    def create(self, wanted: Wanted) -> str:
        return f"simulated:{wanted.out_trade_no}"

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Paid | None:
        raise NoticeNotGenuine(why="simulated")

    def query(self, out_trade_no: str) -> Answer:
        return Answer(State.OPEN)

    def close(self, out_trade_no: str) -> None:
        """Nobody else knows of it."""


def pay(session: Session, order_id: int) -> Taken:
    """As if the payer had paid. Raises NoSuchOnlineOrder where this is no demonstration's order."""
    found = order(session, order_id)
    if found.provider != NAME or not is_demonstration(session):
        raise NoSuchOnlineOrder(order=order_id)
    asked = wanted(session, order_id)
    paid = Paid(f"SIM{asked.out_trade_no}", asked.out_trade_no, asked.amount_fen, now())
    return take_paid(session, NAME, paid, source="simulated")
