"""The cells of a CSV file in which nothing is quoted, a column at a time. Pure.

Such a file is cut at its commas by one call, where a reader makes every row by itself: of a hundred
thousand rows that is half the time of reading. Whatever is not plain (a quotation mark, ends of
lines of the old Macintosh, rows of many lengths, a cell no reader takes) is left to the reader of
rows (`rows`), with which this one must agree: a test holds the two beside each other.
"""

from collections.abc import Sequence
from typing import Final

from app.files.cells import Cell, Table
from app.files.rows import LONGEST_CELL

_MOST_SHORT: Final = 1_000
"""Rows shorter than the others: headings and totals, above and below what is counted by them."""
_LEAST_PUT: Final = 10_000
"""Cells that may be put behind short rows in any file; a larger one may have as many as letters."""


def cut(text: str) -> Table | None:
    """The rows by line, cells stripped of blanks; None where the text is not plain.

    A line without anything on it is an empty row; those at the end are left out.
    """
    end = "\r\n" if "\r" in text else "\n"
    if '"' in text or (end == "\r\n" and not _ends_alike(text)):
        return None
    lines = text.split(end)
    commas = [line.count(",") for line in lines]
    width = max(commas) + 1
    short = [(at, width - 1 - count) for at, count in enumerate(commas) if count < width - 1]
    if len(short) > _MOST_SHORT or max(map(len, lines)) > LONGEST_CELL:
        return None
    if sum(lacking for _, lacking in short) > _LEAST_PUT + len(text):  # one very wide row
        return None
    for at, lacking in short:
        lines[at] += "," * lacking
    cells = ",".join(lines).split(",")
    columns: list[list[Cell]] = [[*map(str.strip, cells[at::width])] for at in range(width)]
    empty = _empty(columns)
    _take_out(columns, [*short, *((at, width) for at in empty)])
    length = len(lines)
    while length and length - 1 in empty:
        length -= 1
    return Table([column[:length] for column in columns], length)


def _ends_alike(text: str) -> bool:
    return text.count("\r\n") == text.count("\n") == text.count("\r")


def _empty(columns: Sequence[Sequence[Cell]]) -> set[int]:
    """The lines without anything on them."""
    first, *others = columns
    begin_empty = [at for at, cell in enumerate(first) if not cell]
    return {at for at in begin_empty if not any(column[at] for column in others)}


def _take_out(columns: Sequence[list[Cell]], lacking: Sequence[tuple[int, int]]) -> None:
    """What was put behind short rows, and rows of nothing."""
    for at, count in lacking:
        for column in columns[len(columns) - count :]:
            column[at] = None
