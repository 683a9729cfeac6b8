"""Chart profiles: our accounts in the terms of somebody's accounting rules. Data, checked. Pure."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.errors import Refusal
from app.ledger.chart import Account

UNION: Final = "gonghui"
"""The family of profiles that applies where none is asked for."""


class NoSuchProfile(Refusal):
    """No profile has this name, or none of the family is in force on the day."""


class ProfileNotInForce(Refusal):
    """The profile's rules do not hold in all of the days asked for."""


@dataclass(frozen=True, slots=True)
class Target:
    """The account that one of ours is. `sub` may name {project} and {unit}."""

    number: str
    name: str
    sub: tuple[str, ...]
    assumption: str


@dataclass(frozen=True, slots=True)
class Source:
    """Which rules, where they stand, and what of it was seen there; by language but the title."""

    title: str
    says: dict[str, str]
    where: dict[str, str]
    verified: dict[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """`vouchers_for`: entries with a line on one of these become vouchers; None: all do."""

    id: str
    family: str
    name: dict[str, str]
    valid_from: date
    valid_to: date
    vouchers_for: frozenset[Account] | None
    accounts: dict[Account, Target]
    sources: tuple[Source, ...]

    def holds(self, first: date, last: date) -> bool:
        """Whether its rules hold from `first` to `last`."""
        return self.valid_from <= first and last <= self.valid_to


@cache
def profiles() -> dict[str, Profile]:
    """The profiles that come with the program, by name."""
    folder = Path(__file__).parent / "profiles"
    read = (profile_of(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml")))
    return {profile.id: profile for profile in read}


def profile_for(name: str | None, first: date, last: date) -> Profile:
    """The profile asked for, or the union's that holds then.

    Raises NoSuchProfile, ProfileNotInForce.
    """
    if name is None:
        held = [x for x in profiles().values() if x.family == UNION and x.holds(last, last)]
        found = held[0] if held else None
    else:
        found = profiles().get(name)
    if found is None:
        raise NoSuchProfile(profile=name or UNION, known=", ".join(profiles()))
    if not found.holds(first, last):
        raise ProfileNotInForce(
            profile=found.id,
            valid_from=found.valid_from.isoformat(),
            valid_to=found.valid_to.isoformat(),
        )
    return found


def profile_of(toml: str) -> Profile:
    """A profile as its file says it; every account of ours has a place in it, and no other."""
    written: dict[str, Any] = tomllib.loads(toml)
    asked = written["vouchers_for"]
    accounts = {
        Account(number): Target(x["number"], x["name"], tuple(x["sub"]), x.get("assumption", ""))
        for number, x in written["accounts"].items()
    }
    if left := set(Account) - accounts.keys():
        raise ValueError(f"{written['id']}: no place for {sorted(left)}")
    valid = written["valid"]
    return Profile(
        id=written["id"],
        family=written["family"],
        name=written["name"],
        valid_from=valid["from"],
        valid_to=valid.get("to", date.max),
        vouchers_for=None if asked == "all" else frozenset(map(Account, asked)),
        accounts=accounts,
        sources=tuple(Source(**x) for x in written["source"]),
    )
