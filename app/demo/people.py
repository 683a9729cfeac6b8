"""The people of the city: sex, birth, name, ID number, bank cards. Pure.

The county part of the numbers (410597-410599) was never given to a county and the cards' issuer
does not exist, so that no number belongs to anybody. All are valid: the check digit of GB 11643, a
real birth date, a serial number odd for men and even for women; cards pass Luhn.
"""

from datetime import date
from functools import cached_property
from typing import Final

import numpy as np

from app.demo.draw import Draw, Whole
from app.demo.names import names
from app.roster.identity import certno_check_digit

_REGIONS: Final = ("410597", "410598", "410599")
_AGES: Final = (20, 24, 27, 30, 33, 36, 39, 42, 46, 51, 59)
_AGES_OF_JOINERS: Final = (20, 21, 22, 23, 24, 25, 27, 29, 32, 38, 52)
_ISSUER: Final = "622199"


class People:
    """`count` people, numbered from 0; `joined`: the year each first takes part."""

    def __init__(self, draw: Draw, joined: Whole, *, first_year: int) -> None:
        self._draw = draw
        self._joined = joined
        self._first_year = first_year
        self._number = np.arange(len(joined), dtype=np.int64)

    def __len__(self) -> int:
        return len(self._joined)

    @cached_property
    def woman(self) -> Whole:
        """1 for women, 0 for men."""
        return self._draw.below(2, "sex", self._number)

    @cached_property
    def born_day(self) -> Whole:
        """The birth's proleptic ordinal."""
        age = np.where(
            self._joined > self._first_year,
            self._draw.amount(_AGES_OF_JOINERS, "age", self._number),
            self._draw.amount(_AGES, "age", self._number),
        )
        new_year = np.array([date(y, 1, 1).toordinal() for y in range(1900, 2101)], np.int64)
        born_year = self._joined - age
        day = self._draw.below(365, "birthday", self._number)
        found: Whole = new_year[born_year - 1900] + day
        return found

    @cached_property
    def born_year(self) -> Whole:
        """The year of birth."""
        days = (self.born_day - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
        return days.astype("datetime64[Y]").astype(np.int64) + 1970

    @cached_property
    def names(self) -> list[str]:
        """Everybody's name."""
        return names(self._draw, self._number, self.woman, self.born_year)

    @cached_property
    def certnos(self) -> list[str]:
        """Everybody's ID number; no two are equal."""
        region = self._draw.below(len(_REGIONS), "region", self._number)
        serial = 2 * _rank(region, self.born_day, self.woman) + 1 + self.woman
        rows = zip(region.tolist(), self.born_day.tolist(), serial.tolist(), strict=True)
        return [_certno(_REGIONS[place], day, number) for place, day, number in rows]

    def card(self, person: int, number: int = 0) -> str:
        """A person's first card (0) or a later one."""
        body = f"{_ISSUER}{number}{person:011d}"
        return body + luhn_digit(body)


def _rank(*columns: Whole) -> Whole:
    """Each row's place among the rows before it that are equal in all columns."""
    order = np.lexsort(columns)
    sorted_rows = np.stack([column[order] for column in columns])
    new = np.append(True, (sorted_rows[:, 1:] != sorted_rows[:, :-1]).any(axis=0))
    begins = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - begins
    return rank


def _certno(region: str, born_day: int, serial: int) -> str:
    body = f"{region}{date.fromordinal(born_day):%Y%m%d}{serial:03d}"
    return body + certno_check_digit(body)


def luhn_digit(body: str) -> str:
    """The last digit of a card that begins with these."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - the sum of two digits
    return str(-total % 10)
