"""The rows of a CSV file, each with its line: as they are written while nothing is in quotes. Pure.

Hardly a file of the bureau's quotes anything, and a row that is cut at its commas need not be gone
through letter by letter. From the first quotation mark on, or a row that is as long as no row is,
the rest of the file is read by the rules of CSV.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain, compress, count
from typing import Final

from app.claims.columns import Layout, layout_of
from app.feeds.text import Lines
from app.files.rows import LONGEST_CELL, NotRows

_LONGEST_PLAIN: Final = LONGEST_CELL


Numbered = tuple[Sequence[int], list[str]]
"""Rows, and before them the line of each."""


def split(text: str) -> list[str]:
    """The cells of a row without quotation marks."""
    return [*map(str.strip, text.split(","))]


def _numbered(rows: list[str], line: int) -> Numbered:
    """Rows with something in them, the first at this line: nearly always all of them."""
    if all(begin.isalnum() for begin in {row[:1] for row in rows}):
        return range(line, line + len(rows)), rows
    told = [row[:1].isalnum() or bool(row.replace(",", "").strip()) for row in rows]
    return [*compress(count(line), told)], [*compress(rows, told)]


class Table:
    """A file's rows with something in them. Raises what its header and its lines raise."""

    layout: Layout

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._texts = lines.texts()
        self._left = ""
        self._line = 1
        self._begun = False

    def begin(self) -> None:
        """Read to the header."""
        next(self.plain(), None)
        if not self._begun:
            next(self.rest(), None)

    def plain(self) -> Iterator[Numbered]:
        """Rows as they are written, some at a time; then comes the `rest`, if only the last row."""
        for text in self._texts:
            whole = text.replace("\r\n", "\n") if "\r" in text else text
            end = whole.rfind("\n") + 1
            rows = whole[: end - 1].split("\n") if end else []
            odd = '"' in whole or "\r" in whole or max(map(len, rows), default=0) > _LONGEST_PLAIN
            if odd or not rows:
                self._left = text
                return
            lines, found = _numbered(rows, self._line)
            self._line += len(rows)
            self._lines.line += len(rows)
            self._left = whole[end:]
            if found and not self._begun:
                self._begin(lines[0], split(found[0]))
                lines, found = lines[1:], found[1:]
            if found:
                yield lines, found
            if self._left:
                return

    def rest(self) -> Iterator[tuple[int, list[str]]]:
        """The rows after those, by their cells."""
        csv.field_size_limit(LONGEST_CELL)
        texts = chain((self._left,), self._texts)
        lines = chain.from_iterable(map(self._lines.lines_of, texts))
        reader = csv.reader(lines, strict=True)
        before, line = self._line, self._line
        try:
            for cells in reader:
                stripped = [*map(str.strip, cells)]
                if any(stripped):
                    if self._begun:
                        yield line, stripped
                    else:
                        self._begin(line, stripped)
                line = before + reader.line_num
        except csv.Error:
            raise NotRows(line=line) from None
        if not self._begun:
            layout_of(line, None)

    def _begin(self, line: int, header: list[str]) -> None:
        self.layout = layout_of(line, header)
        self._begun = True
