"""What the server joined (`joined`), put together to blocks, and where its cells lie. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from app.audit.joined import CELL, ROW
from app.audit.names import Bytes, Numbers
from app.audit.places import moments

AT_ONCE: Final = 4_000
_EIGHT: Final = 8


class Unclean(Exception):
    """A text holds one of the signs that cells and rows are joined by."""


class Joined(NamedTuple):
    """What the server hands over at once."""

    rows: int
    lines: bytes
    sums: bytes | None
    papers: bytes | None
    places: bytes | None
    at: bytes | None = None
    since: bytes | None = None
    codes: bytes | None = None


def together(rows: Iterable[Joined], end: bytes) -> Iterator[Joined]:
    """So many that what is done once a block costs little; `end` stands between lines."""
    some, count = list[Joined](), 0
    for joined in rows:
        some.append(joined)
        count += joined.rows
        if count >= AT_ONCE:
            yield _one(some, end)
            some, count = [], 0
    if some:
        yield _one(some, end)


def _one(some: list[Joined], end: bytes) -> Joined:
    counts, lines, sums, papers, places, at, since, codes = zip(*some, strict=True)
    added = None
    if sums[0] is not None:
        each = (map(int, x.split(b",")) for x in sums)
        added = b",".join(b"%d" % sum(column) for column in zip(*each, strict=True))
    return Joined(
        sum(counts),
        end.join((*lines, b"")),
        added,
        None if papers[0] is None else ROW.encode().join(papers),
        None if places[0] is None else b"".join(places),
        _wide(at, counts),
        _wide(since, counts),
        _wide(codes, counts),
    )


def _wide(some: Sequence[bytes | None], counts: Sequence[int]) -> bytes | None:
    """Numbers of eight bytes, one a row: what rows have in common came once."""
    if None in some:
        return None
    pairs = zip(some, counts, strict=True)
    return b"".join(x * n if x and len(x) == _EIGHT else x or b"" for x, n in pairs)


def numbers_of(sent: bytes | None, rows: int) -> Numbers | None:
    """Numbers as the server sends them, if it did."""
    if sent is None:
        return None
    if len(sent) != _EIGHT * rows:
        raise Unclean
    return np.frombuffer(sent, dtype=">i8").astype(np.int64)


class Cells:
    """Where the cells of some rows lie. Raises Unclean."""

    def __init__(self, joined: Joined, columns: int) -> None:
        self.bytes: Bytes = np.frombuffer(bytearray(joined.lines), dtype=np.uint8)
        ends = np.flatnonzero((self.bytes == ord(CELL)) | (self.bytes == ord(ROW)))
        if len(ends) != joined.rows * columns:
            raise Unclean
        self.ends = ends.reshape(joined.rows, columns)
        self.starts = np.concatenate(([0], ends[:-1] + 1)).reshape(joined.rows, columns)

    def write_times(self, at: Numbers) -> None:
        """When each row was recorded, at its end."""
        told, which = moments(at)
        self.stretches(told.shape[1])[self.starts[:, -1]] = told[which]

    def stretches(self, width: int) -> Bytes:
        """So many bytes from each place on, to be read and written: whole stretches are moved some
        times faster than places one by one."""
        return sliding_window_view(self.bytes, width, writeable=True)

    def wide(self, column: int) -> tuple[NDArray[np.bool_], Numbers]:
        """Which rows have a cell of WIDTH here, and where it starts."""
        filled = self.ends[:, column] > self.starts[:, column]
        return filled, self.starts[filled, column]

    def numbers(self, column: int) -> Numbers:
        """A column of whole numbers."""
        ends, width = self.ends[:, column], self.ends[:, column] - self.starts[:, column]
        back = np.arange(int(width.max(initial=0)))
        signs = self.bytes[ends[:, None] - 1 - back].astype(np.int64) - ord("0")
        signs[(back >= width[:, None]) | (signs < 0)] = 0
        found: Numbers = signs @ 10**back
        return np.where(self.bytes[self.starts[:, column]] == ord("-"), -found, found)

    def texts(self, column: int) -> NDArray[np.bytes_]:
        """A column of short texts."""
        starts, width = self.starts[:, column], self.ends[:, column] - self.starts[:, column]
        on = np.arange(max(1, int(width.max(initial=0))))
        found = self.bytes[np.minimum(starts[:, None] + on, len(self.bytes) - 1)]
        found[on >= width[:, None]] = 0
        return np.ascontiguousarray(found).view(f"S{len(on)}").ravel()
