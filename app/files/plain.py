"""Read a plain workbook here, in this process: three times as fast as any reader of cells.

Nearly every roster is plain: texts and numbers, no formulas, no dates. Its worksheets are scanned
by columns (`scan`) as they are unpacked. That is done without a child because nothing in it
can take more than a few times the bytes it is given, which are counted before;
zlib, numpy and the regular expressions used take time in proportion, and what Python reads one by
one (merges, long numbers, texts in several fonts) has a limit. What is not plain, or larger, goes
to the general reader under limits (see `workbook`), which must agree with this one: tests hold the
two beside each other.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.files.cells import Book, Cell, Merge, Sheet, Table
from app.files.computed import place_of, sheet_parts, sheets_named
from app.files.faults import WorkbookTooBig, WorkbookUnsafe
from app.files.preflight import MAX_CELLS, MAX_MERGES, chunks_of_part, content_of_part
from app.files.scan import NotPlain, Places, Scanned, scan
from app.files.shared import Shared, number_styles, shared_strings

MAX_PART: Final = 16_000_000
"""Bytes of any part but a worksheet, which is read as it comes. The shared strings may take four
bytes of memory for one, in a few copies."""
MAX_CHARACTERS: Final = 40_000_000
"""Of all cells: a hundred thousand of them may point to one text of megabytes."""
_MOST_COLUMNS: Final = 256
"""Each is gone through by itself. No heading is looked for further right."""
_LONGEST_ROW: Final = 4_000_000
_ROWS_BEGIN: Final = b"<sheetData>"
_ROWS_END: Final = b"</sheetData>"
_ROW_END: Final = b"</row>"
_STRINGS: Final = "xl/sharedStrings.xml"
_STYLES: Final = "xl/styles.xml"
_NO_ROWS: Final = re.compile(rb"<sheetData\s*/>")
_MERGE: Final = re.compile(rb'<mergeCell ref="([A-Z0-9:]+)"\s*/>')
_MOST_LONG_NUMBERS: Final = 1_000_000
"""Those of more than eight digits or with a fraction are read one by one."""
_NUMBER: Final = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_EXACT: Final = 2**53

Progress = Callable[[int], None]


def plain_book(archive: zipfile.ZipFile, progress: Progress) -> Book:
    """The visible sheets of a plain workbook that passed `preflight.open_archive`.

    Raises NotPlain, and what is wrong with a file that no reader could read.
    """
    parts = {entry.filename: entry for entry in archive.infolist()}
    places = sheet_parts(archive)
    worksheets = set(places)
    sizes = {name: entry.file_size for name, entry in parts.items()}
    if any(size > MAX_PART for name, size in sizes.items() if name not in worksheets):
        raise NotPlain
    if len(worksheets) < len(places):  # one read again and again
        raise NotPlain
    for name in parts.keys() - {_STRINGS, _STYLES} - worksheets:
        _content(archive, name)  # so that what is damaged or built to harm is told
    strings = shared_strings(_content(archive, _STRINGS)) if _STRINGS in parts else _NOTHING
    styles = number_styles(_content(archive, _STYLES)) if _STYLES in parts else _NO_STYLES
    sheets: list[Sheet] = []
    hidden: list[str] = []
    read, room = 0, MAX_CELLS
    for (name, state), part in zip(sheets_named(archive), places, strict=True):
        if state in ("hidden", "veryHidden"):
            _content(archive, part)
            hidden.append(name)
            continue
        if posixpath.dirname(part) != "xl/worksheets":
            raise NotPlain
        worksheet = _Worksheet(chunks_of_part(archive, part))
        columns = _Columns(strings, styles, room, partial(_told, progress, read))
        table = columns.read(worksheet.rows())
        sheets.append(Sheet(name, table, _merges(worksheet.behind)))
        read += len(table)
        room -= len(table) * len(table.columns)
    return Book("xlsx", tuple(sheets), tuple(hidden))


def _told(progress: Progress, before: int, lines: int) -> None:
    progress(before + lines)


_NOTHING: Final = Shared(np.empty(0, object), np.empty(0, np.int64))
_NO_CELLS: Final = (np.empty(0, np.int64), np.empty(0, object))
_NO_STYLES: Final = np.zeros(0, np.bool_)


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part, its size and checksum as the table of contents says, without entities."""
    content = content_of_part(archive, name)
    if b"!" in content and (b"<!DOCTYPE" in content or b"<!ENTITY" in content):
        raise WorkbookUnsafe
    return content


