"""The list of covers that `huzhu determine` reads: who is covered, from when to when. Pure.

Columns `certno, starts_on, ends_on, waits_until` (the first day that pays; empty: does not wait)
and optionally `cares` (separated by blanks; empty: all the scheme's). Both ends are included.
"""

from datetime import date
from typing import Final, NamedTuple

from app.benefits.care import CARES
from app.benefits.columns import ALL_CARES
from app.errors import RowFault
from app.files.rows import NoHeader, columns_of, rows_of
from app.files.times import day_of
from app.roster.identity import normalise_certno

_NEEDED: Final = ("certno", "starts_on", "ends_on", "waits_until")
_FIELDS: Final = (*_NEEDED, "cares")


class CoverRow(NamedTuple):
    """One cover. `cares`: a bit for each care, or ALL_CARES."""

    line: int
    certno: str
    starts_on: date
    ends_on: date
    waits_until: date | None
    cares: int


class RowWrong(ValueError):
    """A field of a row is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(field, reason)


def read_covers(content: bytes) -> tuple[list[CoverRow], list[RowFault]]:
    """The covers in the file's order, and what is wrong with it. Raises FileFault."""
    numbered = rows_of(content)
    header_line, names = next(numbered, (1, None))
    if names is None:
        raise NoHeader(line=header_line)
    columns = columns_of(names, header_line, known=_FIELDS, needed=_NEEDED)
    places = [columns.get(field, -1) for field in _FIELDS]
    rows: list[CoverRow] = []
    faults: list[RowFault] = []
    for line, cells in numbered:
        if len(cells) != len(names):
            facts: dict[str, object] = {"cells": len(cells), "columns": len(names)}
            faults.append(RowFault(line, names[min(len(cells), len(names) - 1)], "RowWidth", facts))
            continue
        cells.append("")
        try:
            rows.append(_row(line, [cells[place] for place in places]))
        except RowWrong as wrong:
            faults.append(RowFault(line, wrong.field, wrong.reason))
    return rows, faults + _overlaps(rows)


def _row(line: int, wanted: list[str]) -> CoverRow:
    certno, starts_on, ends_on, waits_until, cares = wanted
    normalised, _ = normalise_certno(certno)
    if not normalised:
        raise RowWrong("certno", "CertnoMissing")
    starts = _day("starts_on", starts_on)
    ends = _day("ends_on", ends_on)
    if ends < starts:
        raise RowWrong("ends_on", "CoverEndsBeforeStart")
    waits = _day("waits_until", waits_until) if waits_until else None
    return CoverRow(line, normalised, starts, ends, waits, _cares(cares))


def _day(field: str, text: str) -> date:
    if not text:
        raise RowWrong(field, "DateMissing")
    try:
        return day_of(text)
    except ValueError:
        raise RowWrong(field, "DateMalformed") from None


def _cares(text: str) -> int:
    bits = 0
    for care in text.split():
        if care not in CARES:
            raise RowWrong("cares", "CareUnknown")
        bits |= 1 << CARES.index(care)
    return bits or ALL_CARES


def _overlaps(rows: list[CoverRow]) -> list[RowFault]:
    """Each cover that begins before one of the same member has ended; told at the later line."""
    faults = []
    last: CoverRow | None = None
    for row in sorted(rows, key=lambda row: (row.certno, row.starts_on, row.ends_on)):
        if last is None or last.certno != row.certno:
            last = row
            continue
        if row.starts_on <= last.ends_on:
            first_line, line = sorted((last.line, row.line))
            faults.append(
                RowFault(line, "starts_on", "CoverRowsOverlap", {"first_line": first_line})
            )
        last = max(last, row, key=lambda row: row.ends_on)
    return faults
