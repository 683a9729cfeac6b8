"""Many amounts of a bank's file at once. Pure."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_MINUS, _POINT, _NOUGHT, _NINE, _END = b"-.09\n"
_CENTS: Final = 2
_LONGEST_AMOUNT: Final = 12
"""Digits before the point."""


def plain_fen(texts: Sequence[str]) -> list[int | None] | None:
    """Amounts that are written plainly, like -1234.50, or not at all; None where one is not so."""
    joined = "\n".join(texts)
    if not joined.isascii():
        return None
    read = np.frombuffer(f"{joined}\n".encode(), np.uint8)
    ends = np.flatnonzero(read == _END)
    if len(ends) != len(texts) or not _are_plain(read, ends):
        return None
    figures = joined.replace(".", "").split("\n")
    return list(map(int, figures)) if all(figures) else [int(x) if x else None for x in figures]


def _are_plain(read: NDArray[np.uint8], ends: NDArray[np.intp]) -> bool:
    """Whether between these ends stands: a minus, perhaps; figures, a point, two figures."""
    begins = np.concatenate(([0], ends[:-1] + 1))
    told = begins < ends
    begins, ends = begins[told], ends[told]
    below = np.count_nonzero(read[begins] == _MINUS)
    begins += read[begins] == _MINUS
    whole = ends - begins - _CENTS - 1
    if not len(ends) or whole.min() < 1 or whole.max() > _LONGEST_AMOUNT:
        return not len(ends)
    # As many figures as should be there, and the points in their places: nothing else stands there.
    figures = np.count_nonzero((read >= _NOUGHT) & (read <= _NINE))
    return bool(
        (read[ends - _CENTS - 1] == _POINT).all()
        and np.count_nonzero(read == _POINT) == len(ends)
        and np.count_nonzero(read == _MINUS) == below
        and figures == whole.sum() + _CENTS * len(ends)
    )
