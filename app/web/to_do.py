"""What an officer does next: what waits of each kind in one sentence, until when, where it leads.

What is late comes first, then what is due first; what has no deadline comes last.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from flask import url_for
from flask_babel import gettext, ngettext

from app.web.read.units import Arrears
from app.web.read.waiting import Wait, Waiting
from app.web.work import KINDS, Kind

SHOWN: Final = 10
"""What is more is folded away: a list that is a wall is not read."""


class Todo(NamedTuple):
    """`urgent`: it is late, or money could go wrong. No place where nothing can be done here."""

    urgent: bool
    says: str
    place: str = ""
    since: date | None = None
    due: date | None = None
    late: int = 0


def to_do(waits: Waiting, arrears: Sequence[Arrears], *, whole: bool) -> list[Todo]:
    """All of it, the most urgent first."""
    found = [
        *_in_trouble(waits),
        *(_todo(KINDS[each.kind], each, whole=whole) for each in waits.all if each.kind in KINDS),
        *_owed(arrears),
    ]
    return sorted(found, key=lambda each: (not each.urgent, each.due or date.max))


def _todo(kind: Kind, wait: Wait, *, whole: bool) -> Todo:
    place = kind.place(wait)
    if wait.kind == "payable" and not whole:
        place = url_for("claims.in_state", state="payable")
    urgent = kind.first or wait.late > 0
    return Todo(urgent, kind.says(wait), place, wait.since, wait.due, wait.late)


def _in_trouble(waits: Waiting) -> Iterator[Todo]:
    if waits.of("trouble").num:
        says = gettext(
            "Some work could not be done. The server's log says why; it is tried again by itself."
        )
        yield Todo(True, says)


def _owed(arrears: Iterable[Arrears]) -> Iterator[Todo]:
    for owed in arrears:
        if owed.units:
            says = ngettext(
                "%(num)d unit has not paid for %(year)s in full",
                "%(num)d units have not paid for %(year)s in full",
                owed.units,
                year=owed.year,
            )
            paid = "nothing" if owed.nothing else "part"
            yield Todo(False, says, url_for("units.of_year", year=owed.year, paid=paid))
