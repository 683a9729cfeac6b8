"""Lists in pages that begin after a key: the millionth page costs what the first does."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from flask import request

Row = TypeVar("Row")

USUAL: Final = 50
MOST: Final = 100
_MOST_KEY: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a page of a list begins, and how many rows it has."""

    after: int | None
    size: int


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page; `following` is the key the next one begins after."""

    rows: list[Row]
    following: int | None


def asked() -> Asked:
    """What the address asks for; nonsense is the usual, too much is the most."""
    size = _number(request.args.get("size"), 1) or USUAL
    return Asked(_number(request.args.get("after"), 0), min(size, MOST))


def number_asked(name: str) -> int:
    """A number that the address names; nonsense is 0."""
    return _number(request.args.get(name), 0) or 0


def _number(text: str | None, least: int) -> int | None:
    if text is None or not (text.isascii() and text.isdigit()):
        return None
    # Longer than any key: int() of a long text takes quadratic time.
    found = int(text) if len(text) <= len(str(_MOST_KEY)) else _MOST_KEY
    return min(found, _MOST_KEY) if found >= least else None
