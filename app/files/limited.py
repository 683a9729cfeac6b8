"""The child that reads one workbook, under limits: a workbook on stdin, lines of JSON on stdout.

Run by `app.files.workbook` and by nothing else. A reader in Rust aborts the whole process when
memory runs out, so it must not be the web server's or a worker's process.

Lines: ["sheet", name, merges] begins a sheet, ["rows", [cells, ...]] follow with some of its lines
each, ["hidden", name] is a sheet not read, ["fault", name, facts] is a refusal of the whole.
"""

import contextlib
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from app.errors import FileFault
from app.files.cells import Cell, Formula, Plain
from app.files.computed import Place, computed_cells, sheet_parts
from app.files.faults import WorkbookBroken, WorkbookEncrypted, WorkbookTooBig
from app.files.preflight import MAX_CELLS, MAX_MERGES, computed_sheets, open_archive

MEMORY_BYTES: Final = 300_000_000
MAX_ANSWER: Final = 60_000_000
_ROWS_AT_ONCE: Final = 1_000

Line = list[object]


def main() -> None:
    """Answer for the workbook on stdin, within as many seconds as the first argument says."""
    _limit(int(sys.argv[1]))
    encoder = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=_coded)
    written = 0
    try:
        for line in in_blocks(answer(sys.stdin.buffer.read())):
            text = encoder.encode(line).encode() + b"\n"
            written += len(text)
            if written > MAX_ANSWER:
                raise WorkbookTooBig
            sys.stdout.buffer.write(text)
    except FileFault as fault:
        sys.stdout.buffer.write(json.dumps(["fault", fault.name, fault.facts]).encode() + b"\n")


def in_blocks(lines: Iterator[Line]) -> Iterator[Line]:
    """The rows between other lines together, up to _ROWS_AT_ONCE of them in a line."""
    rows: list[object] = []
    cells = 0
    for line in lines:
        if line[0] == "row":
            row = line[1]
            assert isinstance(row, list)  # noqa: S101 - for the type checker
            rows.append(row)
            cells += len(row) + 1
            if cells > MAX_CELLS:
                raise WorkbookTooBig
        if rows and (line[0] != "row" or len(rows) == _ROWS_AT_ONCE):
            yield ["rows", rows]
            rows = []
        if line[0] != "row":
            yield line
    if rows:
        yield ["rows", rows]


def answer(data: bytes) -> Iterator[Line]:
    """The parts of a workbook, each row as ["row", cells]."""
    with open_archive(data) as archive:
        computed = computed_sheets(archive)
        parts = sheet_parts(archive)
        try:
            yield from _sheets(data, archive, parts, computed)
        except PasswordError as locked:
            raise WorkbookEncrypted from locked
        except CalamineError as broken:
            raise WorkbookBroken from broken
        except MemoryError as full:
            raise WorkbookTooBig from full


def _sheets(
    data: bytes, archive: zipfile.ZipFile, parts: list[str], computed: set[str]
) -> Iterator[Line]:
    book = load_workbook(io.BytesIO(data))
    for index, known in enumerate(book.sheets_metadata):
        if known.visible != SheetVisibleEnum.Visible:
            yield ["hidden", known.name]
        elif known.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_index(index)
            ranges = sheet.merged_cell_ranges or ()
            if len(ranges) > MAX_MERGES:
                raise WorkbookTooBig
            merges = [(top + 1, low + 1, left, right) for (top, left), (low, right) in ranges]
            yield ["sheet", known.name, merges]
            special = computed_cells(archive, parts[index]) if parts[index] in computed else {}
            yield from _rows(sheet, special)


def _rows(sheet: CalamineSheet, computed: dict[Place, Formula]) -> Iterator[Line]:
    formulas: dict[int, dict[int, Formula]] = {}
    for (line, column), formula in computed.items():
        formulas.setdefault(line, {})[column] = formula
    # The reader begins at the first line, but at the first column that has something in it.
    _, left = sheet.start or (0, 0)
    line = 0
    for line, cells in enumerate(sheet.iter_rows(), 1):
        row: list[Cell] = [None] * left
        row.extend(map(_plain, cells))
        yield ["row", _with_formulas(row, formulas.get(line))]
    # The reader leaves out what has no value, such as a formula that was never computed.
    for beyond in range(line + 1, max(formulas, default=0) + 1):
        yield ["row", _with_formulas([], formulas.get(beyond))]


def _with_formulas(row: list[Cell], formulas: dict[int, Formula] | None) -> list[Cell]:
    for column, formula in (formulas or {}).items():
        row.extend([None] * (column + 1 - len(row)))
        shown = row[column]
        row[column] = Formula(formula.text, None if isinstance(shown, Formula) else shown)
    while row and row[-1] is None:
        row.pop()
    return row


def _plain(cell: object) -> Plain:
    if type(cell) is str:  # nearly all of them
        return cell or None
    match cell:
        case float() if cell.is_integer() and abs(cell) < 2**53:
            return int(cell)
        case datetime():
            return cell.date()
        case bool() | int() | float() | date():
            return cell
        case time():
            return (cell.hour * 3600 + cell.minute * 60 + cell.second) / 86400
        case timedelta():
            return cell.total_seconds() / 86400
        case _:
            raise WorkbookBroken


def _coded(value: object) -> dict[str, object]:
    match value:
        case date():
            return {"day": value.isoformat()}
        case Formula():
            return {"formula": value.text, "shown": value.shown}
        case _:
            raise TypeError(type(value))


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # macOS does not keep this limit and may refuse to set it; the other two hold there.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
