"""Rows of other years' claims, left out before they are looked for among the year's; as SQL.

To look for a row's claim among all of the year costs the server a walk through memory, and most
rows are of other years. A bit a number says first, from a place that stays near the processor,
whether it can be one of them: of numbers that lie far apart, several have one bit together.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

_CONDITION: Final = (
    "CASE WHEN {column} BETWEEN %(first_{kind})s AND %(last_{kind})s"
    " THEN get_bit(%(bits_{kind})s, ({column} - %(first_{kind})s) >> %(shift_{kind})s) = 1"
    " ELSE false END"
)
NEAR: Final = {
    table: _CONDITION.format(column=column, kind=kind)
    for table, column, kind in (
        ("claim", "id", "claim"),
        ("claim_move", "claim_id", "claim"),
        ("determination", "claim_id", "claim"),
        ("payment", "claim_id", "claim"),
        ("payment_outcome", "member_id", "member"),
        ("settlement", "member_id", "member"),
    )
}
"""Of each of these tables: the condition that all rows of the year's claims meet."""
ASKED_SO: Final = frozenset({"claim_move", "determination", "payment", "payment_outcome"}) | {
    "settlement"
}
"""Tables whose rows in a bundle are all of the year's claims, and made from nothing else."""
_MOST_BITS: Final = 1 << 24


class Bits(NamedTuple):
    """Numbers from `first` to `last`, one in `1 << shift` of which has a bit of its own."""

    first: int
    last: int
    shift: int
    bits: bytes

    def asked(self, kind: str) -> dict[str, object]:
        """What the conditions are asked with."""
        return {f"{name}_{kind}": value for name, value in self._asdict().items()}


def bits_of(first: int, last: int, numbers: Iterable[bytes]) -> Bits:
    """`numbers` as the server sends them, eight bytes each, between these two."""
    shift = max(0, ((last - first) // _MOST_BITS).bit_length())
    found = np.zeros(((last - first) >> shift) + 1, dtype=np.bool_)
    for some in numbers:
        found[(np.frombuffer(some, dtype=">i8").astype(np.int64) - first) >> shift] = True
    return Bits(first, last, shift, np.packbits(found, bitorder="little").tobytes())
