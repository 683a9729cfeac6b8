"""Words of vouchers, sheets and closing."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {}
