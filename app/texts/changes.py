"""Words of joiners, leavers, lists and self-enrolment."""

from typing import Final

from app.texts import Words

WORDS: Final[dict[str, Words]] = {}
