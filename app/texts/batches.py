"""Words of payment batches and templates."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {}
