"""The moves a claim can make, in one table.

Until people review claims in the system, the second officer's approval of a payment batch is the
review. A determination may come again at any time (a correction, a refund, a late cover), so every
state answers the determining acts; while money is at the bank they wait for its answer.
"""

from enum import StrEnum

from app.errors import Refusal


class State(StrEnum):
    """Where a claim stands."""

    FILED = "filed"
    PAYABLE = "payable"
    CLOSED = "closed"
    HELD = "held"
    SENT = "sent"
    PAID = "paid"
    CARD_WANTED = "card_wanted"


class Act(StrEnum):
    """What can happen to it."""

    GRANT = "grant"
    CLOSE = "close"
    HOLD = "hold"
    SEND = "send"
    PAY = "pay"
    BOUNCE = "bounce"


def _determined(state: State) -> dict[tuple[State, Act], State]:
    return {
        (state, Act.GRANT): State.PAYABLE,
        (state, Act.CLOSE): State.CLOSED,
        (state, Act.HOLD): State.HELD,
    }


MOVES: dict[tuple[State, Act], State] = {
    **_determined(State.FILED),
    **_determined(State.PAYABLE),
    **_determined(State.CLOSED),
    **_determined(State.HELD),
    **_determined(State.PAID),
    **_determined(State.CARD_WANTED),
    (State.SENT, Act.GRANT): State.SENT,
    (State.SENT, Act.CLOSE): State.SENT,
    (State.SENT, Act.HOLD): State.SENT,
    (State.PAYABLE, Act.SEND): State.SENT,
    (State.CARD_WANTED, Act.SEND): State.SENT,
    (State.SENT, Act.PAY): State.PAID,
    (State.SENT, Act.BOUNCE): State.CARD_WANTED,
}


class NoSuchMove(Refusal):
    """The claim does not stand where this act starts from."""


def moved(state: State, act: Act) -> State:
    """The state after `act`. Raises NoSuchMove."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise NoSuchMove(state=state.value, act=act.value) from None
