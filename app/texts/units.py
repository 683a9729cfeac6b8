"""Words of registering and changing units."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {}
