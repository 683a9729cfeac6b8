"""Amounts and days as people read them, alike in both languages.

What is below nothing has a minus before it, which is as wide as a figure; the hyphen of files and
programs (`app.money.yuan`) is not.
"""

from datetime import date
from typing import Final

from app.money import yuan

MINUS: Final = "\N{MINUS SIGN}"
_WHOLE_FEN: Final = 10_000
"""Ten-thousandths of a fen, in which a share of a base is exact (shares are in basis points)."""


def signed(amount: int, size: str) -> str:
    """`size` says how much it is, this whether it is below nothing: every sign is written here."""
    return f"{MINUS}{size}" if amount < 0 else size


def money(amount_fen: int) -> str:
    """123456 -> "¥1,234.56"."""
    return signed(amount_fen, f"¥{figure(abs(amount_fen))}")


def figure(amount_fen: int) -> str:
    """An amount where its column or scale says that it is money: 123456 -> "1,234.56"."""
    whole, decimals = divmod(abs(amount_fen), 100)
    return signed(amount_fen, f"{whole:,}.{decimals:02d}")


def in_yuan(amount_fen: int) -> str:
    """An amount without separators, where "yuan" stands beside it or it may be copied."""
    return signed(amount_fen, yuan(abs(amount_fen)))


def count(number: int) -> str:
    """12345 -> "12,345"."""
    return signed(number, f"{abs(number):,}")


def exact_money(amount: int) -> str:
    """An amount in ten-thousandths of a fen, with as many decimals as it needs, at least two."""
    whole_fen, rest = divmod(abs(amount), _WHOLE_FEN)
    more = f"{rest:04d}".rstrip("0") if rest else ""
    return signed(amount, money(whole_fen) + more)


def share(basis_points: int) -> str:
    """5000 -> "50%", 3333 -> "33.33%"."""
    whole, rest = divmod(abs(basis_points), 100)
    return signed(basis_points, f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%")


def years(first: int, last: int) -> str:
    """2021, 2024 -> "2021–2024"; a year alone is itself."""
    return str(first) if first == last else f"{first}–{last}"


def day(on: date) -> str:
    """2021-05-03: the same in both languages, and never mistaken for another day."""
    return on.isoformat()
