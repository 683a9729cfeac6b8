"""From which amounts on a batch needs a third person: dated data in `policy.toml`. Pure."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from app.money import fen


@dataclass(frozen=True, slots=True)
class Limits:
    """Above either, three people: one prepares, one approves, one confirms.

    `card_confirmed`: no money goes to a card before its member has said that it is the own one.
    """

    starts_on: date
    total_over_fen: int
    line_over_fen: int
    card_confirmed: bool = False

    def wants_third(self, amounts_fen: Sequence[int]) -> bool:
        """Whether a batch of these payments needs a third person."""
        return sum(amounts_fen) > self.total_over_fen or max(amounts_fen) > self.line_over_fen


def limits_on(day: date) -> Limits:
    """What holds for a batch made on that day; before the first rule, the first."""
    begun = [limits for limits in _all() if limits.starts_on <= day]
    return begun[-1] if begun else _all()[0]


@cache
def _all() -> tuple[Limits, ...]:
    written = tomllib.loads(Path(__file__).with_name("policy.toml").read_text(encoding="utf-8"))
    rules = (
        Limits(
            rule["from"],
            fen(rule["total_over"]),
            fen(rule["line_over"]),
            card_confirmed=rule.get("card_confirmed", False),
        )
        for rule in written["rule"]
    )
    return tuple(sorted(rules, key=lambda rule: rule.starts_on))
