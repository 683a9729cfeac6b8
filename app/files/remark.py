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

from app.files.around import (
    ATTRIBUTE,
    REASONS_WIDTH,
    head_with_column,
    lines_wrapped,
    tail_for_headings,
)
from app.files.cells import Formula, Row
from app.files.computed import place_of
from app.files.restyle import NotPatchable, Styles

_MOST_FILLED: Final = 400_000
"""Empty cells of refused rows that are made red, too; where there are more, none are."""
_MOST_TAKEN_APART: Final = 600_000
_LINE_HEIGHT: Final = 15
_BLOCK: Final = 1_000_000
_ROW: Final = re.compile(rb"<((?:\w+:)?)row\b([^<>]*?)(/?)>")
_PAINTED: Final = re.compile(rb'(<(?:\w+:)?c r="[A-Z]{1,3})[0-9]{1,7}"(?: s="([0-9]{1,9})")?')
_LETTERS: Final = re.compile(rb"[A-Z]{1,3}")
_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\b([^<>]*?)(?:/>|>("
    rb"(?>[^<]*(?:<(?!/?(?:\w+:)?c\b)[^<]*)*))</(?:\w+:)?c>)"
)
_FORMULA: Final = re.compile(
    rb"<(?:\w+:)?f(?:\s[^<>]*)?/>|<(?:\w+:)?f(?:\s[^<>]*)?>[^<]*</(?:\w+:)?f>"
)
_LINE: Final = re.compile(rb'(?<![\w:])r="([0-9]{1,7})"')
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


class _Reds(dict[bytes | None, int]):
    """The red style of each, by how a cell names it."""

    def __init__(self, styles: Styles) -> None:
        super().__init__()
        self._styles = styles

    def __missing__(self, style: bytes | None) -> int:
        return self.setdefault(style, self._styles.red(int(style or 0)))


class Remarker:
    """Rewrites one worksheet; `styles` collects the formats it needs."""

    def __init__(self, content: bytes, styles: Styles, task: Task) -> None:
        if b"<!" in content or content.rfind(b"<?") > 0:
            raise NotPatchable
        if content.count(b"<") != content.count(b">"):
            raise NotPatchable
        self._content, self._styles, self._task = content, styles, task
        self._letters = letters_of(task.column)
        self._fills = task.column * len(task.by_line) <= _MOST_FILLED
        self._taken_apart = 0
        self._reds = _Reds(styles)
        self._column_styles: dict[int, int] = {}
        self._heading_style = 0
        may_be = b"<f" in content or b":f" in content  # which is found out much sooner
        self._computed = may_be and _FORMULA.search(content) is not None
        self._old = re.compile(rb'r="%s[0-9]' % self._letters)

    @property
    def computed(self) -> bool:
        """Whether the sheet has formulas (which the new one has not)."""
        return self._computed

    def pieces(self, rows: Sequence[Row]) -> Iterator[bytes]:
        """The new worksheet in pieces. `rows`: its rows as they were read."""
        content, task = self._content, self._task
        first = _ROW.search(content)
        end = content.rfind(b"<", 0, max(content.rfind(b"sheetData>"), 0))
        if first is None or end < first.end():
            raise NotPatchable
        prefix = first[1]
        head, self._column_styles = head_with_column(content[: first.start()], prefix, task.column)
        yield head
        line = written = 0
        unchanged = first.start()  # from here on nothing has been, and nothing is written yet
        for found, stop in _with_ends(_ROW.finditer(content, first.start()), end):
            number = _LINE.search(found[2])
            line = int(number[1]) if number else line + 1
            refused, heading = line in task.by_line, line <= task.last_heading_line
            kept = refused or heading or not task.only_refused
            written += kept
            if heading or not task.only_refused:
                written = line
            if kept and not (refused or written != line or self._changes(line, found, stop)):
                if stop - unchanged < _BLOCK:
                    continue
                yield content[unchanged:stop]
            else:
                yield content[unchanged : found.start()]
                if kept:
                    row = rows[line - 1] if line <= len(rows) else ()
                    at = _Line(line, written, refused, heading, row)
                    yield self._row(prefix, found, content[found.end() : stop], at)
            unchanged = stop
        yield content[unchanged:end]
        tail = content[end:]
        yield tail_for_headings(tail, task.last_heading_line) if task.only_refused else tail

    def _changes(self, line: int, found: re.Match[bytes], stop: int) -> bool:
        content, begins = self._content, found.end()
        if line == self._task.heading_line:
            self._heading_style = self._last_style(content[begins:stop])
            return True
        old = self._task.old_reasons and self._old.search(content, begins, stop)
        return bool(old or (self._computed and _FORMULA.search(content, begins, stop)))

    def _last_style(self, inside: bytes) -> int:
        """How the last filled cell looks: the heading of the reasons shall look like it."""
        filled = [x for x in _CELL.finditer(inside) if x[2] and not self._old.search(x[1])]
        return int(dict(ATTRIBUTE.findall(filled[-1][1])).get(b"s", 0)) if filled else 0

    def _row(self, prefix: bytes, found: re.Match[bytes], inside: bytes, at: _Line) -> bytes:
        given = dict(ATTRIBUTE.findall(found[2]))
        given.pop(b"spans", None)
        if at.refused:
            # What shows the row whole: not hidden by a filter, as high as its text.
            given.pop(b"hidden", None)
            _make_high(given, lines_wrapped(self._task.by_line[at.line], REASONS_WIDTH))
        given[b"r"] = b"%d" % at.written
        attributes = b"".join(b' %s="%s"' % pair for pair in given.items())
        body = self._painted(prefix, inside, at) or self._taken(prefix, inside, at)
        return b"<%srow%s>%s</%srow>" % (prefix, attributes, body, prefix)

    def _painted(self, prefix: bytes, inside: bytes, at: _Line) -> bytes:
        """The cells of a refused row by one pass over them; empty where that does not do."""
        task = self._task
        if not at.refused or task.old_reasons or b' t="e"' in inside:
            return b""
        if self._computed and _FORMULA.search(inside):
            return b""
        reds, line = self._reds, at.written
        cells, count = _PAINTED.subn(
            lambda cell: b'%s%d" s="%d"' % (cell[1], line, reds[cell[2]]), inside
        )
        end = cells.rfind(b"</%srow>" % prefix)
        last = _LETTERS.match(cells, cells.rfind(b'c r="') + len(b'c r="'))
        if not (count and last and end > 0 and (count == task.column or not self._fills)):
            return b""
        if (len(last[0]), last[0]) >= (len(self._letters), self._letters):
            return b""  # where the reason goes there is a cell
        if {cells.count(b"<%sc " % prefix), cells.count(b' s="')} != {count}:
            return b""  # cells or styles written in another order
        reason = self._styles.red(0, wrapped=True)
        text = task.by_line[at.line]
        return cells[:end] + _text(prefix, task.column, at.written, reason, text)

    def _taken(self, prefix: bytes, inside: bytes, at: _Line) -> bytes:
        """The cells of a row taken apart. Raises NotPatchable where that comes to too many."""
        cells = dict(self._cells(prefix, inside, at))
        if at.refused and self._fills:
            for column in set(range(self._task.column)) - cells.keys():
                style = self._styles.red(self._column_styles.get(column, 0))
                cells[column] = _cell(prefix, column, at.written, style, b"")
        self._reason(prefix, at, cells)
        self._taken_apart += len(cells)
        if self._taken_apart > _MOST_TAKEN_APART:
            raise NotPatchable
        return b"".join(cells[column] for column in sorted(cells))

    def _cells(self, prefix: bytes, inside: bytes, at: _Line) -> Iterator[tuple[int, bytes]]:
        """The row's cells by column, on red where it is refused."""
        column = -1
        for found in _CELL.finditer(inside):
            given = dict(ATTRIBUTE.findall(found[1]))
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


def _with_ends(found: Iterator[re.Match[bytes]], end: int) -> Iterator[tuple[re.Match[bytes], int]]:
    """Each row's tag and where the next one begins, or all of them end."""
    before = next(found)
    for row in found:
        yield before, row.start()
        before = row
    if before.end() > end:
        raise NotPatchable
    yield before, end


def _make_high(given: dict[bytes, bytes], lines: int) -> None:
    """Make a row as high as its lines: not every program does that when it opens a file."""
    if given.get(b"customHeight") != b"1":
        given.pop(b"ht", None)
    high = lines * _LINE_HEIGHT
    if lines > 1 and float(given.get(b"ht", 0)) < high:
        given |= {b"ht": b"%d" % high, b"customHeight": b"1"}


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
