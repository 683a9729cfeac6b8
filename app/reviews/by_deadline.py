"""What is due first, over all stages: several lists in which what came first is due first. Pure.

No deadline is stored. A stage's days count from the day the claim came, by the rule of that day:
within one stage and one rule nothing that came later is due earlier, and an index gives that order.
Over stages and rules a list takes the first ones of each such part, and of those what is due first;
its next page begins in every part behind the last claim that was shown.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from app.reviews.policy import Policy
from app.reviews.stages import Stage

_DAY: Final = timedelta(days=1)


class Place(NamedTuple):
    """Where a claim stands in the list: it goes by this, and no two are the same."""

    due_on: date
    since_on: date
    claim_id: int


class Part(NamedTuple):
    """Of one stage, by (day it came, number): all behind `after` that came before a day."""

    stage: Stage
    after: tuple[date, int]
    before: date


def parts(
    stages: Sequence[Stage],
    rules: Sequence[Policy],
    *,
    behind: Place | None = None,
    due_before: date | None = None,
) -> Iterator[Part]:
    """What of each stage and rule comes `behind` a place and is due before a day.

    `rules`: by the day from which each holds; the first holds before that, too.
    """
    begins = [date.min, *(rule.starts_on for rule in rules[1:])]
    for stage in stages:
        for rule, first, end in zip(rules, begins, (*begins[1:], date.max), strict=True):
            before = min(end, rule.late_before(stage, due_before)) if due_before else end
            after = max((first, 0), _behind(rule, stage, behind)) if behind else (first, 0)
            if after[0] < before:
                yield Part(stage, after, before)


def _behind(rule: Policy, stage: Stage, place: Place) -> tuple[date, int]:
    """Behind which day and number those come that stand behind the place.

    Some days fall due together, as those of a weekend do: only of these does the place's own day
    and number say how many have been shown.
    """
    together, later = (rule.late_before(stage, x) for x in (place.due_on, place.due_on + _DAY))
    return min(max((together, 0), (place.since_on, place.claim_id)), (later, 0))
