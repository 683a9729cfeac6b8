"""Read a table file somebody sent: a workbook in a child under limits, text here.

`python-calamine` reads 100,000 rows nine times faster than openpyxl, but a file of a few
kilobytes can make any reader take all memory. So a workbook is looked over first (`preflight`)
and then read by a process of its own with limits on memory, processor time and the clock
(`limited`). Whatever happens to that process is a fault of the file, never of the server.
"""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Final

from app.errors import FileFault
from app.files import faults
from app.files.cells import Book, Cell, Formula, Merge, Row, Sheet
from app.files.faults import WorkbookBroken, WorkbookTooBig
from app.files.kind import kind_of
from app.files.rows import NotRows, rows_of

WALL_SECONDS: Final = 20
_ROOT: Final = Path(__file__).resolve().parents[2]


def read_book(data: bytes) -> Book:
    """The visible sheets of an .xlsx or CSV file, told apart by what is inside."""
    if kind_of(data) == "csv":
        return Book("csv", (Sheet("", _csv_rows(data)),))
    return _book(_child_answer(data))


def _csv_rows(data: bytes) -> list[Row]:
    """The rows by line, so that a copy of the file keeps its empty lines."""
    rows: list[Row] = []
    for line, cells in rows_of(data):
        # A stray quotation mark swallows the rows after it; this is what it looks like.
        if any("\n" in cell and "," in cell for cell in cells):
            raise NotRows(line=line)
        rows.extend([()] * (line - 1 - len(rows)))
        rows.append(cells)
    return rows


def _child_answer(data: bytes) -> bytes:
    # -P: the child imports from the project and its environment, not from where it stands.
    command = [sys.executable, "-P", "-s", "-m", "app.files.limited"]
    try:
        child = subprocess.run(  # noqa: S603 - nothing in the command comes from outside
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            check=False,
            env={"PYTHONPATH": str(_ROOT)},
            cwd="/",
        )
    except subprocess.TimeoutExpired as slow:
        raise WorkbookTooBig from slow
    if child.returncode < 0:
        raise WorkbookTooBig  # killed by one of its limits
    if child.returncode:
        raise WorkbookBroken
    return child.stdout


def _book(answer: bytes) -> Book:
    sheets: list[Sheet] = []
    hidden: list[str] = []
    rows: list[Row] = []
    for text in answer.splitlines():
        match json.loads(text, object_hook=_cell):
            case ["row", list(cells)]:
                rows.append(cells)
            case ["sheet", str(name), list(merges)]:
                rows = []
                joined = tuple(
                    Merge(top + 1, low + 1, left, right) for top, left, low, right in merges
                )
                sheets.append(Sheet(name, rows, joined))
            case ["hidden", str(name)]:
                hidden.append(name)
            case ["fault", str(name), dict(facts)]:
                raise _fault(name, facts)
    return Book("xlsx", tuple(sheets), tuple(hidden))


def _fault(name: str, facts: dict[str, object]) -> FileFault:
    kind: type[FileFault] = getattr(faults, name)
    return kind(**facts)


def _cell(coded: dict[str, object]) -> Cell | dict[str, object]:
    match coded:
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case {"formula": str(text), "shown": shown}:
            return Formula(text, shown)  # type: ignore[arg-type]
        case _:
            return coded
