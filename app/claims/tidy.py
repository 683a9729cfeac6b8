"""What people type into a field, as a sheet is read (`app.claims.sheet`). Pure."""

import re
import unicodedata
from typing import Final

from app.claims.sheet import AMOUNTS

_GROUPED: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_BEFORE: Final = re.compile(r"^(¥|人民币|RMB|CNY)\s*", re.IGNORECASE)
_AFTER: Final = re.compile(r"\s*(元整|元|圆整|圆|块)$")


def tidy(name: str, typed: str) -> str:
    """What a person typed into a field, as it is read: full-width signs as plain ones, an amount
    without its currency and thousands separators. Nothing is guessed."""
    if name in AMOUNTS:
        return tidy_amount(typed)
    text = unicodedata.normalize("NFKC", typed) if name != "fixmedins_name" else typed
    return text.strip()


def tidy_amount(typed: str) -> str:
    """An amount as people write it, as it is read."""
    text = unicodedata.normalize("NFKC", typed).strip()
    text = _AFTER.sub("", _BEFORE.sub("", text))
    return (text.replace(",", "") if _GROUPED.fullmatch(text) else text).strip()
