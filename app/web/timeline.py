"""A claim's way in stages: what happened, what is next and whose turn it is. Pure.

Stages stand in the order they were recorded. A stage shows its paper's day where it has one (the
bank's), else the day it was recorded; but a year that was entered afterwards has papers older than
their recording, and a day that would stand out of order is left off: it says nothing to a member.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from app.claims.lifecycle import State
from app.clock import CHINA

_AHEAD: Final[dict[str, tuple[str, ...]]] = {
    "filed": ("to_compute", "to_send", "to_pay"),
    "review": ("to_review", "to_send", "to_pay"),
    "payable": ("to_send", "to_pay"),
    "sent": ("to_pay",),
    "card_wanted": ("to_card", "to_send", "to_pay"),
    "held": ("to_decide",),
    "closed": ("nothing_due",),
    "paid": (),
}
"""What is still to come in each state; the first is what the claim waits for."""
_ASKED: Final = "asked"
_BAD: Final = frozenset({"bounced", "nothing_due"})
_BRING: Final = "to_bring"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened: recorded when, and the day on its paper where it has one."""

    what: str
    at: datetime
    paper_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage to show. `look`: done | bad | now | ahead; `on` is empty where no day is known."""

    what: str
    look: str
    on: date | None = None


def stages(marks: Iterable[Mark], state: State, *, wanted: bool = False) -> list[Stage]:
    """The stages of a claim that stands in `state`; `wanted`: papers are, from the member."""
    behind: list[Stage] = []
    latest = date.max
    in_order = sorted(marks, key=lambda mark: mark.at)
    asked = [mark.what for mark in in_order if mark.what == _ASKED]
    in_order = [mark for mark in in_order if mark.what != _ASKED]
    for mark in in_order[::-1]:
        on = mark.paper_on or mark.at.astimezone(CHINA).date()
        look = "bad" if mark.what in _BAD else "done"
        behind.append(Stage(mark.what, look, on if on <= latest else None))
        if mark.paper_on:
            latest = min(latest, mark.paper_on)
    coming = (*asked[-1:], *_AHEAD[state.value]) if state == State.SENT else _AHEAD[state.value]
    if wanted and state is State.REVIEW:
        coming = (_BRING, *coming)
    ahead = [
        Stage(what, "bad" if what in _BAD else "now" if first else "ahead")
        for first, what in zip((True, False, False), coming, strict=False)
    ]
    return behind[::-1] + ahead


def marks_of(
    filed_at: datetime,
    *,
    by_hand: bool,
    determined: Iterable[datetime],
    payments: Iterable["Attempt"],
    papers: Iterable[tuple[datetime, datetime | None]] = (),
) -> list[Mark]:
    """The marks of a claim's facts; `determined` and `payments` in any order.

    `papers`: when some were asked for, and when these came.
    """
    marks = [Mark("filed" if by_hand else "arrived", filed_at)]
    for again, at in enumerate(sorted(determined)):
        marks.append(Mark("computed_again" if again else "computed", at))
    for asked_at, came_at in papers:
        marks.append(Mark("papers_asked", asked_at))
        marks += [Mark("papers_came", came_at)] if came_at else []
    for payment in payments:
        marks.append(Mark("sent", payment.sent_at, payment.sent_on))
        if payment.answered_at:
            what = "paid" if payment.outcome == "paid" else "bounced"
            marks.append(Mark(what, payment.answered_at, payment.answered_on))
        elif payment.unknown:
            marks.append(Mark(_ASKED, payment.sent_at))
    return marks


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to pay: recorded and dated; the next three are empty without an answer.

    `unknown`: the bank said that it does not know; two people find out.
    """

    sent_at: datetime
    sent_on: date
    answered_at: datetime | None
    answered_on: date | None
    outcome: str | None
    unknown: bool = False
