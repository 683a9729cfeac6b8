"""A list as a file: CSV as it comes, row by row, or a workbook of so many rows. Texts stay texts.

A cell that begins like a formula is one to a spreadsheet, and what it does is not ours to say: in
CSV such a cell gets an apostrophe, as spreadsheets write it; a workbook's are written as text.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from app.money import yuan


@dataclass(frozen=True, slots=True)
class Count:
    """A number that is no amount."""

    number: int


Cell = str | int | Count | date | None
"""A text, an amount in fen, a number, a day, or nothing."""
MOST_IN_WORKBOOK: Final = 20_000
"""What a request may make in about a second; a worker makes what is longer."""
MOST_IN_SHEET: Final = 1_000_000
"""A sheet has 1,048,576 lines."""
_TELL_EVERY: Final = 1_000
# Full-width ones too: some programs take them for the beginning of a formula.
_FORMULA: Final = (*"=+-@\uff1d\uff0b\uff0d\uff20", "\t", "\r")
_BOM: Final = "\ufeff"  # a spreadsheet takes the file for UTF-8
_WIDE: Final = 18


def csv_of(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file, a line at a time."""
    yield (_BOM + _line(head)).encode()
    for row in rows:
        yield _line([_plain(cell) for cell in row]).encode()


def workbook_of(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes | None:
    """The file; None where there are more rows than a request may make."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fits = _fill(book, head, rows, MOST_IN_WORKBOOK, lambda line: None)
    return out.getvalue() if fits else None


def write_workbook(
    path: Path,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    watch: Callable[[int], None],
) -> bool:
    """Write the file row by row, never whole in memory; False where it has more than a sheet may.

    `watch` is told how many rows are written.
    """
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    return _fill(book, head, rows, MOST_IN_SHEET, watch)


def _fill(
    book: xlsxwriter.Workbook,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    most: int,
    watch: Callable[[int], None],
) -> bool:
    strong, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(head) - 1, _WIDE)
    for place, name in enumerate(head):
        sheet.write_string(0, place, name, strong)
    for line, row in enumerate(rows, 1):
        if line > most:
            return False
        for place, cell in enumerate(row):
            _write(sheet, line, place, cell, money, day)
        if line % _TELL_EVERY == 0:
            watch(line)
    book.close()
    return True


def _write(sheet: Any, line: int, place: int, cell: Cell, money: Any, day: Any) -> None:
    """Numbers as numbers, days as days, texts as texts."""
    match cell:
        case Count(number):
            sheet.write_number(line, place, number)
        case int():
            sheet.write_number(line, place, Decimal(cell) / 100, money)
        case date():
            sheet.write_datetime(line, place, cell, day)
        case str():
            sheet.write_string(line, place, cell)


def _plain(cell: Cell) -> str:
    match cell:
        case Count(number):
            return str(number)
        case int():
            return yuan(cell)
        case date():
            return cell.isoformat()
    text = cell or ""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
