"""Numbers of a file whose rows left nothing behind, in the same memory for any file.

A row that is known already, or refused, is told by its line and writes no number. So another row
with its number, some parts later, would look like what the bureau has corrected. Here a filter of
bits says of nearly all numbers that no such row had them; where it says "perhaps", the file is read
again up to there. That is rarely asked: of rows alone that contradict what is known. A file of new
bills costs nothing, one of known ones 0.6 microseconds a row.

A file says one thing at a time. The pages of a pull do not: between two of them the bureau may
have corrected a bill, and its later state is a change.
"""

from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import closing
from typing import Final

import numpy as np
import numpy.typing as npt

from app.feeds.reading import Part

_BITS: Final = 1 << 28
"""32 MB; of ten million numbers it says "perhaps" without reason of one in forty thousand."""
_SIGNS: Final = 8
_AT_ONCE: Final = 20_000

_Places = npt.NDArray[np.uint64]


class Earlier:
    """The numbers of a file so far. `again` reads its parts from the beginning.

    `unseen`: the line to which it had been taken before an interruption.
    """

    def __init__(self, again: Callable[[], Generator[Part, None, None]], unseen: int) -> None:
        self._again = again
        self._unseen = unseen
        self._through = unseen
        self._last: list[str] = []
        self._bits: npt.NDArray[np.uint8] | None = None

    def add(self, part: Part, lines: Collection[int]) -> None:
        """A part was taken, of which these lines left nothing.

        They are remembered when the next part comes: most files have none.
        """
        self._remember_last()
        rows, self._through = part.rows, part.through_line
        if lines:
            told = zip(rows.line, rows.setl_id, strict=True)
            self._last = [number for line, number in told if line in lines]

    def lines_of(self, numbers: Collection[str]) -> dict[str, int]:
        """The first line that had each of these numbers, if one had."""
        self._remember_last()
        asked = [*dict.fromkeys(numbers)]
        if not self._unseen:
            asked = self._perhaps(asked)
        if not asked:
            return {}
        found = self._read_again({*asked})
        self._unseen = 0
        return found

    def _remember_last(self) -> None:
        if self._last:
            self._remember(self._last)
            self._last = []

    def _read_again(self, asked: set[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        with closing(self._again()) as parts:
            for part in parts:
                rows = part.rows
                for line, number in zip(rows.line, rows.setl_id, strict=True):
                    if number in asked and line <= self._through:
                        found.setdefault(number, line)
                if self._unseen:  # with what follows, which is remembered already
                    self._remember(rows.setl_id[: _count_to(rows.line, self._unseen)])
                if part.through_line >= self._through:
                    break
        return found

    def _remember(self, numbers: Sequence[str]) -> None:
        if self._bits is None:
            self._bits = np.zeros(_BITS // 8, np.uint8)
        for at in range(0, len(numbers), _AT_ONCE):
            places = _places(numbers[at : at + _AT_ONCE]).ravel()
            np.bitwise_or.at(self._bits, places >> np.uint64(3), _bit(places))

    def _perhaps(self, numbers: list[str]) -> list[str]:
        if self._bits is None or not numbers:
            return []
        places = _places(numbers)
        told = (self._bits[places >> np.uint64(3)] & _bit(places)).all(axis=1)
        return [number for number, is_told in zip(numbers, told.tolist(), strict=True) if is_told]


def _count_to(lines: Sequence[int], line: int) -> int:
    return sum(x <= line for x in lines)


def _bit(places: _Places) -> npt.NDArray[np.uint8]:
    return np.left_shift(np.uint8(1), (places & np.uint64(7)).astype(np.uint8))


def _places(numbers: Sequence[str]) -> _Places:
    """For each number the places of its bits, shape (numbers, signs)."""
    hashes = np.fromiter(map(hash, numbers), np.int64, len(numbers)).view(np.uint64)[:, None]
    steps: _Places = (hashes >> np.uint64(28)) | np.uint64(1)
    signs: _Places = np.arange(_SIGNS, dtype=np.uint64)
    places: _Places = np.bitwise_and(hashes + steps * signs, np.uint64(_BITS - 1), dtype=np.uint64)
    return places
