"""How long a code holds, how much is too much, which papers count: `policy.toml`. Pure."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Policy:
    """`papers`: by key, in Chinese and in English."""

    papers: dict[str, tuple[str, str]]
    code_hours: int
    most_invitations: int
    most_helped: int


@cache
def policy() -> Policy:
    """The policy in force."""
    written = tomllib.loads(Path(__file__).with_name("policy.toml").read_text(encoding="utf-8"))
    return Policy(
        {each["key"]: (each["zh"], each["en"]) for each in written["papers"]},
        *(written[name] for name in Policy.__slots__[1:]),
    )
