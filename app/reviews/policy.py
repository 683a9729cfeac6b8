"""What a review needs, and by when: dated data in `policy.toml`. Pure."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from app.money import fen
from app.reviews.stages import STAGES, Stage
from app.workdays import working_days_after


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules from a day on. `papers`: the kinds that each care's claims must have."""

    starts_on: date
    second_from_fen: int
    days: dict[Stage, int]
    answer_days: int
    hold_minutes: int
    clean_below_fen: int
    papers: dict[str, tuple[str, ...]]

    def stages(self, amount_fen: int, *, typed: bool) -> tuple[Stage, ...]:
        """The stages a claim needs. A bill of the bureau's has no papers to be taken in."""
        left_out = set() if typed else {Stage.ACCEPT}
        if amount_fen < self.second_from_fen:
            left_out.add(Stage.SECOND)
        return tuple(stage for stage in STAGES if stage not in left_out)

    def due_on(self, stage: Stage, since_on: date) -> date:
        """The last day on which the stage is done in time."""
        return working_days_after(since_on, self.days[stage])

    def late_before(self, stage: Stage, today: date) -> date:
        """Claims that came before this day are late at the stage."""
        day = today
        while self.due_on(stage, day - timedelta(days=1)) >= today:
            day -= timedelta(days=1)
        return day


def policy_on(day: date) -> Policy:
    """What holds for a claim first looked at on that day; before the first rule, the first."""
    begun = [policy for policy in rules() if policy.starts_on <= day]
    return begun[-1] if begun else rules()[0]


def due_on(stage: Stage, since_on: date) -> date:
    """The last day of a stage in lists: by the rule of the day from which its days count."""
    return policy_on(since_on).due_on(stage, since_on)


@cache
def rules() -> tuple[Policy, ...]:
    """All there are, by the day from which each holds."""
    written = tomllib.loads(Path(__file__).with_name("policy.toml").read_text(encoding="utf-8"))
    read = (
        Policy(
            rule["from"],
            fen(rule["second_from"]),
            {Stage(name): days for name, days in rule["days"].items()},
            rule["answer_days"],
            rule["hold_minutes"],
            fen(rule["clean_below"]),
            {care: tuple(kinds) for care, kinds in rule["papers"].items()},
        )
        for rule in written["rule"]
    )
    return tuple(sorted(read, key=lambda policy: policy.starts_on))
