"""A claim's way: in the order it was recorded, with days that stand in order, and what is next."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.claims.lifecycle import State
from app.web.timeline import Attempt, Mark, marks_of, stages
from app.web.way import NEXT, STAGES

MORNING = datetime(2024, 5, 6, 1, tzinfo=UTC)


def later(**more: int) -> datetime:
    return MORNING + timedelta(**more)


def attempt(outcome: str | None, sent: int, answered: int = 0) -> Attempt:
    if outcome is None:
        return Attempt(later(days=sent), later(days=sent).date(), None, None, None)
    answered_at = later(days=answered)
    return Attempt(
        later(days=sent), later(days=sent).date(), answered_at, answered_at.date(), outcome
    )


def told(marks: list[Mark], state: State) -> list[tuple[str, str]]:
    return [(stage.what, stage.look) for stage in stages(marks, state)]


def test_a_claim_that_was_paid_after_another_card() -> None:
    marks = marks_of(
        MORNING,
        by_hand=False,
        determined=[later(seconds=1)],
        payments=[attempt("paid", 9, 10), attempt("failed", 2, 3)],
    )
    assert told(marks, State.PAID) == [
        ("arrived", "done"),
        ("computed", "done"),
        ("sent", "done"),
        ("bounced", "bad"),
        ("sent", "done"),
        ("paid", "done"),
    ]
    assert [stage.on for stage in stages(marks, State.PAID)][2:] == [
        date(2024, 5, 8),
        date(2024, 5, 9),
        date(2024, 5, 15),
        date(2024, 5, 16),
    ]


def test_what_is_next_is_marked_and_the_rest_lies_ahead() -> None:
    filed = marks_of(MORNING, by_hand=True, determined=[], payments=[])
    assert told(filed, State.FILED) == [
        ("filed", "done"),
        ("to_compute", "now"),
        ("to_send", "ahead"),
        ("to_pay", "ahead"),
    ]
    computed = marks_of(MORNING, by_hand=True, determined=[later(seconds=2)], payments=[])
    assert told(computed, State.REVIEW)[2] == ("to_review", "now")
    assert told(computed, State.CLOSED)[2:] == [("nothing_due", "bad")]
    bounced = marks_of(
        MORNING, by_hand=True, determined=[later(hours=1)], payments=[attempt("failed", 2, 3)]
    )
    assert told(bounced, State.CARD_WANTED)[4:] == [
        ("to_card", "now"),
        ("to_send", "ahead"),
        ("to_pay", "ahead"),
    ]


def test_what_happened_at_one_moment_stands_in_its_order() -> None:
    marks = marks_of(MORNING, by_hand=False, determined=[MORNING, MORNING], payments=[])
    assert [what for what, _ in told(marks, State.PAYABLE)][:3] == [
        "arrived",
        "computed",
        "computed_again",
    ]


def test_a_year_entered_afterwards_shows_no_day_out_of_order() -> None:
    """Papers of 2021 recorded in 2024: the recording's day would stand before the payment's."""
    paid = Attempt(later(hours=2), date(2021, 10, 1), later(hours=3), date(2021, 10, 2), "paid")
    marks = marks_of(MORNING, by_hand=False, determined=[later(hours=1)], payments=[paid])
    assert [stage.on for stage in stages(marks, State.PAID)] == [
        None,
        None,
        date(2021, 10, 1),
        date(2021, 10, 2),
    ]


def test_days_are_the_funds_days() -> None:
    late = datetime(2024, 5, 5, 17, tzinfo=UTC)  # the sixth, in China
    [arrived, *_] = stages([Mark("arrived", late)], State.FILED)
    assert arrived.on == date(2024, 5, 6)


@pytest.mark.parametrize("state", State)
def test_every_state_says_what_is_next(state: State) -> None:
    assert NEXT[state.value].does
    assert {stage.what for stage in stages([Mark("arrived", MORNING)], state)} <= STAGES.keys()


def test_while_the_bank_is_asked_the_way_says_so() -> None:
    sent = replace(attempt(None, 2), unknown=True)
    known = {"by_hand": False, "determined": [later(seconds=1)]}
    marks = marks_of(MORNING, **known, payments=[sent])
    assert told(marks, State.SENT)[2:] == [("sent", "done"), ("asked", "now"), ("to_pay", "ahead")]
    # Once it is paid nobody asks any more, and another attempt is not asked about.
    assert ("asked", "now") not in told(marks, State.PAID)
    answered = replace(attempt("paid", 2, 3), unknown=True)
    marks = marks_of(MORNING, **known, payments=[answered])
    assert told(marks, State.PAID)[2:] == [("sent", "done"), ("paid", "done")]
    assert "asked" in STAGES
