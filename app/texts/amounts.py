"""Amounts and days as people read them, alike in both languages."""

from datetime import date
from typing import Final

_WHOLE_FEN: Final = 10_000
"""Ten-thousandths of a fen, in which a share of a base is exact (shares are in basis points)."""


def money(amount_fen: int) -> str:
    """123456 -> "¥1,234.56"."""
    whole, decimals = divmod(abs(amount_fen), 100)
    return f"{'-' if amount_fen < 0 else ''}¥{whole:,}.{decimals:02d}"


def exact_money(amount: int) -> str:
    """An amount in ten-thousandths of a fen, with as many decimals as it needs, at least two."""
    whole_fen, rest = divmod(amount, _WHOLE_FEN)
    more = f"{rest:04d}".rstrip("0") if rest else ""
    return money(whole_fen) + more


def share(basis_points: int) -> str:
    """5000 -> "50%", 3333 -> "33.33%"."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def years(first: int, last: int) -> str:
    """2021, 2024 -> "2021–2024"; a year alone is itself."""
    return str(first) if first == last else f"{first}–{last}"


def day(on: date) -> str:
    """2021-05-03: the same in both languages, and never mistaken for another day."""
    return on.isoformat()
