"""The stages of a review in one table, and whom each stage bars. Pure."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from app.errors import Refusal


class Stage(StrEnum):
    """Where a review stands; at the last two it has ended."""

    ACCEPT = "accept"
    FIRST = "first"
    SECOND = "second"
    APPROVE = "approve"
    GRANTED = "granted"
    REFUSED = "refused"


class Outcome(StrEnum):
    """What a reviewer says of it."""

    ON = "on"
    PAPERS = "papers"
    BACK = "back"
    REFUSE = "refuse"


class Back(StrEnum):
    """Why it goes back to the stage before."""

    FIGURES = "figures"
    PAPERS = "papers"
    SAME_BILL = "same_bill"
    COMPUTED = "computed"


STAGES: Final = (Stage.ACCEPT, Stage.FIRST, Stage.SECOND, Stage.APPROVE)

MOVES: Final[dict[tuple[Stage, Outcome], Stage]] = {
    (Stage.ACCEPT, Outcome.ON): Stage.FIRST,
    (Stage.FIRST, Outcome.ON): Stage.SECOND,
    (Stage.SECOND, Outcome.ON): Stage.APPROVE,
    (Stage.APPROVE, Outcome.ON): Stage.GRANTED,
    (Stage.FIRST, Outcome.BACK): Stage.ACCEPT,
    (Stage.SECOND, Outcome.BACK): Stage.FIRST,
    (Stage.APPROVE, Outcome.BACK): Stage.SECOND,
    **{(stage, Outcome.PAPERS): stage for stage in STAGES},
    **{(stage, Outcome.REFUSE): Stage.REFUSED for stage in STAGES},
}

_DESK: Final = {Stage.ACCEPT: 1, Stage.FIRST: 1, Stage.SECOND: 2, Stage.APPROVE: 3}
"""Stages of one desk may be one person's; of two desks never."""
_FIRST: Final = 1
"""Where papers are taken in: by whoever works there."""


class NoStageBefore(Refusal):
    """The review stands at its first stage: there is none to return to."""


def moved(at: Stage, outcome: Outcome, needs: Sequence[Stage]) -> Stage:
    """The stage after `outcome`, past those that are not needed. Raises NoStageBefore."""
    then = at
    while True:
        try:
            then = MOVES[then, outcome]
        except KeyError:
            raise NoStageBefore(stage=at.value) from None
        if then not in STAGES or then in needs:
            return then


class Step(NamedTuple):
    """One act of a review; `person`: which member the account is, if any."""

    stage: Stage
    outcome: Outcome
    by: int
    person: int | None


class Who(NamedTuple):
    """Who would act. `entered`: filed the claim; `brought`: its papers; by whatever account."""

    account: int
    person: int | None
    role: str
    entered: bool
    brought: bool = False


class Barred(StrEnum):
    """Why somebody may not act at a stage."""

    ROLE = "role"
    OWN = "own"
    ENTERED = "entered"
    OTHER_STAGE = "other_stage"


_PREPARER: Final = "operator"
"""A role that takes claims in, and decides about none (`app.accounts.prepares`)."""
_PREPARING: Final = frozenset({Outcome.ON, Outcome.PAPERS})


def barred(
    stage: Stage, outcome: Outcome, who: Who, member: int, steps: Iterable[Step]
) -> Barred | None:
    """Why this person may not do so at this stage; None where nothing speaks against it.

    `steps`: what was done about the claim's bill as it stands.
    """
    if who.person == member:
        return Barred.OWN
    prepares = who.role == _PREPARER and stage is Stage.ACCEPT and outcome in _PREPARING
    if who.role != "officer" and not prepares:
        return Barred.ROLE
    if (who.entered and stage is not Stage.ACCEPT) or (who.brought and _DESK[stage] != _FIRST):
        return Barred.ENTERED
    for step in steps:
        same = step.by == who.account or (who.person is not None and who.person == step.person)
        if same and step.outcome is Outcome.ON and _DESK[step.stage] != _DESK[stage]:
            return Barred.OTHER_STAGE
    return None
