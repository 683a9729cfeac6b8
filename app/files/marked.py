"""A copy of a table file with the reason written beside each refused row.

The reasons stand in one more column at the right, and its heading carries the summary: so lines
keep their numbers, the copy can be corrected and sent again, and a second copy replaces the
column of the first. A workbook's copy is the officer's own file: its layout, its other sheets and
all that is not the roster stay as they are (`remark`). Only where that cannot be done is the
roster's sheet written anew, without its layout (`rewrite`). Numbers stay numbers: an ID that was a
number must not pass as text the next time.

A copy of the refused rows alone has the headings and them, for an officer who mends just these.

In CSV a cell that a spreadsheet program would take for a formula (it begins with = + - @) gets an
apostrophe in front; nothing else is changed.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.errors import FileFault
from app.files.cells import Kind, Row, Sheet, Table
from app.files.computed import MAX_INDEX, sheet_parts, sheets_named
from app.files.preflight import chunks_of_part, content_of_part, open_archive, size_of_part
from app.files.remark import Remarker, Task
from app.files.restyle import NotPatchable, Styles
from app.files.rewrite import rewritten

_FORMULA_STARTS: Final = (*"=+-@\uff1d\uff0b\uff0d\uff20", "\t", "\r")
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_MOST_CHANGED: Final = 80_000_000
"""Bytes of a part that is changed, which is held whole, for a moment twice."""
_BLOCK: Final = 200_000
_PACKED: Final = 4
"""How hard: a third of the time of what is usual, for a tenth more."""
_LAST_COLUMN: Final = 16_383
_STYLES: Final = "xl/styles.xml"
# The order formulas are computed in; it must not name cells that are none any more.
_CHAIN: Final = "xl/calcChain.xml"
CHAINED: Final = re.compile(rb"calcChain")
# Remarks of the program's own that hang on cells by their line.
POINTING: Final = re.compile(rb'/(?:comments|vmlDrawing|threadedComment)"')
_NAMING: Final = re.compile(rb"<(?:Override|Relationship)\b[^<>]*/>")


@dataclass(frozen=True, slots=True)
class Marks:
    """What to write: the reason by line, under a heading that stands in `heading_line`.

    The headings end with `last_heading_line`. `old_column` holds the reasons of an earlier copy.
    """

    by_line: Mapping[int, str]
    heading_line: int
    heading: str
    summary: str
    last_heading_line: int = 0
    old_column: int | None = None

    @property
    def told(self) -> str:
        """What the heading says."""
        between = " " if self.heading.isascii() else ""
        return f"{self.heading}{between}({self.summary})"


def marked_copy(
    sheet: Sheet,
    kind: Kind,
    marks: Marks,
    *,
    original: bytes | None = None,
    only_refused: bool = False,
) -> bytes:
    """The file with the marks in one more column.

    `original`: the workbook the sheet was read from. `only_refused` leaves all other rows out.
    """
    if kind == "xlsx" and original is not None:
        try:
            return _patched(original, sheet, marks, only_refused=only_refused)
        except (NotPatchable, FileFault, KeyError, ValueError):
            pass  # some program writes workbooks in its own way: a copy without layout, then
    rows = _without_old_marks(sheet.rows, marks)
    column = max((len(row) for row in rows), default=0)
    beside = {marks.heading_line: marks.told} | dict(marks.by_line)
    refused = set(marks.by_line)
    if only_refused:
        rows, beside, refused = _only_refused(rows, beside, refused, marks)
    if kind == "csv":
        return _csv(rows, beside, column)
    return rewritten(sheet.name, rows, beside, column, refused)


def _without_old_marks(rows: Sequence[Row], marks: Marks) -> Sequence[Row]:
    headings = rows[marks.heading_line - 1]
    old = len(headings) - 1 if marks.old_column is None else marks.old_column
    last = headings[old]
    if marks.old_column is not None or (isinstance(last, str) and last.startswith(marks.heading)):
        return [row[:old] for row in rows]
    return rows


def _only_refused(
    rows: Sequence[Row], beside: dict[int, str], refused: set[int], marks: Marks
) -> tuple[list[Row], dict[int, str], set[int]]:
    """Headings and refused rows, and what belongs beside them where they stand now."""
    headings = max(marks.heading_line, marks.last_heading_line)
    kept = [line for line in range(1, len(rows) + 1) if line <= headings or line in refused]
    moved = {line: place for place, line in enumerate(kept, 1)}
    return (
        [rows[line - 1] for line in kept],
        {moved[line]: text for line, text in beside.items() if line in moved},
        {moved[line] for line in refused if line in moved},
    )


def _csv(rows: Sequence[Row], beside: Mapping[int, str], column: int) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    taken = 0
    for line, row in enumerate(rows, 1):
        if taken and not row:
            taken -= 1  # a line of the row above, which a cell of several lines fills
            continue
        taken = sum(len(_BREAK.findall(cell)) for cell in row if isinstance(cell, str))
        cells = [_inert("" if cell is None else str(cell)) for cell in row]
        if beside.get(line):
            cells += [""] * (column - len(cells)) + [_inert(beside[line])]
        writer.writerow(cells)
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _patched(original: bytes, sheet: Sheet, marks: Marks, *, only_refused: bool) -> bytes:
    """The officer's own workbook; raises NotPatchable and what reading a zip raises."""
    out = io.BytesIO()
    with open_archive(original) as archive, _zip_to(out) as new:
        part = _part_of(archive, sheet.name)
        if max(size_of_part(archive, name) for name in (part, _STYLES)) > _MOST_CHANGED:
            raise NotPatchable
        styles = Styles(content_of_part(archive, _STYLES))
        task = _task(sheet, marks, only_refused=only_refused)
        remarker = Remarker(content_of_part(archive, part), styles, task)
        dropped = {part, _STYLES} | ({_CHAIN} if remarker.computed else set())
        for entry in archive.infolist():
            if entry.filename not in dropped:
                _copy(archive, new, entry, remarker.computed, only_refused)
        with new.open(part, "w") as written:
            for block in _blocks(remarker.pieces(sheet.rows)):
                written.write(block)
        new.writestr(_STYLES, styles.content())
    return out.getvalue()


