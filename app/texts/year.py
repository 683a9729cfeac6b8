"""Words of opening and publishing a year."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {}
