"""First digits of amounts beside Benford's law: how far off, and whether that is much. Pure.

Nigrini's bounds of the mean absolute deviation for first digits: close to 0.006, acceptable to
0.012, marginal to 0.015, beyond it not conforming. Below `FEWEST` amounts nothing is said.
"""

from collections.abc import Mapping
from decimal import Decimal
from math import log10
from typing import Final

FEWEST: Final = 500
DIGITS: Final = range(1, 10)
_BOUNDS: Final = ((60, "close"), (120, "acceptable"), (150, "marginal"))
"""In ten-thousandths."""


def expected(counted: int) -> dict[int, int]:
    """How many of so many amounts begin with each digit, by the law; to the nearest."""
    return {digit: round(counted * log10(1 + 1 / digit)) for digit in DIGITS}


def off(counts: Mapping[int, int]) -> Decimal:
    """The mean absolute deviation of the shares, to four places."""
    whole = sum(counts.values())
    if not whole:
        return Decimal(0)
    parts = sum(abs(counts.get(d, 0) / whole - log10(1 + 1 / d)) for d in DIGITS) / len(DIGITS)
    return Decimal(round(parts * 10_000)) / 10_000


def verdict(counts: Mapping[int, int]) -> str:
    """few | close | acceptable | marginal | not."""
    if sum(counts.values()) < FEWEST:
        return "few"
    parts = int(off(counts) * 10_000)
    return next((word for most, word in _BOUNDS if parts <= most), "not")
