"""A copy of a table file with the reason written beside each refused row.

The reasons stand in one more column at the right, and its heading carries the summary: so lines
keep their numbers, the copy can be corrected and sent again, and a second copy replaces the
column of the first. A workbook's texts are written as text whatever they look like, and its
numbers stay numbers: an ID that was a number must not pass as text the next time. A formula is
written out as text in a refused row and as its last value in the others.

In CSV a cell that a spreadsheet program would take for a formula (it begins with = + - @) gets an
apostrophe in front; nothing else is changed.
"""

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import xlsxwriter

from app.files.cells import Cell, Formula, Kind, Row, Sheet

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_RED: Final = "#FFC7CE"
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME: Final = 31


@dataclass(frozen=True, slots=True)
class Marks:
    """What to write: the reason by line, under a heading that stands in `heading_line`."""

    by_line: Mapping[int, str]
    heading_line: int
    heading: str
    summary: str


def marked_copy(sheet: Sheet, kind: Kind, marks: Marks) -> bytes:
    """The sheet as a file of its own kind, with the marks in a last column."""
    rows = _without_old_marks(sheet.rows, marks)
    column = max((len(row) for row in rows), default=0)
    if kind == "csv":
        return _csv(rows, marks, column)
    return _xlsx(Sheet(sheet.name, rows), marks, column)


def _without_old_marks(rows: Sequence[Row], marks: Marks) -> Sequence[Row]:
    headings = rows[marks.heading_line - 1]
    old = len(headings) - 1
    last = headings[old]
    if isinstance(last, str) and last.startswith(marks.heading):
        return [row[:old] for row in rows]
    return rows


def _beside(line: int, marks: Marks) -> str:
    if line == marks.heading_line:
        return f"{marks.heading}({marks.summary})"
    return marks.by_line.get(line, "")


def _csv(rows: Sequence[Row], marks: Marks, column: int) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line, row in enumerate(rows, 1):
        cells = [_inert("" if cell is None else str(cell)) for cell in row]
        beside = _beside(line, marks)
        if beside:
            cells += [""] * (column - len(cells)) + [_inert(beside)]
        writer.writerow(cells)
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _xlsx(sheet: Sheet, marks: Marks, column: int) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "constant_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        pen = _Pen(book, sheet.name)
        for line, row in enumerate(sheet.rows, 1):
            refused = line in marks.by_line
            for place, cell in enumerate(row):
                pen.write(line, place, cell, refused=refused)
            pen.write(line, column, _beside(line, marks) or None, refused=refused)
    return out.getvalue()


class _Pen:
    """Writes cells of a worksheet, those of refused rows on red."""

    def __init__(self, book: xlsxwriter.Workbook, name: str) -> None:
        self._sheet = book.add_worksheet(_sheet_name(name))
        self._sheet.set_column(0, 0, 16)
        self._sheet.set_column(1, 30, 24)
        # By (is a date, is refused). Text format: what is typed over an ID stays text.
        self._formats = {
            (dated, red): book.add_format(
                {"num_format": "yyyy-mm-dd" if dated else "@"} | ({"bg_color": _RED} if red else {})
            )
            for dated in (False, True)
            for red in (False, True)
        }

    def write(self, line: int, column: int, cell: Cell, *, refused: bool) -> None:
        """Write one cell as what it is, a formula never as a formula."""
        if isinstance(cell, Formula):
            cell = cell.text if refused else cell.shown
        style = self._formats[isinstance(cell, date), refused]
        at = (line - 1, column)
        match cell:
            case None:
                if refused:
                    self._sheet.write_blank(*at, None, style)
            case str():
                self._sheet.write_string(*at, cell, style)
            case bool():
                self._sheet.write_boolean(*at, cell, style)
            case date():
                self._sheet.write_datetime(*at, cell, style)
            case float() if not math.isfinite(cell):
                self._sheet.write_string(*at, str(cell), style)
            case _:
                self._sheet.write_number(*at, cell, style)


def _sheet_name(name: str) -> str | None:
    """The name as far as a workbook takes it; a file made by hand may have any."""
    return _NOT_IN_NAMES.sub("", name)[:_LONGEST_NAME].strip("'") or None
