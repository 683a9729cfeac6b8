"""Where an enquiry can stand, and what moves it: one table. Pure."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """`open` waits for an officer, `asked_back` for the asker."""

    OPEN = "open"
    ASKED_BACK = "asked_back"
    ANSWERED = "answered"


class Kind(StrEnum):
    """What a message is."""

    QUESTION = "question"
    ANSWER = "answer"
    ASK_BACK = "ask_back"


MOVES: Final = {
    (State.OPEN, Kind.QUESTION): State.OPEN,
    (State.OPEN, Kind.ANSWER): State.ANSWERED,
    (State.OPEN, Kind.ASK_BACK): State.ASKED_BACK,
    (State.ASKED_BACK, Kind.QUESTION): State.OPEN,
    (State.ASKED_BACK, Kind.ANSWER): State.ANSWERED,
    (State.ANSWERED, Kind.QUESTION): State.OPEN,
    (State.ANSWERED, Kind.ANSWER): State.ANSWERED,
}
"""Nobody asks back twice in a row, or about what was answered."""
