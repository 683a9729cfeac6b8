"""Pseudonyms by the thousand: of each number once, kept as numbers, written as columns of bytes."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.secrets import vault

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]

_PAGE: Final = 16
"""Bits of a number within its page."""
_MOST_PAGES: Final = 160
"""So many are kept, 80 MB; then what is known is forgotten, whatever the size of the fund."""
_HEX: Final = np.array([list(b"%02x" % n) for n in range(256)], dtype=np.uint8)


class Names:
    """The pseudonyms of one kind of number."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._pages: dict[int, NDArray[np.uint64]] = {}

    def of(self, numbers: Numbers) -> NDArray[np.uint64]:
        """What stands behind the letter of each pseudonym, as a number: in the same order."""
        found = np.zeros(len(numbers), dtype=np.uint64)
        pages = numbers >> _PAGE
        for page in np.unique(pages).tolist():
            here = pages == page
            found[here] = self._within(page, numbers[here] & ((1 << _PAGE) - 1))
        return found

    def _within(self, page: int, places: Numbers) -> NDArray[np.uint64]:
        if page not in self._pages:
            if len(self._pages) >= _MOST_PAGES:
                self._pages.clear()
            self._pages[page] = np.zeros(1 << _PAGE, dtype=np.uint64)
        known = self._pages[page]
        new = np.unique(places[known[places] == 0])
        if len(new):
            known[new] = digests(self._kind, (new + (page << _PAGE)).tolist())
        return known[places]


def digests(kind: str, numbers: Iterable[int]) -> NDArray[np.uint64]:
    """The same of numbers of any size, worked out one by one."""
    return np.frombuffer(vault().pseudonym_digests(kind, numbers), dtype=">u8").astype(np.uint64)


def written(kind: str, found: NDArray[np.uint64]) -> Bytes:
    """Pseudonyms as they are read, a line of bytes each."""
    made = np.empty((len(found), 18), dtype=np.uint8)
    made[:, :2] = list(f"{kind[0].upper()}-".encode())
    made[:, 2:] = _HEX[found.astype(">u8").view(np.uint8)].reshape(len(found), 16)
    return made
