"""Money is whole fen, an int. Yuan exist only as text, at the doors and in files.

An amount is written as the national interface's N16,2: an optional minus, digits, and at most two
decimals. Readings that would be guesses are refused: no exponent, no plus sign, no thousands
separator, no full-width digit, no bare point after the digits, no third decimal even where it is 0.
A missing zero before the point (".50") is read, because database exports write amounts that way.
"""

import re
from typing import Final, Literal

MOST_FEN: Final = 10**16 - 1
"""The largest amount of N16,2."""

_AMOUNT = re.compile(r"(-?)([0-9]*)(?:\.([0-9]{1,2}))?", re.ASCII)
_MORE_DECIMALS = re.compile(r"-?[0-9]*\.[0-9]{3,}", re.ASCII)

AmountFault = Literal["AmountDecimals", "AmountTooLarge", "AmountMalformed", "AmountUnlikely"]


class NotAnAmount(ValueError):
    """A text that is no amount; `reason` is a key of the texts."""

    def __init__(self, reason: AmountFault) -> None:
        self.reason: AmountFault = reason
        super().__init__(reason)


def fen(yuan: str) -> int:
    """The fen of an amount written in yuan. Raises NotAnAmount."""
    found = _AMOUNT.fullmatch(yuan)
    if found is None:
        more = _MORE_DECIMALS.fullmatch(yuan)
        raise NotAnAmount("AmountDecimals" if more else "AmountMalformed")
    minus, whole, decimals = found.groups(default="")
    if not (whole or decimals):
        raise NotAnAmount("AmountMalformed")
    if len(whole.lstrip("0")) > len(str(MOST_FEN)) - 2:
        raise NotAnAmount("AmountTooLarge")
    amount_fen = int(whole or "0") * 100 + int(decimals.ljust(2, "0"))
    return -amount_fen if minus else amount_fen


def yuan(amount_fen: int) -> str:
    """The amount in yuan with two decimals and no separators: 1234567 -> "12345.67"."""
    whole, decimals = divmod(abs(amount_fen), 100)
    return f"{'-' if amount_fen < 0 else ''}{whole}.{decimals:02d}"
