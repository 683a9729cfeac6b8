"""Days and moments as files write them: ISO, and nothing that would have to be guessed.

A moment has a space or a T and no zone: the bureau's clock and the fund's are the same. A day alone
is its midnight. Seconds and up to six decimals of them may be left out.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Final

_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
# Hours end at 23: newer Pythons read 24:00 as the next day's midnight, older ones refuse it.
_TIME: Final = r"(?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
_DAY_ONLY: Final = re.compile(_DAY)
_MOMENT: Final = re.compile(rf"{_DAY}(?:[ T]{_TIME})?")


class NotATime(ValueError):
    """A text that names no day or moment."""


@lru_cache(maxsize=1 << 14)
def day_of(text: str) -> date:
    """The day a text names as YYYY-MM-DD. Raises NotATime."""
    if not _DAY_ONLY.fullmatch(text):
        raise NotATime
    return moment_of(text).date()


def moment_of(text: str) -> datetime:
    """The moment a text names, without a zone. Raises NotATime."""
    if not _MOMENT.fullmatch(text):
        raise NotATime
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise NotATime from None
