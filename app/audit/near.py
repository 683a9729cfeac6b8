"""Rows of other years' claims, left out before they are looked for among the year's; as SQL.

To look for a row's claim among all of the year costs the server a walk through memory, and most
rows are of other years. A bit a number says first, from a place that stays near the processor,
whether it can be one of them: of numbers that lie far apart, several have one bit together. Where
each has its own, the bit says that it is one of them, and the row's place is worked out of the
number here (`Codes`): nothing need be looked for at all.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.audit.names import Numbers
from app.audit.parts import HELD

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
ASKED_SO: Final = frozenset({"claim", "claim_move", "determination", "payment"}) | {
    "payment_outcome",
    "settlement",
}
"""Tables whose rows in a bundle are all of the year's claims, and made from nothing else."""
ALONE: Final = {
    "claim": ("claim", "claim_id", "claim t"),
    "claim_move": ("claim", "claim_id", "claim_move t"),
    "determination": ("claim", "claim_id", ""),
    "payment": ("claim", "claim_id", ""),
    "payment_outcome": ("grant", "grant_no", "payment_outcome t"),
}
"""Tables that need no other where each number has a bit of its own: the numbers' kind, the column
that has them, and what stands behind FROM then, if that is another."""
ALONE_PARTS: Final = {
    "sent": "SELECT p.* FROM payment p",
    "answers": """
        SELECT d.*, d.seq = coalesce(k_last, 1) AS k_live FROM determination d LEFT JOIN unnest(
            CAST(%(again)s AS bigint[]), CAST(%(last)s AS integer[])) again (k_again, k_last)
        ON k_again = d.claim_id""",
}
"""Parts of such tables; %(again)s: claims that were determined more than once, and `last` when."""
BY_GRANT: Final = {"payment_outcome": _CONDITION.format(column="grant_no", kind="grant")}
NEAR_PARTS: Final = {
    "undated": (
        "dated",
        f"""
        SELECT c.member_id, c.id, c.setl_id FROM claim c
        WHERE NOT {_CONDITION.format(column="c.id", kind="dated")}""",  # noqa: S608 - said above
    ),
    "held": ("member", HELD.format(f"OR {_CONDITION.format(column='c.member_id', kind='member')}")),
}
"""Parts of what is found first, where each number of a kind has a bit of its own."""
_MOST_BITS: Final = 1 << 24
_MOST_CODES: Final = (1 << 16) - 1


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


class Codes:
    """The code (`parts.CODED`) of each of some numbers that lie near each other."""

    def __init__(self, first: int, which: NDArray[np.uint16], codes: Numbers) -> None:
        self._first, self._which, self._codes = first, which, codes

    def of(self, numbers: Numbers) -> Numbers:
        """Of numbers that are all among them."""
        return self._codes[self._which[numbers - self._first] - 1]

    def bits(self) -> Bits:
        bits = np.packbits(self._which != 0, bitorder="little").tobytes()
        return Bits(self._first, self._first + len(self._which) - 1, 0, bits)


def codes_of(numbers: Numbers, codes: Numbers) -> Codes | None:
    """Where the numbers lie near enough for a bit each, and the codes are few."""
    first = int(numbers.min(initial=np.iinfo(np.int64).max))
    span = int(numbers.max(initial=0)) - first + 1
    if not 0 < span <= _MOST_BITS:
        return None
    some, each = np.unique(codes, return_inverse=True)
    if len(some) > _MOST_CODES:
        return None
    which = np.zeros(span, dtype=np.uint16)
    which[numbers - first] = each + 1
    return Codes(first, which, some)
