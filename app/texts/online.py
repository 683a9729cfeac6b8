"""Words of online payment."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {}
