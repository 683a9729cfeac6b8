"""Write the rows of a sheet as a workbook of its own, those of refused rows on red.

Texts are written as text whatever they look like, and numbers stay numbers. A formula is written
out as text in a refused row and as its last value in the others.
"""

import io
import math
import re
from collections.abc import Container, Mapping, Sequence
from datetime import date
from typing import Final

import xlsxwriter

from app.files.cells import Cell, Formula, Row

_RED: Final = "#FFC7CE"
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME: Final = 31


def rewritten(
    name: str,
    rows: Sequence[Row],
    beside: Mapping[int, str],
    column: int,
    refused: Container[int],
) -> bytes:
    """A workbook of one sheet, with what is said `beside` a line in one more column."""
    out = io.BytesIO()
    options = {"in_memory": True, "constant_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        pen = _Pen(book, name)
        for line, row in enumerate(rows, 1):
            red = line in refused
            for place, cell in enumerate(row):
                pen.write(line, place, cell, refused=red)
            pen.write(line, column, beside.get(line), refused=red)
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
