"""Words of recoveries, injuries, set-off and heirs."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {}
