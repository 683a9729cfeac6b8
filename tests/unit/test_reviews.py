"""The stages of a review, whom each bars, and the policy: cases an officer can read, and more."""

import tomllib
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reviews.clean import Looked, Unclean, unclean
from app.reviews.policy import policy_on
from app.reviews.stages import (
    MOVES,
    STAGES,
    NoStageBefore,
    Outcome,
    Stage,
    Step,
    Who,
    barred,
    moved,
)

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "reviews.toml").read_text(encoding="utf-8")
)["case"]
MEMBER = 7
PEOPLE = {
    "member": Who(1, MEMBER, "officer", entered=False),
    "clerk": Who(2, 12, "officer", entered=True),
    "clerk2": Who(3, 12, "officer", entered=True),
    "ann": Who(4, 14, "officer", entered=False),
    "ann2": Who(5, 14, "officer", entered=False),
    "ben": Who(6, None, "officer", entered=False),
    "cat": Who(7, None, "officer", entered=False),
    "operator": Who(8, None, "operator", entered=False),
    "auditor": Who(9, None, "auditor", entered=False),
}


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_cases(case: dict[str, Any]) -> None:
    needs = [Stage(x) for x in case.get("needs", STAGES)]
    at, steps, stopped = needs[0], [], None
    for act in case["acts"]:
        assert stopped is None, "only the last act is barred"
        name, stage, outcome = act.split(" ")
        who = PEOPLE[name]
        assert at is Stage(stage)
        stopped = barred(at, Outcome(outcome), who, MEMBER, steps)
        if stopped is None:
            steps.append(Step(at, Outcome(outcome), who.account, who.person))
            at = moved(at, Outcome(outcome), needs)
    assert stopped == case.get("barred")
    if stopped is None:
        assert at == case["stands"]


def test_the_table_is_whole() -> None:
    """Every stage knows every outcome, but that there is nothing before the first."""
    missing = set(product(STAGES, Outcome)) - MOVES.keys()
    assert missing == {(Stage.ACCEPT, Outcome.BACK)}
    for needs in ([Stage.FIRST, Stage.APPROVE], [Stage.ACCEPT, Stage.FIRST]):
        with pytest.raises(NoStageBefore):
            moved(needs[0], Outcome.BACK, needs)


@given(acts=st.lists(st.tuples(st.sampled_from([*PEOPLE]), st.sampled_from([*Outcome]))))
def test_whatever_people_try_three_persons_stand_behind_what_is_granted(
    acts: list[tuple[str, Outcome]],
) -> None:
    at, steps = Stage.ACCEPT, []
    for name, outcome in acts:
        who = PEOPLE[name]
        if at not in STAGES or barred(at, outcome, who, MEMBER, steps):
            continue
        try:
            then = moved(at, outcome, STAGES)
        except NoStageBefore:
            continue
        steps.append(Step(at, outcome, who.account, who.person))
        at = then
    if at is Stage.GRANTED:
        last = {step.stage: step for step in steps if step.outcome is Outcome.ON}
        people = [last[x].person or last[x].by for x in STAGES[1:]]
        assert len(set(people)) == len(people)
        assert MEMBER not in [step.person for step in last.values()]
        assert not {2, 3} & {last[x].by for x in STAGES[1:]}


@given(today=st.dates(date(2019, 1, 1), date(2035, 1, 1)), stage=st.sampled_from(STAGES))
def test_what_came_before_the_day_of_the_late_is_late(today: date, stage: Stage) -> None:
    policy = policy_on(today)
    day = policy.late_before(stage, today)
    assert policy.due_on(stage, day) >= today
    assert policy.due_on(stage, day - timedelta(days=1)) < today


def test_every_amount_needs_two_people_at_least() -> None:
    policy = policy_on(date(2024, 1, 1))
    assert policy.stages(1, typed=True) == STAGES
    for amount, typed in product((0, 10**9), (True, False)):
        assert {Stage.FIRST, Stage.APPROVE} <= set(policy.stages(amount, typed=typed))


SEEN = Looked(
    stage=Stage.APPROVE,
    typed=True,
    bureau_differs=False,
    odd=False,
    doubles=0,
    amount_fen=199_999,
    care="inpatient",
    papers={"settlement_sheet", "discharge_record", "invoice"},
    steps=[Step(Stage.ACCEPT, Outcome.ON, 1, None)],
)


@pytest.mark.parametrize(
    ("changed", "against"),
    [
        ({}, ()),
        ({"papers": None}, ()),
        ({"stage": Stage.SECOND}, (Unclean.STAGE,)),
        ({"typed": False}, (Unclean.BUREAU,)),
        ({"bureau_differs": True}, (Unclean.BUREAU,)),
        ({"odd": True}, (Unclean.ODD,)),
        ({"doubles": 1}, (Unclean.DOUBLE,)),
        ({"amount_fen": 200_000}, (Unclean.AMOUNT,)),
        ({"papers": {"invoice"}}, (Unclean.PAPERS,)),
        ({"papers": None, "steps": []}, (Unclean.PAPERS,)),
        ({"care": None}, (Unclean.PAPERS,)),
        (
            {"steps": [*SEEN.steps, Step(Stage.SECOND, Outcome.BACK, 2, None)]},
            (Unclean.RETURNED,),
        ),
        (
            {"steps": [*SEEN.steps, Step(Stage.ACCEPT, Outcome.PAPERS, 2, None)]},
            (Unclean.RETURNED,),
        ),
    ],
)
def test_clean_is_that_nothing_speaks_against_it(
    changed: dict[str, Any], against: tuple[Unclean, ...]
) -> None:
    assert unclean(SEEN._replace(**changed), policy_on(date(2024, 1, 1))) == against
