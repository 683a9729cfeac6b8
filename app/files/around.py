"""What stands around a worksheet's rows, changed for a copy with one more column or fewer rows."""

import re
from typing import Final

from app.files.restyle import NotPatchable

REASONS_WIDTH: Final = 60
_WORD: Final = 6
"""What a line loses at its end to a word that goes to the next."""
_WIDE_FROM: Final = "\u2e80"
ATTRIBUTE: Final = re.compile(rb'(?<![\w:])([\w:]++)="([^"]*)"')
_DIMENSION: Final = re.compile(rb"<(?:\w+:)?dimension\b[^<>]*/>")
_COLUMNS: Final = re.compile(
    rb"<((?:\w+:)?)cols>((?>[^<]*(?:<(?!/?(?:\w+:)?cols\b)[^<]*)*))</(?:\w+:)?cols>"
)
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\b([^<>]*)/>")
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"\s*/>')
_MERGES: Final = re.compile(
    rb"<(?:\w+:)?mergeCells\b[^<>]*>"
    rb"(?>[^<]*(?:<(?!/?(?:\w+:)?mergeCells\b)[^<]*)*)</(?:\w+:)?mergeCells>"
)
_POINTED: Final = re.compile(rb"<(?:\w+:)?legacyDrawing\b[^<>]*/>")


def head_with_column(head: bytes, prefix: bytes, column: int) -> tuple[bytes, dict[int, int]]:
    """What stands above the rows, with the width of a column; and the columns' own styles."""
    head = _DIMENSION.sub(b"", head)
    place = column + 1
    wide = b'<%scol min="%d" max="%d" width="%d" customWidth="1"/>' % (
        prefix, place, place, REASONS_WIDTH,
    )  # fmt: skip
    columns = _COLUMNS.search(head)
    if columns is None:
        begins = head.rfind(b"<" + prefix + b"sheetData")
        return b"%s<%scols>%s</%scols>%s" % (
            head[:begins], prefix, wide, prefix, head[begins:],
        ), {}  # fmt: skip
    kept: list[tuple[int, bytes]] = [(place, wide)]
    styles: dict[int, int] = {}
    done = 0
    for found in _COLUMN.finditer(columns[2]):
        given = dict(ATTRIBUTE.findall(found[1]))
        first, last = int(given[b"min"]), int(given[b"max"])
        if not done < first <= last:  # each column once
            raise NotPatchable
        done = last
        style = int(given.get(b"style", 0))
        styles |= {x - 1: style for x in range(first, min(last, place) + 1)}
        for begin, end in ((first, min(last, place - 1)), (max(first, place + 1), last)):
            if begin <= end:
                given |= {b"min": b"%d" % begin, b"max": b"%d" % end}
                attributes = b"".join(b' %s="%s"' % pair for pair in given.items())
                kept.append((begin, b"<%scol%s/>" % (prefix, attributes)))
    inside = b"".join(text for _, text in sorted(kept))
    return b"%s<%scols>%s</%scols>%s" % (
        head[: columns.start()], prefix, inside, prefix, head[columns.end() :],
    ), styles  # fmt: skip


def lines_wrapped(text: str, width: int) -> int:
    """How many lines a text takes in a column; Chinese letters are twice as wide as Latin ones."""
    wide = sum(2 if letter >= _WIDE_FROM else 1 for letter in text)
    return -(-wide // (width - _WORD))


def tail_for_headings(tail: bytes, last_line: int) -> bytes:
    """What stands below the rows for a copy of some: of what is joined, the headings alone."""
    found = _MERGES.search(tail)
    if found is not None:
        kept = [x[0] for x in _MERGE.finditer(found[0]) if int(x[4]) <= last_line]
        prefix = found[0][1 : found[0].index(b"mergeCells")]
        merges = b'<%smergeCells count="%d">%s</%smergeCells>' % (
            prefix, len(kept), b"".join(kept), prefix,
        )  # fmt: skip
        tail = tail[: found.start()] + (merges if kept else b"") + tail[found.end() :]
    return _POINTED.sub(b"", tail)
