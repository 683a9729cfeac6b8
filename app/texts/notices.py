"""Words of messages that go out."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {}
