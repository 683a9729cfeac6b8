"""Where a line of a paper may end. Pure.

Between any two Chinese letters, and never inside an amount (with its sign), a date or a number by
which something is found again, as long as such fits in a line: read apart, they are read wrongly.
Nor does a line begin with a mark that closes, or end with one that opens.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

_OPENS: Final = "（《“‘【「『"
_CLOSES: Final = "，。；：、！？）》”’】」』％…"
_PIECE: Final = re.compile(
    rf"[{_OPENS}]*"
    r"(?: +|\d{1,4}年\d{1,2}月(?:\d{1,2}日)?|[-−+¥￥]*\d[\d,.]*(?:元|%|％)|[¥￥−!-~]+|.)"
    rf"[{_CLOSES}]*",
    re.DOTALL,
)


def broken(text: str, width: float, width_of: Callable[[str], float]) -> str:
    """The text with a line break wherever a line of `width` is full.

    What alone is wider than a line is left to break anywhere: it begins where it stands.
    """
    return "\n".join(line for part in text.split("\n") for line in _lines(part, width, width_of))


def _lines(text: str, width: float, width_of: Callable[[str], float]) -> Iterator[str]:
    if width_of(text) <= width:
        yield text
        return
    line, used = "", 0.0
    for piece in _pieces(text, width, width_of):
        wide = width_of(piece)
        if line and used + wide > width:
            yield line.rstrip(" ")
            line, used = "", 0.0
            if piece.isspace():
                continue
        line, used = line + piece, used + wide
    yield line


def _pieces(text: str, width: float, width_of: Callable[[str], float]) -> Iterator[str]:
    for found in _PIECE.finditer(text):
        piece = found.group()
        if width_of(piece) <= width:
            yield piece
        else:
            yield from piece
