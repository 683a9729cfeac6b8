"""The reference a payment notice asks a unit to write: whose money, of which benefit year. Pure.

"HZ", the year, the unit's number in six digits or more, and two check digits (ISO 7064, MOD 97-10),
which find every single wrong digit and every two that changed places. Banks pass letters on in any
case and width and put blanks between groups, so it is looked for in what is left without those.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from stdnum.iso7064 import mod_97_10

PREFIX: Final = "HZ"
_BETWEEN: Final = re.compile(r"[\s\-_.·]+")
_LIKE_ONE: Final = re.compile(r"(?<![A-Z])HZ([0-9]*)")
_WHOLE: Final = re.compile(r"(20[0-9]{2})([0-9]{6,9})[0-9]{2}")


class Named(NamedTuple):
    """What a reference says."""

    unit_id: int
    year: int


class Found(NamedTuple):
    """References in a text: those that are right, each once, and how many are not."""

    right: tuple[Named, ...]
    wrong: int


def notice_reference(unit_id: int, year: int) -> str:
    """The reference of a unit's payment for a benefit year, like "HZ202400004271"."""
    number = f"{year:04d}{unit_id:06d}"
    return f"{PREFIX}{number}{mod_97_10.calc_check_digits(number)}"


@lru_cache(maxsize=1 << 14)
def references_in(text: str) -> Found:
    """Every reference in a bank line's texts. The same remark comes again and again."""
    if "z" not in text and "Z" not in text and "\uff3a" not in text and "\uff5a" not in text:
        return _NONE
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text).upper())
    right: list[Named] = []
    wrong = 0
    for digits in _LIKE_ONE.findall(plain):
        whole = _WHOLE.fullmatch(digits)
        if whole is None or int(digits) % 97 != 1:
            wrong += 1
            continue
        named = Named(int(whole[2]), int(whole[1]))
        if named not in right:
            right.append(named)
    return Found(tuple(right), wrong)


_NONE: Final = Found((), 0)
