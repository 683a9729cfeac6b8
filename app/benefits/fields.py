"""Reading a scheme's fields strictly: each of the kind it must have, and none left over.

A misspelt figure must not be passed over, and `true` is not 1. Every fault of a scheme has a name.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from app.errors import Refusal

T = TypeVar("T")


class SchemeFault(Refusal):
    """A scheme cannot be as it is written; `field` says where."""


class SchemeFieldWrong(SchemeFault):
    """A field is missing, unknown, or of the wrong kind."""


class SchemeDatesReversed(SchemeFault):
    """The last day lies before the first."""


class BandsHaveHole(SchemeFault):
    """The bands do not begin at 0: what is paid below them is not said."""


class BandsOverlap(SchemeFault):
    """A band does not begin above the one before it: one yuan would lie in two bands."""


class PercentOutOfRange(SchemeFault):
    """A percentage is below 0, above 100, or finer than a hundredth of a percent."""


class CapOutOfRange(SchemeFault):
    """A cap is negative or larger than any amount."""


class ContributionPartsWrong(SchemeFault):
    """The parts of the contribution are negative or do not add up to it."""


class FigureWithoutSource(SchemeFault):
    """No source says where a figure comes from."""


class SourceOfNothing(SchemeFault):
    """A source speaks of a figure the scheme does not have, or says nothing."""


def take(table: dict[str, Any], name: str, kind: type[T]) -> T:
    """Take a field out of its table."""
    found = table.pop(name, None)
    if type(found) is not kind:
        raise SchemeFieldWrong(field=name)
    return found


def take_or(table: dict[str, Any], name: str, kind: type[T], word: str) -> T | None:
    """The same, or None where the table has this word instead."""
    if table.get(name) == word:
        del table[name]
        return None
    return take(table, name, kind)


def take_each(table: dict[str, Any], name: str, kind: type[T]) -> list[T]:
    """Take a list of things of one kind."""
    found = take(table, name, list)
    if any(type(item) is not kind for item in found):
        raise SchemeFieldWrong(field=name)
    return found


def nothing_left(*tables: Iterable[str]) -> None:
    """Refuse what nobody took."""
    for table in tables:
        for name in table:
            raise SchemeFieldWrong(field=name)