def _zip_to(out: io.BytesIO) -> zipfile.ZipFile:
    return zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_PACKED)


def _blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer pieces: a row alone is packed at the price of many."""
    pending: list[bytes] = []
    size = 0
    for piece in filter(None, pieces):
        pending.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            yield b"".join(pending)
            pending, size = [], 0
    yield b"".join(pending)


def _copy(
    archive: zipfile.ZipFile,
    new: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    computed: bool,
    only_refused: bool,
) -> None:
    """One other part, byte for byte but for what it says of parts that are left out."""
    name = entry.filename
    named = []
    if computed and (name == "[Content_Types].xml" or name.endswith(".rels")):
        named.append(CHAINED)
    if only_refused and name.startswith("xl/worksheets/_rels/"):
        named.append(POINTING)
    with new.open(name, "w") as written:
        for chunk in [not_naming(named, archive, name)] if named else chunks_of_part(archive, name):
            written.write(chunk)


def not_naming(named: list[re.Pattern[bytes]], archive: zipfile.ZipFile, part: str) -> bytes:
    """A list of parts without those that are `named`, one tag at a time."""
    if size_of_part(archive, part) > MAX_INDEX:
        raise NotPatchable
    return _NAMING.sub(
        lambda tag: b"" if any(x.search(tag[0]) for x in named) else tag[0],
        content_of_part(archive, part),
    )


def _part_of(archive: zipfile.ZipFile, name: str) -> str:
    named = [
        part
        for (sheet, _), part in zip(sheets_named(archive), sheet_parts(archive), strict=True)
        if sheet == name
    ]
    if len(named) != 1:
        raise NotPatchable
    return named[0]


def _task(sheet: Sheet, marks: Marks, *, only_refused: bool) -> Task:
    column = marks.old_column
    if column is None:
        rows = sheet.rows
        column = len(rows.columns) if isinstance(rows, Table) else max(map(len, rows), default=0)
    if column > _LAST_COLUMN:
        raise NotPatchable
    return Task(
        by_line=marks.by_line,
        heading_line=marks.heading_line,
        last_heading_line=max(marks.heading_line, marks.last_heading_line),
        heading=marks.told,
        column=column,
        old_reasons=marks.old_column is not None,
        only_refused=only_refused,
    )
