"""What waits for an officer, by kind: how much, since when, until when, how much of it is late.

Three questions for all of it: claims, what else the subtree's units and people wait for, and what
is the whole fund's. What somebody proposed waits for others alone, and is not counted for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.desks.policy import Deadlines, deadlines_on
from app.reviews.policy import policy_on
from app.reviews.stages import STAGES, Stage
from app.web.auth import SignedIn
from app.web.read import waits_of_claims as claims
from app.web.read.scope import Scope
from app.web.read.waits_of_claims import WAITING
from app.web.read.waits_of_office import OF_FUND, OF_UNITS

COUNTED: Final = 1_000
"""So many of a kind, the first of them, are looked at for how many are late."""
_CLAIMS: Final = {True: text(claims.OF_ALL), False: text(claims.OF_PART)}
"""By whether the scope is whole."""
_OF_UNITS: Final = text(OF_UNITS)
_OF_ALL: Final = text(f"{OF_UNITS} UNION ALL {OF_FUND}")


@dataclass(frozen=True, slots=True)
class Wait:
    """One kind of work; `year` where each benefit year is by itself. `late`: of the first ones."""

    kind: str
    num: int
    since: date | None
    due: date | None
    late: int
    year: int | None = None


_NONE: Final = Wait("", 0, None, None, 0)


class Waiting:
    """All that waits."""

    def __init__(self, waits: Iterable[Wait]) -> None:
        self.all = [each for each in waits if each.num]
        self._by_kind = {each.kind: each for each in self.all}

    def of(self, kind: str) -> Wait:
        """What waits of this kind; of one that nothing waits of, nothing."""
        return self._by_kind.get(kind, _NONE)

    @property
    def counts(self) -> dict[str, int]:
        """Claims by the state's name; nothing is 0."""
        return {state.value: self.of(state.value).num for state in WAITING}


def waiting(session: Session, scope: Scope, account: SignedIn, today: date) -> Waiting:
    """What waits in the scope for this officer. Work and unmatched bills are the whole fund's."""
    asked = asked_by(scope, account, today)
    rows = [*session.execute(_CLAIMS[scope.whole], asked)]
    rows += session.execute(_OF_ALL if scope.whole else _OF_UNITS, asked)
    rules = deadlines_on(today)
    return Waiting(_with_due(Wait(*row), rules) for row in rows)


def asked_by(scope: Scope, account: SignedIn, today: date) -> dict[str, Any]:
    """What the questions ask with: whose they are, and each kind's deadline."""
    rules = deadlines_on(today)
    reviews = policy_on(today)
    return {
        **scope.asked,
        **{f"late_{kind}": rules.late_before(kind, today) for kind in rules.kinds},
        "states": [state.value for state in WAITING],
        "before": [
            rules.late_before(state.value, today) if state.value in rules.kinds else None
            for state in WAITING
        ],
        "stages": [stage.value for stage in STAGES],
        "stages_before": [reviews.late_before(stage, today) for stage in STAGES],
        "most": COUNTED,
        "today": today,
        "me": account.id,
        "mine": account.member_id or 0,
    }


def _with_due(wait: Wait, rules: Deadlines) -> Wait:
    """With the day on which the oldest of it is due, where that is not written in its row."""
    if wait.since is None or wait.due is not None:
        return wait
    if wait.kind in set(STAGES):
        due = policy_on(wait.since).due_on(Stage(wait.kind), wait.since)
    elif wait.kind in rules.kinds:
        due = rules.due_on(wait.kind, wait.since)
    else:
        return wait
    return Wait(wait.kind, wait.num, wait.since, due, wait.late, wait.year)
