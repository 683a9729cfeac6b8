"""From which amounts on a batch needs a third person: dated data in `policy.toml`. Pure."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
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

    def stricter(self, other: "Limits") -> "Limits":
        """What wants a third person by the one or by the other."""
        return replace(
            self,
            total_over_fen=min(self.total_over_fen, other.total_over_fen),
            line_over_fen=min(self.line_over_fen, other.line_over_fen),
        )

    def wants_third(self, amounts_fen: Sequence[int]) -> bool:
        """Whether a batch of these payments needs a third person."""
        return sum(amounts_fen) > self.total_over_fen or max(amounts_fen) > self.line_over_fen


def limits_on(day: date) -> Limits:
    """What holds for a batch made on that day; before the first rule, the first."""
    begun = [limits for limits in rules() if limits.starts_on <= day]
    return begun[-1] if begun else rules()[0]


def limits_for(made_on: date, today: date) -> Limits:
    """What holds for a batch that is dated `made_on`: somebody types that day, and an earlier one
    brings no looser rule back."""
    return limits_on(made_on).stricter(limits_on(today))


@cache
def rules() -> tuple[Limits, ...]:
    """All of them, the earliest first."""
    written = tomllib.loads(Path(__file__).with_name("policy.toml").read_text(encoding="utf-8"))
    read = (
        Limits(
            rule["from"],
            fen(rule["total_over"]),
            fen(rule["line_over"]),
            card_confirmed=rule.get("card_confirmed", False),
        )
        for rule in written["rule"]
    )
    return tuple(sorted(read, key=lambda rule: rule.starts_on))
