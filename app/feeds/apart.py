"""The child that reads one file of settlements, under limits: the file on stdin, JSON on stdout.

Run by `app.feeds.reading` and by nothing else; what is small and not packed it reads itself, by the
same `answers`. Two ways: "scan" reads everything once and tells of each CSV in it whether it can be
taken and by what SHA-256; "rows MEMBER ENCODING AFTER SIZE" gives the rows of one behind a line, a
piece of so many at a time. Lines: ["at", bytes], ["file", ...], ["piece", ...] and
["fault", name, facts].
"""

import csv
import json
import resource
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, suppress
from typing import IO, Any, Final

from app.claims.columns import Layout, layout_of, read_piece
from app.errors import FileFault
from app.feeds.faults import CutOff, PackedUnsafe
from app.feeds.packed import members_of, opened, shown_name
from app.feeds.text import Lines, Read, Scanned, scanned
from app.files.rows import LONGEST_CELL, NotRows

MEMORY_BYTES: Final = 500_000_000

Numbered = tuple[int, list[str]]
Line = tuple[object, ...]


def main() -> None:
    """Answer for the file on stdin."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS may refuse
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        for line in answers(sys.stdin.buffer, *sys.argv[1:]):
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
            member, encoding, after, size = given
            yield from _rows(file, member, encoding, int(after), int(size))
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
        next(_table(Lines(anew(), found.encoding)))
        return found


def _rows(file: IO[bytes], member: str, encoding: str, after: int, size: int) -> Iterator[Line]:
    with opened(file, member) as read:
        lines = Lines(read, encoding)
        table = _table(lines)
        _, layout = next(table)
        some: list[Numbered] = []
        for line, cells in table:
            if line <= after:
                continue
            if len(some) == size:
                yield _piece(layout, some)
                some = []
            some.append((line, cells))
        # Only the last row of all can be cut off.
        narrow = bool(some) and len(some[-1][1]) < len(layout.names)
        cut = bool(some) and not lines.whole and (narrow or lines.broken)
        last = some.pop()[0] if cut else 0
        if some:
            yield _piece(layout, some)
        if cut:
            raise CutOff(line=last)


def _table(lines: Lines) -> Iterator[Any]:
    """The layout with its line, then the rows with something in them, each with its line."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(iter(lines), strict=True)
    line, layout = 1, None
    try:
        for cells in reader:
            stripped = [*map(str.strip, cells)]
            if any(stripped):
                if layout is None:
                    layout = layout_of(line, stripped)
                    yield line, layout
                else:
                    yield line, stripped
            line = reader.line_num + 1
    except csv.Error:
        raise NotRows(line=line) from None
    if layout is None:
        layout_of(line, None)


def _piece(layout: Layout, some: list[Numbered]) -> Line:
    found = read_piece(layout, some)
    columns = [[*column] for column in zip(*found.rows, strict=True)]
    if columns:
        columns[5] = [content.hex() for content in columns[5]]
    faults = [[x.line, x.field, x.reason, x.facts] for x in found.faults]
    return "piece", found.rows_in, some[-1][0], columns, faults


if __name__ == "__main__":
    main()
