"""Numbers of a file whose rows left nothing behind, in the same memory for any file.

A row that is known already, or refused, is told by its line and writes no number. So another row
with its number, some parts later, would look like what the bureau has corrected. Here a filter of
bits says of nearly all numbers that no such row had them. A file of new bills costs nothing, one of
known ones 0.6 microseconds a row.

Where it says "perhaps", and once where a file was gone on with, the whole file is read once more
and never again: each row that has an earlier row's number is then known, with that row, in the
order of the lines (`repeats`). So a file that contradicts itself in every part is read three times
in all, as one that does so once.

A file says one thing at a time. The pages of a pull do not: between two of them the bureau may
have corrected a bill, and its later state is a change.
"""

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Final

import numpy as np
import numpy.typing as npt

from app.feeds.reading import Part
from app.feeds.repeats import Repeat, repeats

_BITS: Final = 1 << 28
"""32 MB; of ten million numbers it says "perhaps" without reason of one in forty thousand."""
_SIGNS: Final = 8
_AT_ONCE: Final = 20_000

_Places = npt.NDArray[np.uint64]


class Earlier:
    """The numbers of a file so far. `again` reads its parts from the beginning.

    `unseen`: the line to which it had been taken before an interruption. Used as a context, for
    what the second reading leaves on the disk.
    """

    def __init__(self, again: Callable[[], Generator[Part, None, None]], unseen: int) -> None:
        self._again = again
        self._unseen = unseen
        self._last: list[str] = []
        self._bits: npt.NDArray[np.uint8] | None = None
        self._repeats: Iterator[Repeat] | None = None
        self._next: Repeat | None = None
        self._kept = ExitStack()

    def __enter__(self) -> "Earlier":
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()

    def add(self, part: Part, lines: Collection[int]) -> None:
        """A part was taken, of which these lines left nothing.

        They are remembered when the next part comes: most files have none.
        """
        if self._repeats is not None:
            return
        self._remember_last()
        if lines:
            told = zip(part.rows.line, part.rows.setl_id, strict=True)
            self._last = [number for line, number in told if line in lines]

    def lines_of(self, rows: Mapping[int, str]) -> dict[str, int]:
        """The first lines that had the numbers of these rows, where one did; each asked once.

        `rows`: numbers by their lines, which lie behind those that were asked about before.
        """
        if not rows:
            return {}
        if self._repeats is None:
            self._remember_last()
            if not self._unseen and not self._perhaps([*rows.values()]):
                return {}
            self._repeats = self._kept.enter_context(repeats(self._again))
            self._next = next(self._repeats, None)
        return self._told(rows)

    def _told(self, rows: Mapping[int, str]) -> dict[str, int]:
        found: dict[str, int] = {}
        last = max(rows)
        while self._next is not None and self._next.line <= last:
            number = rows.get(self._next.line)
            if number is not None:
                found[number] = self._next.first
            self._next = next(self._repeats or iter(()), None)
        return found

    def _remember_last(self) -> None:
        if self._last:
            self._remember(self._last)
            self._last = []

    def _remember(self, numbers: Sequence[str]) -> None:
        if self._bits is None:
            self._bits = np.zeros(_BITS // 8, np.uint8)
        for at in range(0, len(numbers), _AT_ONCE):
            places = _places(numbers[at : at + _AT_ONCE]).ravel()
            np.bitwise_or.at(self._bits, places >> np.uint64(3), _bit(places))

    def _perhaps(self, numbers: list[str]) -> bool:
        if self._bits is None:
            return False
        places = _places(numbers)
        told = (self._bits[places >> np.uint64(3)] & _bit(places)).all(axis=1)
        return bool(told.any())


def _bit(places: _Places) -> npt.NDArray[np.uint8]:
    return np.left_shift(np.uint8(1), (places & np.uint64(7)).astype(np.uint8))


def _places(numbers: Sequence[str]) -> _Places:
    """For each number the places of its bits, shape (numbers, signs)."""
    hashes = np.fromiter(map(hash, numbers), np.int64, len(numbers)).view(np.uint64)[:, None]
    steps: _Places = (hashes >> np.uint64(28)) | np.uint64(1)
    signs: _Places = np.arange(_SIGNS, dtype=np.uint64)
    places: _Places = np.bitwise_and(hashes + steps * signs, np.uint64(_BITS - 1), dtype=np.uint64)
    return places
