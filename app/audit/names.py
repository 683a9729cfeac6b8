"""Pseudonyms by the thousand: of each number once, kept as numbers, written as columns of bytes."""

from collections.abc import Iterable, Sequence
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
_MOST_CARDS: Final = 100_000
"""So many are kept, 20 MB."""
_HEX: Final = np.frombuffer(b"".join(b"%04x" % n for n in range(1 << 16)), dtype=np.uint32)
"""Two bytes' four digits at once."""


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
        known = self._pages.get(page)
        if known is None:  # two threads ask: each keeps the page that it found
            if len(self._pages) >= _MOST_PAGES:
                self._pages.clear()
            known = self._pages[page] = np.zeros(1 << _PAGE, dtype=np.uint64)
        new = np.unique(places[known[places] == 0])
        if len(new):
            known[new] = digests(self._kind, (new + (page << _PAGE)).tolist())
        return known[places]


class Papers:
    """The pseudonyms of papers and cards, in the order of their texts. Cards come again and again:
    they are known by the account's blind index, and some are kept."""

    def __init__(self) -> None:
        self._cards: dict[bytes, int] = {}

    def of(self, kind: str, texts: Sequence[bytes]) -> NDArray[np.uint64]:
        if kind == "card":
            return self._of_cards(texts)
        found = vault().paper_digests(kind, texts)
        return np.frombuffer(found, dtype=">u8").astype(np.uint64)

    def _of_cards(self, texts: Sequence[bytes]) -> NDArray[np.uint64]:
        new = list(set(texts).difference(self._cards))
        if new:
            if len(self._cards) > _MOST_CARDS:
                self._cards.clear()
                new = list(set(texts))
            found = digests("card", (int(text, 16) for text in new))
            self._cards.update(zip(new, found.tolist(), strict=True))
        return np.fromiter(map(self._cards.__getitem__, texts), dtype=np.uint64, count=len(texts))


def digests(kind: str, numbers: Iterable[int]) -> NDArray[np.uint64]:
    """The same of numbers of any size, worked out one by one."""
    return np.frombuffer(vault().pseudonym_digests(kind, numbers), dtype=">u8").astype(np.uint64)


def written(kind: str, found: NDArray[np.uint64]) -> Bytes:
    """Pseudonyms as they are read, a line of bytes each."""
    made = np.empty((len(found), 18), dtype=np.uint8)
    made[:, :2] = list(f"{kind[0].upper()}-".encode())
    made[:, 2:] = _HEX[found.astype(">u8").view(">u2")].view(np.uint8).reshape(len(found), 16)
    return made
