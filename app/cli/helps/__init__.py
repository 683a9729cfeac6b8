"""What the commands' help says in Chinese, by the English that stands beside each of them.

A module a stage; headings of groups may say the Chinese word beside the English. Two modules may
not say the same text in two ways.
"""

import importlib
from typing import Final

_STAGES: Final = (
    "fund",
    "units",
    "enrolment",
    "year",
    "money_in",
    "online",
    "payments",
    "feeds",
    "recoveries",
    "reviews",
    "books",
    "notices",
    "enquiries",
    "simulation",
    "auditing",
    "inspection",
    "seals",
)


def _merged() -> dict[str, str]:
    merged: dict[str, str] = {}
    for stage in _STAGES:
        words: dict[str, str] = importlib.import_module(f"app.cli.helps.{stage}").HELP
        other = {text for text in merged.keys() & words.keys() if merged[text] != words[text]}
        if other:
            raise RuntimeError(f"said in two ways: {sorted(other)}")
        merged |= words
    return merged


HELP: Final = _merged()
