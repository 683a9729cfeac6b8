"""Reading a scheme's fields strictly: each of the kind it must have, and none left over.

A misspelt figure must not be passed over, and `true` is not 1. Every fault of a scheme has a name.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

from app.errors import Refusal

T = TypeVar("T")


class SchemeFault(Refusal):
    """A scheme cannot be as it is written; `field` says where."""


class SchemeFieldWrong(SchemeFault):
    """A field is not written as it must be (facts: field, expected: how it is written)."""


class SchemeNotToml(SchemeFieldWrong):
    """The text does not follow the grammar of TOML, or is too long."""


class SchemeFieldMissing(SchemeFieldWrong):
    """A field is not there (facts: field, expected)."""


class SchemeFieldUnknown(SchemeFieldWrong):
    """There is no such field (facts: field, known: the fields that there are in its place)."""


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


def take(table: dict[str, Any], name: str, kind: type[T], at: str = "") -> T:
    """Take a field out of its table, which is `at` a dotted name."""
    here, expected = under(at, _WRITTEN.get(name, name)), written(name, kind)
    if name not in table:
        raise SchemeFieldMissing(field=here, expected=expected)
    found = table.pop(name)
    if type(found) is not kind:
        raise SchemeFieldWrong(field=here, expected=expected)
    return found


def take_or(table: dict[str, Any], name: str, kind: type[T], word: str, at: str = "") -> T | None:
    """The same, or None where the table has this word instead."""
    if table.get(name) == word:
        del table[name]
        return None
    return take(table, name, kind, at)


def take_each(table: dict[str, Any], name: str, kind: type[T], at: str = "") -> list[T]:
    """Take a list of things of one kind."""
    found = take(table, name, list, at)
    if any(type(item) is not kind for item in found):
        raise SchemeFieldWrong(field=under(at, name), expected=written(name, list))
    return found


def only(table: Iterable[str], at: str, known: Sequence[str]) -> None:
    """Refuse a field that is none of a table's, before any is missed: it may be misspelt."""
    for name in table:
        if name not in known:
            fields = ", ".join(_WRITTEN.get(x, x) for x in known)
            raise SchemeFieldUnknown(field=under(at, name), known=fields)


def under(at: str, name: str) -> str:
    """The dotted name of a field of the table `at`."""
    return f"{at}.{name}" if at else name


def written(name: str, kind: type[Any] = str) -> str:
    """How a field is written in a scheme's file, by an example or by all that it can be."""
    return _EXAMPLES.get(name) or _OF_KIND.get(kind, "")


_WRITTEN: Final = {"basis_points": "percent"}
"""Fields that have another name in the file."""
_DAY_OF_BILL: Final = '"admitted_on" / "discharged_on" / "settled_on"'
_EXAMPLES: Final = {
    "id": '"2027"',
    "from": "2027-01-01",
    "to": "2027-12-31",
    "pay_by": '"start" / 2027-01-31',
    "waiting_days": "30",
    "renewal_gap_days": "90",
    "filing_days": "90",
    "term_months": '12 / "calendar_year"',
    "cap_fen": '10_000_000 / "none"',
    "bands": "[{ over_fen = 0, percent = 50 }]",
    "basis_points": "50 / 62.5",
    "percent": "50 / 62.5",
    "deducts": '["hifp_pay", "hifob_pay", "hifmi_pay"]',
    "falls_on": _DAY_OF_BILL,
    "waits_by": _DAY_OF_BILL,
    "of": '["waiting_days"]',
    "covers_starting": "[covers_starting]",
    "contribution": "[contribution]",
    "benefit": "[benefit.inpatient]",
    "enrolment": "[enrolment]",
    "source": "[[source]]",
    "inpatient": "[benefit.inpatient]",
    "chronic": "[benefit.chronic]",
}
_OF_KIND: Final[dict[type[Any], str]] = {int: "2_500", bool: "true / false", str: '"…"'}
