"""Write reasons into a worksheet's XML and leave everything else as the program wrote it.

Rows are found by their tags; only the headings' rows, the refused ones and those that carry an old
reason are taken apart. No text can be taken for a tag: in XML it cannot hold a `<`, and a sheet
with comments or a stray `>` is not changed here (NotPatchable).

Reasons are inline texts, never formulas, and no formula of the sheet goes back: what comes out of
this system is trusted more than what went in. In a refused row it becomes its own text, which is
refused again until somebody types a value; elsewhere its last value stays.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from app.files.cells import Formula, Row
from app.files.computed import place_of
from app.files.restyle import NotPatchable, Styles

_WIDTH: Final = 60
_MOST_COLUMNS: Final = 200
_ROW: Final = re.compile(rb"<((?:\w+:)?)row\b([^<>]*?)(/?)>")
_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\b([^<>]*?)(?:/>|>("
    rb"(?:[^<]++|<(?!/?(?:\w+:)?c\b))*+)</(?:\w+:)?c>)"
)
_FORMULA: Final = re.compile(
    rb"<(?:\w+:)?f(?:\s[^<>]*)?/>|<(?:\w+:)?f(?:\s[^<>]*)?>[^<]*</(?:\w+:)?f>"
)
_ATTRIBUTE: Final = re.compile(rb'(?<![\w:])([\w:]++)="([^"]*)"')
_DIMENSION: Final = re.compile(rb"<(?:\w+:)?dimension\b[^<>]*/>")
_COLUMNS: Final = re.compile(
    rb"<((?:\w+:)?)cols>((?:[^<]++|<(?!/?(?:\w+:)?cols\b))*+)</(?:\w+:)?cols>"
)
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\b([^<>]*)/>")
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"\s*/>')
_MERGES: Final = re.compile(
    rb"<(?:\w+:)?mergeCells\b[^<>]*>"
    rb"(?:[^<]++|<(?!/?(?:\w+:)?mergeCells\b))*+</(?:\w+:)?mergeCells>"
)
_POINTED: Final = re.compile(rb"<(?:\w+:)?legacyDrawing\b[^<>]*/>")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Task:
    """What to write where. Lines count from 1, columns from 0."""

    by_line: Mapping[int, str]
    heading_line: int
    last_heading_line: int
    heading: str
    column: int
    old_reasons: bool
    only_refused: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A row: the line it stands on and will stand on, what it is, and its cells as read."""

    line: int
    written: int
    refused: bool
    heading: bool
    row: Row


