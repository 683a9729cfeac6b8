"""A roster's cells into people, faults and notes; every row is accounted for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.collector import nothing_collected
from app.errors import FileFault, RowFault
from app.files.cells import Book, Cell, Row, Sheet, column_of
from app.roster.clean import clean_accounts, clean_births, clean_certnos, clean_names
from app.roster.closing import has_anything, is_closing
from app.roster.columns import HEADING_LINES, Headings, find_headings
from app.roster.gig import COLUMNS, Gig, gig_of
from app.roster.merged import merged_lines
from app.roster.person import (
    Noter,
    Refused,
    RosterRow,
    check_birth,
    read_account,
    read_certno,
    read_name,
)

MAX_ROWS: Final = 100_000
_WHOLE_FILE: Final = 0
_TOLD_COLUMNS: Final = 12
_SEARCHED_SHEETS: Final = 50


class RosterHeadingsMissing(FileFault):
    """No visible sheet has a column of names and one of IDs (facts: lines, sheets)."""


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
    """What was read. `total` = len(rows) + len(faults).

    Blank lines are in none of them; nor are totals and signatures, each of which has a note.
    """

    sheet: Sheet
    heading_line: int
    total: int
    rows: list[RosterRow]
    faults: list[RowFault]
    notes: list[Note]
    last_heading_line: int
    reasons_column: int | None
    """The column of reasons that an earlier marked copy added."""
    refused_certnos: list[str]
    """The IDs of rows refused for something else: these people are in the file."""
    gig: dict[int, Gig]
    """What gig workers do, by line, where the sheet has a column that says it."""


def read_roster(book: Book, today: date) -> RosterSheet:
    """Read the first visible sheet that has the headings.

    Raises RosterHeadingsMissing, RosterTooLong, RosterEmpty and HeadingTwice.
    """
    searched = book.sheets[:_SEARCHED_SHEETS]
    found = [(sheet, headings) for sheet in searched if (headings := find_headings(sheet))]
    if not found:
        names = "、".join(sheet.name for sheet in searched[:_TOLD_COLUMNS] if sheet.name)
        raise RosterHeadingsMissing(lines=HEADING_LINES, sheets=names or "1")
    sheet, headings = found[0]
    notes = [Note(_WHOLE_FILE, "SheetHidden", {"sheet": name}) for name in book.hidden]
    notes += [Note(_WHOLE_FILE, "SheetNotRead", {"sheet": other.name}) for other, _ in found[1:]]
    if book.linked:
        notes.append(Note(_WHOLE_FILE, "WorkbookLinked"))
    if headings.others:
        told = "、".join(headings.others[:_TOLD_COLUMNS])
        notes.append(Note(_WHOLE_FILE, "ColumnsIgnored", {"columns": told}))
    reading = _Reading(sheet, headings, today, notes)
    reading.read()
    return RosterSheet(
        sheet,
        headings.line,
        len(reading.rows) + len(reading.faults),
        reading.rows,
        reading.faults,
        notes,
        headings.last_line,
        headings.reasons,
        reading.refused_certnos,
        gig_of(sheet.rows, headings.columns, [row.line for row in reading.rows]),
    )


class _Reading:
    """What has been read of a sheet so far."""

    def __init__(self, sheet: Sheet, headings: Headings, today: date, notes: list[Note]) -> None:
        self.rows: list[RosterRow] = []
        self.faults: list[RowFault] = []
        self.refused_certnos: list[str] = []
        self._sheet = sheet
        self._headings = headings
        # What only gig workers' lists have is read afterwards, and hinders no row.
        self._columns = {x: at for x, at in headings.columns.items() if x not in COLUMNS}
        self._today = today
        self._notes = notes
        self._first = headings.last_line
        """How many lines stand above the people."""

    def read(self) -> None:
        """Take every line below the headings in: clean ones at once, the others one by one."""
        names, certnos, accounts = map(self._column, ("name", "certno", "account"))
        clean = clean_names(names) & clean_certnos(certnos, self._today)
        if "account" in self._columns:
            clean &= clean_accounts(accounts)
        if "birth" in self._columns:
            clean &= clean_births(self._column("birth"), certnos)
        merged = merged_lines(self._sheet, self._columns)
        clean[[line - self._first - 1 for line in merged if line > self._first]] = False
        others, beyond = self._others(np.flatnonzero(~clean).tolist())
        people = int(clean.sum()) + len(others) + beyond
        if people > MAX_ROWS:
            raise RosterTooLong(limit=MAX_ROWS, rows=people)
        if not people:
            raise RosterEmpty
        read = {line: self._certno(line, row, line in merged) for line, row in others.items()}
        for line, (certno, _) in read.items():
            certnos[line - self._first - 1] = certno
        first_lines = self._first_lines(certnos, clean, read)
        self._take_clean(np.flatnonzero(clean), names, certnos, accounts, first_lines)
        for line, row in others.items():
            self._take(line, row, *read[line], first_lines)
        if others or first_lines:
            self.rows.sort()
            self.faults.sort(key=lambda fault: fault.line)
            self._notes.sort(key=lambda note: note.line)

    def _column(self, field: str) -> list[Cell]:
        column = self._columns.get(field)
        lines = len(self._sheet.rows) - self._first
        if column is None:
            return [None] * lines
        return column_of(self._sheet.rows, column)[self._first :]

    def _others(self, places: list[int]) -> tuple[dict[int, Row], int]:
        """Rows by line that have something in them and are to be read one by one.

        And how many there are beyond what a file may hold, which are not looked at.
        """
        rows = self._sheet.rows
        filled: dict[int, Row] = {}
        looked_at = 0
        for place in places:
            line = place + self._first + 1
            row = rows[line - 1]
            if not has_anything(row, self._headings.unread):
                continue
            looked_at += 1
            if looked_at > MAX_ROWS + 1:
                continue
            if is_closing(row, self._columns):
                self._notes.append(Note(line, "LineNoPerson"))
            else:
                filled[line] = row
        return filled, max(looked_at - MAX_ROWS - 1, 0)

    def _certno(
        self,
        line: int,
        row: Row,
        merged: bool,
    ) -> tuple[str | None, Refused | None]:
        """The ID of a row, or why there is none."""
        try:
            if merged:
                raise Refused("row", "CellsMerged")  # noqa: TRY301 - one place makes faults
            return read_certno(self._cell(row, "certno"), self._today, self._noter(line)), None
        except Refused as refused:
            return None, refused

    def _first_lines(
        self,
        certnos: list[Cell],
        clean: NDArray[np.bool_],
        read: dict[int, tuple[str | None, Refused | None]],
    ) -> dict[Cell, int]:
        """Where an ID stands first, if any stands twice: told even if that row is refused."""
        wanted = clean.copy()
        good = [line for line, (certno, _) in read.items() if certno is not None]
        wanted[[line - self._first - 1 for line in good]] = True
        places = np.flatnonzero(wanted).tolist()
        numbers = _at(certnos, places)
        if len(set(numbers)) == len(numbers):
            return {}
        lines = (place + self._first + 1 for place in reversed(places))
        return dict(zip(reversed(numbers), lines, strict=True))

    def _take_clean(
        self,
        found: NDArray[np.intp],
        names: list[Cell],
        certnos: list[Cell],
        accounts: list[Cell],
        first_lines: dict[Cell, int],
    ) -> None:
        above = self._first + 1
        lines: list[int] = (found + above).tolist()
        if first_lines:
            twice = [x for x in lines if first_lines[certnos[x - above]] != x]
            for line in twice:
                first = {"first_line": first_lines[certnos[line - above]]}
                self.faults.append(RowFault(line, "certno", "CertnoTwice", dict(first)))
            refused = set(twice)
            lines = [x for x in lines if x not in refused]
        places = range(len(names)) if len(lines) == len(names) else [x - above for x in lines]
        paid = _at(accounts, places)
        if "" in paid:
            paid = [account or None for account in paid]
        cells = zip(lines, _at(names, places), _at(certnos, places), paid, strict=True)
        with nothing_collected():
            # What the class itself does, without a call of Python's for each.
            self.rows.extend(map(tuple.__new__, repeat(RosterRow), cells))

    def _take(
        self,
        line: int,
        row: Row,
        certno: str | None,
        refused: Refused | None,
        first_lines: dict[Cell, int],
    ) -> None:
        """Take one more row in, as a person or as a fault."""
        try:
            if certno is None:
                raise refused or Refused("certno", "CertnoMissing")
            self.rows.append(self._person(line, row, certno, first_lines.get(certno, line)))
        except Refused as why:
            self.faults.append(RowFault(line, why.field, why.reason, why.facts))
            self.refused_certnos.extend([certno] if certno else [])

    def _person(self, line: int, row: Row, certno: str, first_line: int) -> RosterRow:
        note = self._noter(line)
        # The ID first: a number twice in the file is told also where its first row is refused.
        if first_line != line:
            raise Refused("certno", "CertnoTwice", first_line=first_line)
        check_birth(self._cell(row, "birth"), certno, note)
        name = read_name(self._cell(row, "name"), note)
        return RosterRow(line, name, certno, read_account(self._cell(row, "account"), note))

    def _noter(self, line: int) -> Noter:
        return lambda reason: self._notes.append(Note(line, reason))

    def _cell(self, row: Row, field: str) -> Cell:
        column = self._columns.get(field)
        return None if column is None or column >= len(row) else row[column]


def _at(cells: list[Cell], places: Sequence[int]) -> Sequence[Cell]:
    if len(places) == len(cells):
        return cells
    return [cells[place] for place in places]
