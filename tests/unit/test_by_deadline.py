"""Claims of all stages by deadline: page after page they are the whole list, however many fall due
on one day, and whatever rules they came under."""

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from app.reviews.by_deadline import Place, parts
from app.reviews.policy import Policy, due_on, policy_on
from app.reviews.stages import STAGES, Stage
from app.workdays import is_working_day

# About the holidays of October and the weekends before and after them.
FIRST, LAST = date(2026, 9, 17), date(2026, 10, 19)
DAY = timedelta(days=1)


class Came(NamedTuple):
    stage: Stage
    since_on: date
    claim_id: int


days = st.dates(FIRST, LAST)
# Three of the days so often that most of the list falls due on few.
busy = st.one_of(st.sampled_from([date(2026, 9, 25), date(2026, 9, 26), date(2026, 10, 5)]), days)
queues = st.lists(
    st.builds(Came, st.sampled_from(STAGES), busy, st.integers(1, 10**6)),
    max_size=60,
    unique_by=lambda came: came.claim_id,
)
terms = st.fixed_dictionaries({stage: st.integers(1, 12) for stage in STAGES})


@st.composite
def some_rules(draw: st.DrawFn) -> list[Policy]:
    """Up to three, each of other terms: a later one may give less time."""
    starts = sorted(draw(st.lists(days, max_size=2, unique=True)))
    known = policy_on(FIRST)
    return [replace(known, starts_on=x, days=draw(terms)) for x in (date(2019, 1, 1), *starts)]


def place(came: Came, rules: list[Policy]) -> Place:
    """The deadline counted day by day."""
    rule = [x for x in rules if x.starts_on <= came.since_on][-1]
    day, left = came.since_on, rule.days[came.stage]
    while left:
        day += DAY
        left -= is_working_day(day)
    return Place(day, came.since_on, came.claim_id)


def page(
    queue: list[Came], rules: list[Policy], behind: Place | None, before: date | None, size: int
) -> list[Place]:
    """As the database reads it: the first of each part by when they came, and then the first."""
    found = []
    for part in parts(STAGES, rules, behind=behind, due_before=before):
        of_part = (
            x
            for x in queue
            if x.stage is part.stage
            and (x.since_on, x.claim_id) > part.after
            and x.since_on < part.before
        )
        found += sorted(of_part, key=lambda x: (x.since_on, x.claim_id))[:size]
    return sorted(place(x, rules) for x in found)[:size]


@given(
    queue=queues,
    rules=some_rules(),
    size=st.integers(1, 7),
    before=st.none() | st.dates(FIRST, LAST + 20 * DAY),
)
def test_pages_are_the_list_and_no_claim_is_missed_or_doubled(
    queue: list[Came], rules: list[Policy], size: int, before: date | None
) -> None:
    shown: list[Place] = []
    while len(shown) <= len(queue):
        found = page(queue, rules, shown[-1] if shown else None, before, size)
        shown += found
        if len(found) < size:
            break
    all_of_it = sorted(place(x, rules) for x in queue)
    assert shown == [x for x in all_of_it if before is None or x.due_on < before]


@given(queue=queues, rules=some_rules(), day=busy, since=busy, number=st.integers(0, 10**6))
def test_a_list_goes_on_behind_any_place_whether_a_claim_stands_there_or_not(
    queue: list[Came], rules: list[Policy], day: date, since: date, number: int
) -> None:
    """Who acted on the claim of a key has moved it."""
    behind = Place(day + 8 * DAY, since, number)
    found = page(queue, rules, behind, None, len(queue) + 1)
    assert found == [x for x in sorted(place(x, rules) for x in queue) if x > behind]


def test_what_is_due_first_is_first_though_it_came_last() -> None:
    rules = [policy_on(FIRST)]
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)
    queue = [Came(Stage.APPROVE, friday, 1), Came(Stage.ACCEPT, monday, 2)]
    assert [x.claim_id for x in page(queue, rules, None, None, 2)] == [2, 1]
    assert due_on(Stage.ACCEPT, monday) == date(2026, 12, 2)
