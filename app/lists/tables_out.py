"""A list as a file: CSV as it comes, or a workbook of so many rows. Texts stay texts.

A cell that begins like a formula is one to a spreadsheet, and what it does is not ours to say: in
CSV such a cell gets an apostrophe, as spreadsheets write it; a workbook's are written as text. Its
sheet has the list's name, and its columns are as wide as what stands in them.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import xlsxwriter

from app.files.sheet_names import sheet_names
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
_NARROWEST: Final = 6
_WIDEST: Final = 60
"""Of a column, in letters; a longer text goes on below."""
_MARGIN: Final = 2
_DAY: Final = len("2000-01-01")


def csv_of(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file, some lines at a time."""
    out = io.StringIO(_BOM, newline="")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    for line, row in enumerate(rows, 1):
        writer.writerow([_plain(cell) for cell in row])
        if line % _TELL_EVERY == 0:
            yield _taken(out)
    yield _taken(out)


def workbook_of(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes | None:
    """The file; None where there are more rows than a request may make. `name`: the sheet's."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fits = _fill(book, name, head, rows, MOST_IN_WORKBOOK, lambda line: None)
    return out.getvalue() if fits else None


def write_workbook(
    path: Path,
    name: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    watch: Callable[[int], None],
) -> bool:
    """Write the file row by row, never whole in memory; False where it has more than a sheet may.

    `name`: the sheet's. `watch` is told how many rows are written.
    """
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    return _fill(book, name, head, rows, MOST_IN_SHEET, watch)


def _fill(
    book: xlsxwriter.Workbook,
    name: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    most: int,
    watch: Callable[[int], None],
) -> bool:
    looks = _Looks.of(book)
    sheet = book.add_worksheet(*sheet_names([name]))
    sheet.freeze_panes(1, 0)
    widest = [_width(told) for told in head]
    for place, told in enumerate(head):
        sheet.write_string(0, place, told, looks.strong)
    for line, row in enumerate(rows, 1):
        if line > most:
            return False
        for place, cell in enumerate(row):
            widest[place] = max(widest[place], _write(sheet, line, place, cell, looks))
        if line % _TELL_EVERY == 0:
            watch(line)
    for place, width in enumerate(widest):
        sheet.set_column(place, place, min(max(width, _NARROWEST), _WIDEST) + _MARGIN)
    book.close()
    return True


class _Looks(NamedTuple):
    strong: Any
    plain: Any
    long: Any
    money: Any
    day: Any

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> "_Looks":
        top = {"valign": "top"}
        return cls(
            strong=book.add_format({"bold": True}),
            plain=book.add_format(top),
            long=book.add_format(top | {"text_wrap": True}),
            money=book.add_format(top | {"num_format": "#,##0.00"}),
            day=book.add_format(top | {"num_format": "yyyy-mm-dd"}),
        )


def _write(sheet: Any, line: int, place: int, cell: Cell, looks: _Looks) -> int:
    """Numbers as numbers, days as days, texts as texts; how wide it is, in letters."""
    match cell:
        case Count(number):
            sheet.write_number(line, place, number, looks.plain)
            return len(str(number))
        case int():
            sheet.write_number(line, place, Decimal(cell) / 100, looks.money)
            return len(f"{cell:,}") + 1
        case date():
            sheet.write_datetime(line, place, cell, looks.day)
            return _DAY
        case str():
            width = _width(cell)
            sheet.write_string(line, place, cell, looks.long if width > _WIDEST else looks.plain)
            return width
    return 0


def _width(told: str) -> int:
    """A Chinese letter is as wide as two."""
    return len(told) if told.isascii() else len(told.encode("gb18030", "replace"))


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


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()
