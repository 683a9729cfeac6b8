"""Until when somebody may object and by when it is answered: dated data in `policy.toml`. Pure."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Times:
    """The rules from a day on, in days of the calendar."""

    starts_on: date
    object_days: int
    answer_days: int

    def object_by(self, decided_on: date) -> date:
        """The last day on which a member may object to a result of that day."""
        return decided_on + timedelta(days=self.object_days)

    def answer_by(self, objected_on: date) -> date:
        """The last day on which the answer is in time."""
        return objected_on + timedelta(days=self.answer_days)


def times_on(day: date) -> Times:
    """What holds for a result of that day; before the first rule, the first."""
    begun = [times for times in _all() if times.starts_on <= day]
    return begun[-1] if begun else _all()[0]


@cache
def _all() -> tuple[Times, ...]:
    written = tomllib.loads(Path(__file__).with_name("policy.toml").read_text(encoding="utf-8"))
    rules = (
        Times(rule["from"], rule["object_days"], rule["answer_days"]) for rule in written["rule"]
    )
    return tuple(sorted(rules, key=lambda rule: rule.starts_on))
