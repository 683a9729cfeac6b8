"""What can be asked about, by when it is answered, how much one may ask: `policy.toml`. Pure."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from app.workdays import working_days_after


@dataclass(frozen=True, slots=True)
class Policy:
    """`categories`: by key, in Chinese and in English; days are working days."""

    categories: dict[str, tuple[str, str]]
    answer_within_days: int
    most_open: int
    most_texts_a_day: int
    longest_text: int

    def called(self, category: str, lang: str) -> str:
        """What people call a category; one that was dropped since by its key."""
        return self.categories.get(category, (category, category))[lang == "en"]


@cache
def policy() -> Policy:
    """The policy in force."""
    written = tomllib.loads(Path(__file__).with_name("policy.toml").read_text(encoding="utf-8"))
    return Policy(
        {each["key"]: (each["zh"], each["en"]) for each in written["category"]},
        *(written[name] for name in Policy.__slots__[1:]),
    )


def due_on(asked_on: date, days: int) -> date:
    """The last day to answer: so many working days after the day it was asked."""
    return working_days_after(asked_on, days)
