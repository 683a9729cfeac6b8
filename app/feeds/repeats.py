"""The rows of a file that have an earlier row's number, found by one reading, in constant memory.

Sixteen bytes a row go to the disk, into files nobody can name: 96 bits of its number and its line,
spread by the number, so that each of those files is small enough to be put in order by itself. What
repeats an earlier row of it is written back, by line; all of them together are then gone through
in the order of the lines. That two of ten million numbers have the same 96 bits happens to one
file of 10^15.
"""

import heapq
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import IO, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from app.feeds.reading import Part

_FILES: Final = 64
"""Of ten million rows each has 2.5 MB."""
_SPREAD: Final = np.uint64(64 - 6)
_ROW: Final = np.dtype([("number", "<u8"), ("more", "<u4"), ("line", "<u4")])
_REPEAT: Final = np.dtype([("line", "<u4"), ("first", "<u4")])
_AT_ONCE: Final = 4_096

_Rows = npt.NDArray[Any]


class Repeat(NamedTuple):
    """A row whose number the row `first` had before."""

    line: int
    first: int


@contextmanager
def repeats(parts: Callable[[], Generator[Part, None, None]]) -> Iterator[Iterator[Repeat]]:
    """Them all in the order of their lines, as long as the context stands."""
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(_FILES)]
        with closing(parts()) as read:
            for part in read:
                _spread(_told(part), files)
        for file in files:
            _sort_out(file)
        yield heapq.merge(*map(_read, files))


def _told(part: Part) -> _Rows:
    lines, numbers = part.rows.line, part.rows.setl_id
    told = np.empty(len(lines), _ROW)
    told["line"] = lines
    told["number"] = np.fromiter(map(hash, numbers), np.int64, len(lines)).view(np.uint64)
    more = (hash(f"{number}\n") for number in numbers)
    told["more"] = np.fromiter(more, np.int64, len(lines)).view(np.uint64) >> np.uint64(32)
    return told


def _spread(told: _Rows, files: Sequence[IO[bytes]]) -> None:
    where = told["number"] >> _SPREAD
    order = np.argsort(where, kind="stable")
    ends = np.searchsorted(where[order], np.arange(_FILES, dtype=np.uint64), side="right")
    begin = 0
    for file, end in zip(files, ends.tolist(), strict=True):
        file.write(told[order[begin:end]].tobytes())
        begin = end


def _sort_out(file: IO[bytes]) -> None:
    """Leave in a file what repeats an earlier row of it, by line."""
    file.seek(0)
    told = np.frombuffer(file.read(), _ROW)
    told = told[np.lexsort((told["line"], told["more"], told["number"]))]
    same = np.zeros(len(told), bool)
    same[1:] = (told["number"][1:] == told["number"][:-1]) & (told["more"][1:] == told["more"][:-1])
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(told))))
    found = np.empty(int(same.sum()), _REPEAT)
    found["line"], found["first"] = told["line"][same], told["line"][first[same]]
    file.seek(0)
    file.truncate()
    file.write(found[np.argsort(found["line"])].tobytes())
    file.seek(0)


def _read(file: IO[bytes]) -> Iterator[Repeat]:
    while block := file.read(_AT_ONCE * _REPEAT.itemsize):
        yield from map(Repeat._make, np.frombuffer(block, _REPEAT).tolist())
