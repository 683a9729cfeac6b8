"""The records of a bank's answer as text cells, whichever kind of file it is."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Final, TypeAlias

from app.banking.template import NEEDED, Back
from app.errors import FileFault
from app.files.cells import Cell, Formula
from app.files.kind import kind_of
from app.files.rows import columns_of, rows_of
from app.files.text import TextUnreadable
from app.files.workbook import read_book

Record: TypeAlias = tuple[int, list[str]]

_HEADINGS: Final = 1
"""Records before the lines that are not headings: the one that names the batch."""


class ReturnNotText(FileFault):
    """A workbook where the bank's text is wanted."""


class ReturnNotWorkbook(FileFault):
    """Text where the bank's workbook is wanted."""


class ReturnRecordLength(FileFault):
    """A record of a file of fixed width is longer or shorter than its fields (facts: line)."""


def records_of(data: bytes, back: Back) -> list[Record]:
    """(line, cells) of each record with something in it. Raises the faults of files."""
    kind = kind_of(data)
    if kind == "xlsx" and back.kind != "xlsx":
        raise ReturnNotText
    if kind != "xlsx" and back.kind == "xlsx":
        raise ReturnNotWorkbook
    if back.kind == "xlsx":
        return list(_of_book(data))
    if back.kind == "fixed":
        return list(_of_widths(data, back))
    return list(rows_of(data))


def details_of(records: Sequence[Record], back: Back) -> list[tuple[int, dict[str, str]]]:
    """The lines between heading and trailer by our names. Raises ColumnMissing and ColumnTwice."""
    if back.kind == "fixed":
        names = [name for name, _ in back.detail]
        return [
            (line, dict(zip(names, cells, strict=True))) for line, cells in records[_HEADINGS:-1]
        ]
    heading_line, headings = records[_HEADINGS]
    needed = [back.columns[name] for name in NEEDED]
    places = columns_of(headings, heading_line, known=back.columns.values(), needed=needed)
    columns = {ours: places[theirs] for ours, theirs in back.columns.items() if theirs in places}
    return [
        (line, {name: cells[at] if at < len(cells) else "" for name, at in columns.items()})
        for line, cells in records[_HEADINGS + 1 : -1]
    ]


def _of_book(data: bytes) -> Iterable[Record]:
    sheets = read_book(data).sheets
    for line, row in enumerate(sheets[0].rows if sheets else (), 1):
        cells = [_text(cell) for cell in row]
        if any(cells):
            yield line, cells


def _text(cell: Cell) -> str:
    """A cell as it would stand in a CSV file. A formula stays one, so that it is refused."""
    if isinstance(cell, Formula):
        return f"={cell.text}"
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return cell.strip()
    written = Decimal(repr(cell)) if not isinstance(cell, bool) else Decimal(int(cell))
    return f"{written:f}".removesuffix(".0")


def _of_widths(data: bytes, back: Back) -> Iterable[Record]:
    rows = [
        (line, row) for line, row in enumerate(data.replace(b"\r\n", b"\n").split(b"\n"), 1) if row
    ]
    for at, (line, row) in enumerate(rows):
        is_last = at == len(rows) - 1 and row.startswith(back.trailer.encode())
        widths = back.header if not at else back.trailing if is_last else _detail(back)
        yield line, _cut(row, widths, line)


def _detail(back: Back) -> tuple[int, ...]:
    return tuple(width for _, width in back.detail)


def _cut(row: bytes, widths: Sequence[int], line: int) -> list[str]:
    ends = list(accumulate(widths))
    if len(row) != ends[-1]:
        raise ReturnRecordLength(line=line)
    try:
        return [
            row[end - width : end].decode("gb18030").strip()
            for end, width in zip(ends, widths, strict=True)
        ]
    except UnicodeDecodeError:
        raise TextUnreadable(line=line) from None
