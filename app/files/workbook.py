"""Read a table file somebody sent: plain workbooks and text here, other workbooks in a child.

A file of a few kilobytes can make any reader of workbooks take all memory. So a workbook is looked
over first (`preflight`). Where it is plain, as nearly all rosters are, it is scanned here, which
takes memory in proportion to bytes that were counted before (`plain`). Anything else is read by a
process of its own with limits on memory, processor time and the clock (`limited`). Whatever
happens to that process is a fault of the file, never of the server.
"""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from app.errors import FileFault
from app.files import faults
from app.files.cells import Book, Cell, Formula, Merge, Row, Sheet
from app.files.faults import WorkbookBroken, WorkbookTooBig
from app.files.kind import kind_of
from app.files.plain import Progress, plain_book
from app.files.preflight import CPU_SECONDS, MAX_CELLS, open_archive
from app.files.rows import NotRows, rows_of
from app.files.scan import NotPlain
from app.files.text import text_of
from app.files.unquoted import cut

WALL_SECONDS: Final = 15
"""Of the child: it ends one that is stuck. What works hard ends by its processor time, much sooner;
that an honest file is read on a busy machine, too, is worth the wait."""
MAX_LINES: Final = 2_100_000
"""Line ends of a CSV file, where a line may end with two characters: as many as a sheet has."""
_MOST_CSV_ROWS: Final = 500_000
"""With something in them; a fifth of them may be people."""
_LINKS: Final = "xl/externallinks/"
_ROOT: Final = Path(__file__).resolve().parents[2]


def read_book(data: bytes, progress: Progress = lambda rows: None) -> Book:
    """The visible sheets of an .xlsx or CSV file, told apart by what is inside.

    `progress` is called now and then with how many rows have been read.
    """
    if kind_of(data) == "csv":
        if data.count(b",") > MAX_CELLS or data.count(b"\n") + data.count(b"\r") > MAX_LINES:
            raise WorkbookTooBig
        return Book("csv", (Sheet("", _csv_rows(data)),))
    with open_archive(data) as archive:
        linked = any(name.lower().startswith(_LINKS) for name in archive.namelist())
        began = time.thread_time()
        try:
            book = plain_book(archive, progress)
        except NotPlain:
            spent = round(time.thread_time() - began)
            book = read_in_child(data, progress, seconds=max(CPU_SECONDS - spent, 1))
    return replace(book, linked=linked)


def _csv_rows(data: bytes) -> Sequence[Row]:
    """The rows by line, so that a copy of the file keeps its empty lines."""
    if b'"' not in data and data.count(b"\n") <= _MOST_CSV_ROWS:
        table = cut(text_of(data))
        if table is not None:
            return table
    rows: list[Row] = []
    quoted = b'"' in data  # only what is quoted goes over the end of a line
    for filled, (line, cells) in enumerate(rows_of(data)):
        if filled > _MOST_CSV_ROWS:
            raise WorkbookTooBig
        # A stray quotation mark swallows the rows after it; this is what it looks like.
        if quoted and any("\n" in cell and "," in cell for cell in cells):
            raise NotRows(line=line)
        rows.extend([()] * (line - 1 - len(rows)))
        rows.append(cells)
    return rows


def read_in_child(
    data: bytes, progress: Progress = lambda rows: None, *, seconds: int = CPU_SECONDS
) -> Book:
    """A workbook as the general reader reads it, under limits: `seconds` of the processor."""
    sheets: list[Sheet] = []
    hidden: list[str] = []
    rows: list[Row] = []
    read = 0
    with contextlib.closing(answers("app.files.limited", data, str(seconds))) as lines:
        for text in lines:
            match json.loads(text, object_hook=_cell):
                case ["rows", list(more)]:
                    rows.extend(more)
                    progress(read := read + len(more))
                case ["sheet", str(name), list(merges)]:
                    rows = []
                    sheets.append(Sheet(name, rows, tuple(Merge(*merge) for merge in merges)))
                case ["hidden", str(name)]:
                    hidden.append(name)
                case ["fault", str(name), dict(facts)]:
                    raise _fault(name, facts)
    return Book("xlsx", tuple(sheets), tuple(hidden))


def answers(
    module: str, data: bytes, *given: str, wall: int = WALL_SECONDS
) -> Generator[bytes, None, None]:
    """The lines a child prints that is given `data`, as they come; `given`: its arguments.

    `wall`: after so many seconds by the clock it is stuck.

    Raises WorkbookTooBig where one of its limits ended it, WorkbookBroken where it gave up.
    """
    # -P: the child imports from the project and its environment, not from where it stands.
    command = [sys.executable, "-P", "-s", "-m", module, *given]
    with subprocess.Popen(  # noqa: S603 - nothing in the command comes from outside
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(_ROOT)},
        cwd="/",
    ) as child:
        assert child.stdin is not None  # noqa: S101 - for the type checker
        assert child.stdout is not None  # noqa: S101
        timer = threading.Timer(wall, child.kill)
        timer.start()
        try:
            # It reads everything before it writes anything; where it dies first, see below.
            with contextlib.suppress(BrokenPipeError):
                child.stdin.write(data)
                child.stdin.close()
            yield from child.stdout
            child.wait()
        finally:
            timer.cancel()
            if child.poll() is None:
                child.kill()
    if child.returncode < 0:
        raise WorkbookTooBig  # killed by one of its limits
    if child.returncode:
        raise WorkbookBroken


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