class _Worksheet:
    """A worksheet's XML as it is unpacked: what stands before its rows, the rows, the rest."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.behind = b""

    def rows(self) -> Iterator[bytes]:
        """Pieces of whole rows; then `behind` is what follows them."""
        head = b""
        while (begins := head.find(_ROWS_BEGIN)) < 0 and not _NO_ROWS.search(head):
            head += self._more(head)
        if b"<!" in head[: max(begins, 0)]:
            raise NotPlain
        rest = head[begins + len(_ROWS_BEGIN) :] if begins >= 0 else head
        while begins >= 0 and (ends := rest.find(_ROWS_END)) < 0:
            whole = rest.rfind(_ROW_END) + len(_ROW_END)
            if whole >= len(_ROW_END):
                yield rest[:whole]
                rest = rest[whole:]
            rest += self._more(rest)
        if begins >= 0:
            yield rest[:ends]
            rest = rest[ends:]
        for chunk in self._chunks:
            rest += chunk
            if len(rest) > MAX_PART:
                raise NotPlain
        if b"<!" in rest:
            raise NotPlain
        self.behind = rest

    def _more(self, before: bytes) -> bytes:
        """The next chunk, if there is one and what is held is no more than a long row."""
        chunk = next(self._chunks, b"")
        if not chunk or len(before) > _LONGEST_ROW:
            raise NotPlain
        return chunk


def _merges(behind: bytes) -> tuple[Merge, ...]:
    merged = behind.count(b"<mergeCell ")
    if merged > MAX_MERGES:
        raise WorkbookTooBig
    found = _MERGE.findall(behind)
    if len(found) != merged:
        raise NotPlain
    merges = []
    for reference in found:
        first, _, last = reference.decode().partition(":")
        (top, left), (low, right) = place_of(first), place_of(last or first)
        merges.append(Merge(top, low, left, right))
    return tuple(merges)


class _Columns:
    """Gathers the cells of one worksheet by column."""

    def __init__(
        self,
        strings: Shared,
        styles: NDArray[np.bool_],
        room: int,
        progress: Progress,
    ) -> None:
        self._strings, self._styles, self._progress = strings, styles, progress
        self._characters = 0
        self._long_numbers = 0
        self._room = room
        self._found: dict[int, list[tuple[Places, NDArray[np.object_]]]] = {}

    def read(self, pieces: Iterator[bytes]) -> Table:
        """All rows of a worksheet, piece by piece."""
        last = lines = 0
        for piece in pieces:
            if not piece:
                continue
            cells = scan(piece, last)
            last = cells.last_line
            if len(cells.line):
                self._add(piece, cells)
                lines = int(cells.line[-1])
                if lines * (max(self._found) + 1) > self._room:
                    raise NotPlain
                self._progress(lines)
        return self._table(lines)

    def _add(self, piece: bytes, cells: Scanned) -> None:
        if cells.column.max() >= _MOST_COLUMNS:
            raise NotPlain
        # A row's cells come in order, so that none is written twice.
        same_row = cells.line[1:] == cells.line[:-1]
        if (same_row & (cells.column[1:] <= cells.column[:-1])).any():
            raise NotPlain
        for column in np.flatnonzero(np.bincount(cells.column)).tolist():
            here = np.flatnonzero(cells.column == column)
            values = self._values(piece, cells, here)
            self._found.setdefault(column, []).append((cells.line[here], values))

    def _values(self, piece: bytes, cells: Scanned, here: Places) -> NDArray[np.object_]:
        shared = cells.shared[here]
        if shared.all():
            return self._texts(cells.whole[here])
        values = np.empty(len(here), object)
        values[shared] = self._texts(cells.whole[here[shared]])
        values[~shared] = self._numbers(piece, cells, here[~shared])
        return values

    def _texts(self, places: Places) -> NDArray[np.object_]:
        if places.max(initial=-1) >= len(self._strings.texts):
            raise NotPlain
        self._characters += int(self._strings.lengths[places].sum())
        if self._characters > MAX_CHARACTERS:
            raise NotPlain
        return self._strings.texts[places]

    def _numbers(self, piece: bytes, cells: Scanned, here: Places) -> list[int | float]:
        style = cells.style[here]
        styled = style[style >= 0]
        if len(styled) and not (styled.max() < len(self._styles) and self._styles[styled].all()):
            raise NotPlain
        whole: list[int | float] = cells.whole[here].tolist()
        if min(whole) >= 0:
            return whole
        self._long_numbers += whole.count(-1)
        if self._long_numbers > _MOST_LONG_NUMBERS:
            raise NotPlain
        spans = zip(cells.begins[here].tolist(), cells.ends[here].tolist(), strict=True)
        return [
            value if value >= 0 else _number(piece[begin:end])
            for value, (begin, end) in zip(whole, spans, strict=True)
        ]

    def _table(self, lines: int) -> Table:
        width = max(self._found, default=-1) + 1
        columns: list[list[Cell]] = []
        for column in range(width):
            at, values = zip(*self._found.pop(column, [_NO_CELLS]), strict=True)
            cells = np.concatenate(values)
            if len(cells) < lines:
                cells = np.full(lines, None, object)
                cells[np.concatenate(at) - 1] = np.concatenate(values)
            columns.append(cells.tolist())
        return Table(columns, lines)


def _number(text: bytes) -> int | float:
    if not _NUMBER.fullmatch(text):
        raise NotPlain
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < _EXACT else number
