"""The child that reads one file of settlements, under limits: the file on stdin, JSON on stdout.

Run by `app.feeds.reading` and by nothing else; what is small and not packed it reads itself, by the
same `answers`. Two ways: "scan" reads everything once and tells of each CSV in it whether it can be
taken and by what SHA-256; "rows MEMBER ENCODING BYTES AFTER SIZE" gives the rows of one behind a
line, a piece of so many at a time, and nothing that was written behind those bytes meanwhile.
Lines: ["at", bytes], ["file", ...], ["piece", ...] and ["fault", name, facts].
"""

import json
import re
import resource
import sys
from bisect import bisect_right
from collections.abc import Generator, Iterator
from contextlib import ExitStack, suppress
from itertools import compress, count
from typing import IO, Final

from app.claims.columns import Piece, read_piece, read_texts
from app.errors import FileFault
from app.feeds.faults import CutOff, PackedUnsafe
from app.feeds.own_place import at_own_place
from app.feeds.packed import members_of, opened, shown_name
from app.feeds.table import Table, split
from app.feeds.text import Lines, Read, Scanned, scanned

MEMORY_BYTES: Final = 500_000_000

CELL, ROW = "\x7f", "\x80"
"""Between what is packed: signs that hardly any text has."""

_ABOVE: Final = 10
"""Rows that show what a column's cells look like when they are whole."""
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_WHOLE_CELLS: Final = [
    re.compile(x)
    for x in (r"-?[0-9]+\.[0-9]{2}", _DAY, rf"{_DAY} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}")
]

Line = tuple[object, ...]


def main() -> None:
    """Answer for the file on stdin."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS may refuse
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        for line in answers(at_own_place(sys.stdin.buffer), *sys.argv[1:]):
            _print(line)
    except MemoryError:
        _print(("fault", PackedUnsafe.__name__, {}))


def _print(line: Line) -> None:
    sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def answers(file: IO[bytes], way: str, *given: str) -> Iterator[Line]:
    """What is said of a file."""
    try:
        if way == "scan":
            yield from _scan(file)
        else:
            member, encoding, *numbers = given
            yield from _rows(file, member, encoding, *map(int, numbers))
    except FileFault as fault:
        yield "fault", fault.name, fault.facts


def _scan(file: IO[bytes]) -> Iterator[Line]:
    """Tell of every CSV; one that cannot be taken does not hold up the others."""
    for member in members_of(file):
        try:
            found = yield from _scanned(file, member)
            told: tuple[object, ...] = (*found, None)
        except FileFault as fault:
            told = ("", "", 0, (fault.name, fault.facts))
        yield "file", member, shown_name(member), *told


def _scanned(file: IO[bytes], member: str) -> Generator[Line, None, Scanned]:
    with ExitStack() as stack:

        def anew() -> Read:
            stack.close()
            return stack.enter_context(opened(file, member))

        found = None
        for at in scanned(anew):
            if isinstance(at, Scanned):
                found = at
            else:
                yield "at", at
        assert found is not None  # noqa: S101 - for the type checker
        Table(Lines(anew(), found.encoding)).begin()
        return found


def _rows(
    file: IO[bytes], member: str, encoding: str, whole: int, after: int, size: int
) -> Iterator[Line]:
    with opened(file, member) as read:
        lines = Lines(_begun(read, whole), encoding)
        table = Table(lines)
        numbers: list[int] = []
        texts: list[str] = []
        for block in table.plain():
            behind = bisect_right(block[0], after)
            numbers += block[0][behind:]
            texts += block[1][behind:]
            cuts = range(size, len(texts) + 1, size)
            for end in cuts:
                some = slice(end - size, end)
                yield _piece(numbers[end - 1], read_texts(table.layout, numbers[some], texts[some]))
            del numbers[: len(cuts) * size], texts[: len(cuts) * size]
        rows = [(line, split(text)) for line, text in zip(numbers, texts, strict=True)]
        for line, cells in table.rest():
            if line <= after:
                continue
            if len(rows) == size:
                yield _piece(rows[-1][0], read_piece(table.layout, rows))
                rows = []
            rows.append((line, cells))
        # Only the last row of all can be cut off.
        narrow = bool(rows) and len(rows[-1][1]) < len(table.layout.names)
        early = bool(rows) and stops_early([cells[-1] for _, cells in rows[-1 - _ABOVE :]])
        cut = bool(rows) and not lines.whole and (narrow or early or lines.broken)
        last = rows.pop()[0] if cut else 0
        if rows:
            yield _piece(rows[-1][0], read_piece(table.layout, rows))
        if cut:
            raise CutOff(line=last)


def stops_early(cells: list[str]) -> bool:
    """Whether the last of a column's cells stops before those above it do.

    Of a file without an end of its last line: 7040 below amounts with cents, or half a day below
    whole ones. Some rows above have to show it; else what is there is believed.
    """
    *above, last = cells
    if len(above) < _ABOVE:
        return False
    return any(
        all(map(form.fullmatch, above)) and not form.fullmatch(last) for form in _WHOLE_CELLS
    )


def _begun(read: Read, whole: int) -> Read:
    """Reads as much as the digest is of: a file that is still being sent grows meanwhile."""
    left = whole

    def some(size: int) -> bytes:
        nonlocal left
        block = read(min(size, left))
        left -= len(block)
        return block

    return some


def _piece(through: int, found: Piece) -> Line:
    """What is said of a piece: of lines that follow one another the first, of truths the places."""
    rows = found.rows
    lines = rows.line
    if lines and lines[-1] - lines[0] == len(lines) - 1:
        lines = lines[:1]
    columns = [
        lines,
        [*compress(count(), rows.refund)],
        rows.setl_id,
        rows.certno,
        rows.init_setl_id,
        b"".join(rows.content).hex(),
        [*compress(count(), rows.odd)],
        packed(rows.told),
        packed(rows.more),
    ]
    faults = [[x.line, x.field, x.reason, x.facts] for x in found.faults]
    return "piece", found.rows_in, through, columns, faults


def packed(rows: list[str]) -> str | list[str]:
    """COPY's lines as one text without tabs, each of which JSON would write as two signs."""
    joined = ROW.join(rows)
    if CELL in joined or joined.count(ROW) >= len(rows):
        return rows
    return joined.replace("\t", CELL)


def unpacked(told: str | list[str]) -> list[str]:
    """The lines again."""
    return told if isinstance(told, list) else told.replace(CELL, "\t").split(ROW)


if __name__ == "__main__":
    main()
