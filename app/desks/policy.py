"""The days within which each kind of work is done: dated data in `policy.toml`. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from app.workdays import working_days_after


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The rules from a day on: by kind, working days or days of the calendar.

    `promised`: working days from filing to the member's money.
    """

    starts_on: date
    promised: int
    working_days: Mapping[str, int]
    days: Mapping[str, int]

    @property
    def kinds(self) -> frozenset[str]:
        """What has a deadline here."""
        return frozenset({*self.working_days, *self.days})

    def due_on(self, kind: str, since: date) -> date:
        """The last day on which it is done in time."""
        if kind in self.days:
            return since + timedelta(days=self.days[kind])
        return working_days_after(since, self.working_days[kind])

    def late_before(self, kind: str, today: date) -> date:
        """What waits since before this day is late."""
        day = today
        while self.due_on(kind, day - timedelta(days=1)) >= today:
            day -= timedelta(days=1)
        return day


def deadlines_on(day: date) -> Deadlines:
    """What holds on that day; before the first rule, the first."""
    begun = [each for each in _all() if each.starts_on <= day]
    return begun[-1] if begun else _all()[0]


@cache
def _all() -> tuple[Deadlines, ...]:
    written = tomllib.loads(Path(__file__).with_name("policy.toml").read_text(encoding="utf-8"))
    rules = (
        Deadlines(rule["from"], rule["promised"], rule["working_days"], rule["days"])
        for rule in written["rule"]
    )
    return tuple(sorted(rules, key=lambda rule: rule.starts_on))
