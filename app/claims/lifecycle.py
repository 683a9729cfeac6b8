"""The moves a claim can make, in one table.

Of a claim from the bureau's feed the people of its payment order are the review. What a person
typed from a settlement sheet is that person's word: it stands under review until officers have
taken it through all stages (`app.reviews`, the last by `Act.CONFIRM`) or the bureau's row has come;
so does a bill that may be the same as one that was typed, or whose invoice was used. A filing with
a slip is undone by a refund of it (`app.claims.undo`), which closes it by the rules. A
determination may come again at any time (a correction, a refund, a late cover), so every state
answers the determining acts; while money is at the bank they wait for its answer. Where the bank
contradicts itself, two people say that the money came back, or arrived after all.
"""

from enum import StrEnum
from typing import Final

from app.errors import Refusal


class State(StrEnum):
    """Where a claim stands."""

    FILED = "filed"
    REVIEW = "review"
    PAYABLE = "payable"
    CLOSED = "closed"
    HELD = "held"
    SENT = "sent"
    PAID = "paid"
    CARD_WANTED = "card_wanted"


class Act(StrEnum):
    """What can happen to it."""

    GRANT = "grant"
    REVIEW = "review"
    CLOSE = "close"
    HOLD = "hold"
    CONFIRM = "confirm"
    SEND = "send"
    PAY = "pay"
    BOUNCE = "bounce"
    SET_OFF = "set_off"
    COME_BACK = "come_back"
    ARRIVE = "arrive"


class Why(StrEnum):
    """Why a filing was undone; all but the first are an officer's reasons."""

    TAKEN_BACK = "taken_back"
    FIGURES = "figures"
    PAPERS = "papers"
    SAME_BILL = "same_bill"
    NOT_OWN = "not_own"
    INVOICE = "invoice"


OFFICERS_REASONS: Final = tuple(why for why in Why if why is not Why.TAKEN_BACK)


def _determined(state: State) -> dict[tuple[State, Act], State]:
    return {
        (state, Act.GRANT): State.PAYABLE,
        (state, Act.REVIEW): State.REVIEW,
        (state, Act.CLOSE): State.CLOSED,
        (state, Act.HOLD): State.HELD,
    }


MOVES: dict[tuple[State, Act], State] = {
    **_determined(State.FILED),
    **_determined(State.REVIEW),
    **_determined(State.PAYABLE),
    **_determined(State.CLOSED),
    **_determined(State.HELD),
    **_determined(State.PAID),
    **_determined(State.CARD_WANTED),
    (State.SENT, Act.GRANT): State.SENT,
    (State.SENT, Act.REVIEW): State.SENT,
    (State.SENT, Act.CLOSE): State.SENT,
    (State.SENT, Act.HOLD): State.SENT,
    (State.REVIEW, Act.CONFIRM): State.PAYABLE,
    (State.PAYABLE, Act.SEND): State.SENT,
    (State.CARD_WANTED, Act.SEND): State.SENT,
    (State.SENT, Act.PAY): State.PAID,
    (State.SENT, Act.BOUNCE): State.CARD_WANTED,
    # The whole of it was used for what the member owes: nothing is left for the bank.
    (State.PAYABLE, Act.SET_OFF): State.PAID,
    (State.CARD_WANTED, Act.SET_OFF): State.PAID,
    **{
        (state, act): then
        for state in (State.PAYABLE, State.CLOSED, State.HELD, State.PAID)
        for act, then in ((Act.COME_BACK, State.CARD_WANTED), (Act.ARRIVE, State.PAID))
    },
    (State.CARD_WANTED, Act.COME_BACK): State.CARD_WANTED,
    (State.CARD_WANTED, Act.ARRIVE): State.PAID,
}


class NoSuchMove(Refusal):
    """The claim does not stand where this act starts from."""


def moved(state: State, act: Act) -> State:
    """The state after `act`. Raises NoSuchMove."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise NoSuchMove(state=state.value, act=act.value) from None
