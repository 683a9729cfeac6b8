"""What is kept of a reading: the figures, each with its cut-out of the photo. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from app.claims.tidy import tidy

MARKS: Final = "offered"
"""The form's field that names which figures it showed as read."""


@dataclass(frozen=True, slots=True)
class Found:
    """A figure read from a photo, as a form takes it.

    `cut`: the part of the photo, a JPEG in base64; `corners`: of the value, on the photo as it was
    `turned` (degrees, counter-clockwise) to be read; `score`: the recogniser's certainty, 0 to 1;
    `proofs`: what on the sheet proves it (`app.reading.figures`).
    """

    name: str
    text: str
    cut: str
    corners: tuple[tuple[float, float], ...]
    turned: int
    score: float
    proofs: tuple[str, ...]
    paper_id: int

    def is_what(self, typed: str) -> bool:
        """Whether a field says the same."""
        return tidy(self.name, typed) == self.text


@dataclass(frozen=True, slots=True)
class Reading:
    """What the photos of a claim's sheet say, by field; `waiting`: some are being read."""

    found: Mapping[str, Found] = field(default_factory=dict)
    waiting: bool = False


def together(found: Iterable[Found]) -> dict[str, Found]:
    """One figure a field: pages that say different things of one line say nothing of it, and
    nothing at all where both are proved: they are of two sheets."""
    one: dict[str, Found] = {}
    differ: set[str] = set()
    for each in found:
        first = one.setdefault(each.name, each)
        if first.text != each.text:
            differ.add(each.name)
            if first.proofs and each.proofs:
                return {}
    return {name: each for name, each in one.items() if name not in differ}


def to_offer(reading: Reading, typed: Mapping[str, str], answered: Iterable[str]) -> dict[str, str]:
    """What goes into empty fields: never where something was typed, nor where a person has seen
    what was read and made the field empty."""
    done = set(answered)
    return {
        name: each.text
        for name, each in reading.found.items()
        if name not in done and not typed.get(name, "").strip()
    }


def written(found: Iterable[Found]) -> str:
    """As JSON."""
    return json.dumps([asdict(each) for each in found], ensure_ascii=False)


def read_back(text: str) -> list[Found]:
    """From JSON."""
    return [
        Found(
            **each
            | {
                "corners": tuple((x, y) for x, y in each["corners"]),
                "proofs": tuple(each["proofs"]),
            }
        )
        for each in json.loads(text)
    ]
