"""What a unit writes in its transfer, so that the money finds its unit and year. Pure.

HZ, the benefit year, the unit's number (six digits or more), and two check digits by ISO 7064
MOD 97-10 over all digits, which find every single wrong digit and every swap of two neighbours.
A bank's own text stands around it, and people put spaces into it.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from stdnum.iso7064 import mod_97_10

_YEAR: Final = 4
_UNIT: Final = 6
_CHECK: Final = 2
_SHORTEST: Final = _YEAR + _UNIT + _CHECK
_LONGEST: Final = _YEAR + 18 + _CHECK
"""A unit's number is a BIGINT."""
_FOUND: Final = re.compile(r"H\s?Z((?:[\s-]{0,3}[0-9]+){1,24})", re.IGNORECASE)
_DIGITS: Final = re.compile(r"[0-9]+")


def reference_of(unit_id: int, year: int) -> str:
    """The reference of one unit's money for one benefit year: HZ202400012346."""
    digits = f"{year:0{_YEAR}d}{unit_id:0{_UNIT}d}"
    return f"HZ{digits}{mod_97_10.calc_check_digits(digits)}"


def read_reference(text: str) -> tuple[int, int] | None:
    """Unit and year of the reference in a text; None: there is none, or there are two."""
    plain = unicodedata.normalize("NFKC", text)
    found = {read for match in _FOUND.finditer(plain) for read in _read(match[1])}
    return found.pop() if len(found) == 1 else None


def _read(run: str) -> Iterator[tuple[int, int]]:
    """A number that a space ends or divides: the shortest that its check digits bear out."""
    digits = ""
    for group in _DIGITS.findall(run):
        digits += group
        if len(digits) > _LONGEST:
            return
        if len(digits) >= _SHORTEST and mod_97_10.is_valid(digits):
            unit_id, year = int(digits[_YEAR:-_CHECK]), int(digits[:_YEAR])
            if reference_of(unit_id, year) == f"HZ{digits}":
                yield unit_id, year
            return
