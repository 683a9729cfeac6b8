"""A refusal's sentence where its facts are not at hand any more: the places stay open."""

import re
from typing import Final

from app.texts import _merged

_PLACE: Final = re.compile(r"%\(\w+\)[a-z]")


def plainly(key: str, lang: str) -> str:
    """The sentence for `key`, with "…" wherever it would name a fact."""
    words = _merged()[key]
    return _PLACE.sub("…", words.en if lang == "en" else words.zh).replace("%%", "%")
