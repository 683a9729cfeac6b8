"""A roster's cells into people, faults and notes; every row is accounted for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.errors import FileFault, RowFault
from app.files.cells import Book, Cell, Merge, Row, Sheet
from app.roster.columns import HEADING_LINES, find_headings
from app.roster.person import (
    Refused,
    RosterRow,
    check_birth,
    read_account,
    read_certno,
    read_name,
)

MAX_ROWS: Final = 100_000
_WHOLE_FILE: Final = 0


class RosterHeadingsMissing(FileFault):
    """No visible sheet has a column of names and one of IDs (facts: lines)."""


class RosterTooLong(FileFault):
    """More people than one file may hold (facts: limit, rows)."""


class RosterEmpty(FileFault):
    """Headings and nobody below them."""


@dataclass(frozen=True, slots=True)
class Note:
    """Worth knowing, and no hindrance. `line` 0 is the file; `reason` is a key of `app.texts`."""

    line: int
    reason: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """What was read. `total` = len(rows) + len(faults); blank rows are in none of them."""

    sheet: Sheet
    heading_line: int
    total: int
    rows: list[RosterRow]
    faults: list[RowFault]
    notes: list[Note]


def read_roster(book: Book, today: date) -> RosterSheet:
    """Read the first visible sheet that has the headings.

    Raises RosterHeadingsMissing, RosterTooLong, RosterEmpty and ColumnTwice.
    """
    found = [(sheet, headings) for sheet in book.sheets if (headings := find_headings(sheet.rows))]
    if not found:
        raise RosterHeadingsMissing(lines=HEADING_LINES)
    sheet, (heading_line, columns) = found[0]
    notes = [Note(_WHOLE_FILE, "SheetHidden", {"sheet": name}) for name in book.hidden]
    notes += [Note(_WHOLE_FILE, "SheetNotRead", {"sheet": other.name}) for other, _ in found[1:]]
    read = _Reading(columns, today, notes)
    merged = _merged_lines(sheet, columns)
    first_line = _first_line(sheet, heading_line, columns)
    filled = [
        (line, row)
        for line, row in enumerate(sheet.rows[first_line - 1 :], first_line)
        if _filled(row, columns.get("index"))
    ]
    if len(filled) > MAX_ROWS:
        raise RosterTooLong(limit=MAX_ROWS, rows=len(filled))
    if not filled:
        raise RosterEmpty
    for line, row in filled:
        read.row(line, row, merged=line in merged)
    return RosterSheet(sheet, heading_line, len(filled), read.rows, read.faults, notes)


class _Reading:
    """What has been read of a sheet so far."""

    def __init__(self, columns: dict[str, int], today: date, notes: list[Note]) -> None:
        self.rows: list[RosterRow] = []
        self.faults: list[RowFault] = []
        self._columns = columns
        self._today = today
        self._notes = notes
        self._line_of: dict[str, int] = {}

    def row(self, line: int, row: Row, *, merged: bool) -> None:
        """Take one more row in, as a person or as a fault."""
        odd: list[str] = []
        try:
            if merged:
                raise Refused("row", "CellsMerged")  # noqa: TRY301 - one place makes faults
            self.rows.append(self._person(line, row, odd))
        except Refused as refused:
            self.faults.append(RowFault(line, refused.field, refused.reason, refused.facts))
        self._notes.extend(Note(line, reason) for reason in odd)

    def _person(self, line: int, row: Row, odd: list[str]) -> RosterRow:
        note = odd.append
        # The ID first: a number twice in the file is told also where its first row is refused.
        certno = read_certno(self._cell(row, "certno"), self._today, note)
        first_line = self._line_of.setdefault(certno, line)
        if first_line != line:
            raise Refused("certno", "CertnoTwice", first_line=first_line)
        check_birth(self._cell(row, "birth"), certno, note)
        name = read_name(self._cell(row, "name"), note)
        return RosterRow(line, name, certno, read_account(self._cell(row, "account"), note))

    def _cell(self, row: Row, field: str) -> Cell:
        column = self._columns.get(field)
        return None if column is None or column >= len(row) else row[column]


def _filled(row: Row, index: int | None) -> bool:
    """Whether a row has anything in it besides the number a form prints at its left."""
    return any(
        cell is not None and column != index and not (isinstance(cell, str) and not cell.strip())
        for column, cell in enumerate(row)
    )


def _touching(sheet: Sheet, columns: dict[str, int]) -> Iterator[Merge]:
    read = [column for field, column in columns.items() if field != "index"]
    for merge in sheet.merges:
        if any(merge.first_column <= column <= merge.last_column for column in read):
            yield merge


def _first_line(sheet: Sheet, heading_line: int, columns: dict[str, int]) -> int:
    """The line below the headings, which may be merged over several."""
    ends = (
        merge.last_line
        for merge in _touching(sheet, columns)
        if merge.first_line <= heading_line <= merge.last_line
    )
    return max(ends, default=heading_line) + 1


def _merged_lines(sheet: Sheet, columns: dict[str, int]) -> set[int]:
    """Lines with a cell joined to another: whose value it is, nobody can tell."""
    lines: set[int] = set()
    done_to = 0
    for merge in sorted(_touching(sheet, columns)):
        until = min(merge.last_line, len(sheet.rows))
        lines.update(range(max(merge.first_line, done_to + 1), until + 1))
        done_to = max(done_to, until)
    return lines
