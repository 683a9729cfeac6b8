"""Words of statements, matching, notices, refunds."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {}