class Remarker:
    """Rewrites one worksheet; `styles` collects the formats it needs."""

    def __init__(self, content: bytes, styles: Styles, task: Task) -> None:
        if b"<!" in content or content.rfind(b"<?") > 0:
            raise NotPatchable
        if content.count(b"<") != content.count(b">"):
            raise NotPatchable
        self._content, self._styles, self._task = content, styles, task
        self._letters = letters_of(task.column)
        self._column_styles: dict[int, int] = {}
        self._heading_style = 0
        self._computed = _FORMULA.search(content) is not None
        self._old = re.compile(rb'r="%s[0-9]' % self._letters)

    @property
    def computed(self) -> bool:
        """Whether the sheet has formulas (which the new one has not)."""
        return self._computed

    def pieces(self, rows: Sequence[Row]) -> Iterator[bytes]:
        """The new worksheet in pieces. `rows`: its rows as they were read."""
        starts = list(_ROW.finditer(self._content))
        end = self._content.rfind(b"<", 0, max(self._content.rfind(b"sheetData>"), 0))
        if not starts or end < starts[-1].end():
            raise NotPatchable
        prefix = starts[0][1]
        yield self._head(self._content[: starts[0].start()], prefix)
        line = written = 0
        for number, found in enumerate(starts):
            stop = starts[number + 1].start() if number + 1 < len(starts) else end
            given = dict(_ATTRIBUTE.findall(found[2]))
            line = int(given.get(b"r", line + 1))
            refused, heading = line in self._task.by_line, line <= self._task.last_heading_line
            if self._task.only_refused and not (refused or heading):
                continue
            written = line if heading or not self._task.only_refused else written + 1
            inside = self._content[found.end() : stop]
            if refused or written != line or self._changes(line, inside):
                row = rows[line - 1] if line <= len(rows) else ()
                yield self._row(prefix, given, inside, _Line(line, written, refused, heading, row))
            else:
                yield self._content[found.start() : stop]
        yield self._tail(self._content[end:])

    def _changes(self, line: int, inside: bytes) -> bool:
        if line == self._task.heading_line:
            self._heading_style = self._last_style(inside)
            return True
        old = self._task.old_reasons and self._old.search(inside)
        return bool(old or (self._computed and _FORMULA.search(inside)))

    def _last_style(self, inside: bytes) -> int:
        """How the last filled cell looks: the heading of the reasons shall look like it."""
        filled = [x for x in _CELL.finditer(inside) if x[2] and not self._old.search(x[1])]
        return int(dict(_ATTRIBUTE.findall(filled[-1][1])).get(b"s", 0)) if filled else 0

    def _row(self, prefix: bytes, given: dict[bytes, bytes], inside: bytes, at: _Line) -> bytes:
        given.pop(b"spans", None)
        if at.refused:
            # What shows the row whole: not hidden by a filter, as high as its text.
            given.pop(b"hidden", None)
            if given.get(b"customHeight") != b"1":
                given.pop(b"ht", None)
        given[b"r"] = b"%d" % at.written
        cells = dict(self._cells(prefix, inside, at))
        if at.refused and self._task.column <= _MOST_COLUMNS:
            for column in set(range(self._task.column)) - cells.keys():
                style = self._styles.red(self._column_styles.get(column, 0))
                cells[column] = _cell(prefix, column, at.written, style, b"")
        self._reason(prefix, at, cells)
        attributes = b"".join(b' %s="%s"' % pair for pair in given.items())
        body = b"".join(cells[column] for column in sorted(cells))
        return b"<%srow%s>%s</%srow>" % (prefix, attributes, body, prefix)

    def _cells(self, prefix: bytes, inside: bytes, at: _Line) -> Iterator[tuple[int, bytes]]:
        """The row's cells by column, on red where it is refused."""
        column = -1
        for found in _CELL.finditer(inside):
            given = dict(_ATTRIBUTE.findall(found[1]))
            column = place_of(given[b"r"].decode())[1] if b"r" in given else column + 1
            style = int(given.get(b"s", 0))
            if at.refused:
                style = self._styles.red(style)
            elif self._task.old_reasons and not at.heading:
                style = self._styles.unmarked(style)
            shown = at.row[column] if column < len(at.row) else None
            if at.refused and isinstance(shown, Formula):
                yield column, _text(prefix, column, at.written, style, shown.text)
                continue
            value = _FORMULA.sub(b"", found[2] or b"") if self._computed else found[2] or b""
            kind = b' t="%s"' % given[b"t"] if b"t" in given else b""
            yield column, _cell(prefix, column, at.written, style, value, kind)

    def _reason(self, prefix: bytes, at: _Line, cells: dict[int, bytes]) -> None:
        """Put the reason, or the heading, into its column; what an earlier copy said goes."""
        task = self._task
        if at.line == task.heading_line:
            style, text = self._styles.wrapped(self._heading_style), task.heading
        elif at.refused:
            style, text = self._styles.red(0, wrapped=True), task.by_line[at.line]
        else:
            if task.old_reasons and not at.heading:
                cells.pop(task.column, None)
            return
        cells[task.column] = _text(prefix, task.column, at.written, style, text)

    def _head(self, head: bytes, prefix: bytes) -> bytes:
        """What stands above the rows, with the width of one more column."""
        head = _DIMENSION.sub(b"", head)
        place = self._task.column + 1
        wide = b'<%scol min="%d" max="%d" width="%d" customWidth="1"/>' % (
            prefix, place, place, _WIDTH,
        )  # fmt: skip
        columns = _COLUMNS.search(head)
        if columns is None:
            begins = head.rfind(b"<" + prefix + b"sheetData")
            return b"%s<%scols>%s</%scols>%s" % (
                head[:begins], prefix, wide, prefix, head[begins:],
            )  # fmt: skip
        kept: list[tuple[int, bytes]] = [(place, wide)]
        for found in _COLUMN.finditer(columns[2]):
            given = dict(_ATTRIBUTE.findall(found[1]))
            first, last = int(given[b"min"]), int(given[b"max"])
            style = int(given.get(b"style", 0))
            self._column_styles |= {x - 1: style for x in range(first, min(last, place) + 1)}
            for begin, end in ((first, min(last, place - 1)), (max(first, place + 1), last)):
                if begin <= end:
                    given |= {b"min": b"%d" % begin, b"max": b"%d" % end}
                    attributes = b"".join(b' %s="%s"' % pair for pair in given.items())
                    kept.append((begin, b"<%scol%s/>" % (prefix, attributes)))
        inside = b"".join(text for _, text in sorted(kept))
        return b"%s<%scols>%s</%scols>%s" % (
            head[: columns.start()], prefix, inside, prefix, head[columns.end() :],
        )  # fmt: skip

    def _tail(self, tail: bytes) -> bytes:
        """What stands below the rows; a copy of some rows keeps what joins its headings."""
        if not self._task.only_refused:
            return tail
        last = self._task.last_heading_line
        found = _MERGES.search(tail)
        if found is not None:
            kept = [x[0] for x in _MERGE.finditer(found[0]) if int(x[4]) <= last]
            prefix = found[0][1 : found[0].index(b"mergeCells")]
            merges = b'<%smergeCells count="%d">%s</%smergeCells>' % (
                prefix, len(kept), b"".join(kept), prefix,
            )  # fmt: skip
            tail = tail[: found.start()] + (merges if kept else b"") + tail[found.end() :]
        return _POINTED.sub(b"", tail)


def letters_of(column: int) -> bytes:
    """Column 27 as "AB"."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters.encode()


def _cell(
    prefix: bytes, column: int, line: int, style: int, value: bytes, kind: bytes = b""
) -> bytes:
    at = b'<%sc r="%s%d" s="%d"' % (prefix, letters_of(column), line, style)
    return b"%s%s>%s</%sc>" % (at, kind, value, prefix) if value else at + b"/>"


def _text(prefix: bytes, column: int, line: int, style: int, text: object) -> bytes:
    """A cell that is text, whatever it looks like."""
    if text is None:
        return _cell(prefix, column, line, style, b"")
    inner = escape(_UNSEEN.sub("", str(text))).encode()
    value = b'<%sis><%st xml:space="preserve">%s</%st></%sis>' % (
        prefix, prefix, inner, prefix, prefix,
    )  # fmt: skip
    return _cell(prefix, column, line, style, value, b' t="inlineStr"')
