"""The rows of a CSV file, each with the line it begins on.

A quote that never closes, or letters behind a closing quote, make it uncertain where rows begin and
end: the whole file is refused. Lines without anything on them carry nothing and are passed over.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from app.errors import FileFault
from app.files.text import text_of

LONGEST_CELL: Final = 131_072
"""Characters. A cell beyond it is a quotation mark that never closes, or no table at all."""


class NotRows(FileFault):
    """From this line on rows cannot be told apart, or a cell is larger than a reader takes."""


class NoHeader(FileFault):
    """The file has no line that names its columns."""


class ColumnMissing(FileFault):
    """A column that must exist does not."""


class ColumnTwice(FileFault):
    """Two columns have the same name."""


def rows_of(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row that has a cell with something in it, cells stripped of blanks.

    Raises TextUnreadable and NotRows, the latter possibly after rows were yielded.
    """
    csv.field_size_limit(LONGEST_CELL)  # the module's own limit is whatever somebody set last
    reader = csv.reader(io.StringIO(text_of(content), newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            stripped = list(map(str.strip, cells))
            if any(stripped):
                yield line, stripped
            line = reader.line_num + 1
    except csv.Error:
        raise NotRows(line=line) from None


def columns_of(
    names: list[str], line: int, *, known: Iterable[str], needed: Iterable[str]
) -> dict[str, int]:
    """Where each known column stands; names count without regard to case, others are ignored.

    Raises ColumnTwice and ColumnMissing, naming the field.
    """
    known = set(known)
    places: dict[str, int] = {}
    for place, written in enumerate(names):
        name = written.lower()
        if name not in known:
            continue
        if name in places:
            raise ColumnTwice(line=line, field=name)
        places[name] = place
    for name in needed:
        if name not in places:
            raise ColumnMissing(line=line, field=name)
    return places
