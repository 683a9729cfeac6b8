"""A refusal's sentence where its facts are not at hand any more: the places stay open."""

import re
from typing import Final

from app.texts import Words, _merged

_PLACE: Final = re.compile(r"%\(\w+\)[a-z]")
_WITHOUT: Final = {
    "SetlIdTwice": Words(
        "结算编号在本文件前面的行已经出现过。",
        "The setl_id was already in an earlier line of this file.",
    ),
    "RowWidth": Words(
        "这一行的格数与表头的列数不同。行可能被截断，或格内的逗号没有加引号。",
        "The row has more or fewer cells than the header. It may be cut off, or a comma inside a "
        "cell is not quoted.",
    ),
}
"""Sentences that say nothing any more with their places open."""


def plainly(key: str, lang: str) -> str:
    """The sentence for `key`, with "…" wherever it would name a fact."""
    words = _WITHOUT.get(key) or _merged()[key]
    return _PLACE.sub("…", words.en if lang == "en" else words.zh).replace("%%", "%")
