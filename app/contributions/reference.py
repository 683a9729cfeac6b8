"""The reference a payment notice asks a unit to write: whose money, of which benefit year. Pure.

"HZ", the year, the unit's number in six digits or more, and two check digits (ISO 7064, MOD 97-10),
which find every single wrong digit and every two neighbours that changed places. Banks pass letters
on in any case and width and put blanks between groups; their own figures may follow after one.

What money is booked by is another reference: the bank's own number of it, its name. Taken back, it
keeps the name, and the same money booked again gets a number behind it: "S1", "S1#2", "S1#3". A
bank may write "#2" itself, so a number counts only where money of that name was taken back
(`app.contributions.names`).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from typing import Final, NamedTuple

from stdnum.iso7064 import mod_97_10

PREFIX: Final = "HZ"
_YEAR: Final = 4
_UNIT: Final = 6
_CHECK: Final = 2
_SHORTEST: Final = _YEAR + _UNIT + _CHECK
_LONGEST: Final = _YEAR + 19 + _CHECK
"""A unit's number is a BIGINT."""
MARK: Final = "#"
NUMBER: Final = f"{MARK}([2-9]|[1-9][0-9]+)"
"""What `numbered` writes behind a name: a regular expression that Python and SQL read alike."""
BACK: Final = f"{MARK}0"
"""Behind the reference of what takes another back; no number of ours is 0."""
_NUMBERED: Final = re.compile(f"(.+){NUMBER}", re.DOTALL)
_LIKE_ONE: Final = re.compile(r"H[\s\-]?Z((?:[\s\-_.·]{0,3}[0-9]+){1,24})")
_DIGITS: Final = re.compile(r"[0-9]+")


class Named(NamedTuple):
    """What a reference says."""

    unit_id: int
    year: int


class Found(NamedTuple):
    """References in a text: those that are right, each once, and how many are not."""

    right: tuple[Named, ...]
    wrong: int


def numbered(name: str) -> Iterator[str]:
    """A name, then with a number: what was taken back keeps the reference it was booked by."""
    yield name
    for times in count(2):
        yield f"{name}{MARK}{times}"


def without_numbers(reference: str) -> list[str]:
    """The names a reference may have a number of, the longest first: each end like one cut off."""
    names = []
    while number := _NUMBERED.fullmatch(reference):
        reference = number[1]
        names.append(reference)
    return names


def notice_reference(unit_id: int, year: int) -> str:
    """The reference of a unit's payment for a benefit year, like "HZ202400004271"."""
    number = f"{year:0{_YEAR}d}{unit_id:0{_UNIT}d}"
    return f"{PREFIX}{number}{mod_97_10.calc_check_digits(number)}"


@lru_cache(maxsize=1 << 14)
def references_in(text: str) -> Found:
    """Every reference in a bank line's texts. The same remark comes again and again."""
    if "z" not in text and "Z" not in text and "\uff3a" not in text and "\uff5a" not in text:
        return NONE
    plain = unicodedata.normalize("NFKC", text).upper()
    right: dict[Named, None] = {}
    wrong = 0
    for figures in _LIKE_ONE.findall(plain):
        named = _named(figures)
        if named is None:
            wrong += 1
        else:
            right[named] = None
    return Found(tuple(right), wrong)


def _named(figures: str) -> Named | None:
    """The shortest number, whole groups of digits, that its check digits bear out."""
    digits = ""
    for group in _DIGITS.findall(figures):
        digits += group
        if len(digits) > _LONGEST:
            return None
        if len(digits) >= _SHORTEST and mod_97_10.is_valid(digits):
            named = Named(int(digits[_YEAR:-_CHECK]), int(digits[:_YEAR]))
            if notice_reference(*named) == f"{PREFIX}{digits}":
                return named
    return None


NONE: Final = Found((), 0)
"""What most texts hold."""
