"""What is to happen in the played year: a pure function of a seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np

from app.demo.draw import Draw
from app.demo.people import People, luhn_digit
from app.demo.places import Employer, employers

YEAR: Final = 2024
UNITS: Final = 50
BY_FILE: Final = 12
"""So many of the units are registered from a file."""
CLAIMS: Final = 2_000
JOINERS: Final = 40
GIFTED: Final = 60
_SIZES: Final = (6, 8, 10, 12, 14, 16, 18, 22, 28)


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill of the bureau. `person` is its place among the plan's people; amounts in fen."""

    number: int
    person: int
    settled_on: date
    days: int
    scope_fen: int
    basic_fen: int
    kind: str = "21"
    undoes: str = ""
    """The settlement that this row takes back."""

    @property
    def setl_id(self) -> str:
        """The bureau's number."""
        return f"4105{self.settled_on:%Y%m%d}{self.number:08d}"


class Plan:
    """People are numbered: units' staff first, then joiners, then those who are given covers."""

    def __init__(self, seed: int, claims: int = CLAIMS) -> None:
        self.claims = claims
        self.draw = Draw(f"played year {seed}")
        self.units: list[Employer] = employers(self.draw, UNITS)
        sizes = self.draw.amount(_SIZES, "heads", np.arange(UNITS)).tolist()
        ends = np.cumsum(sizes).tolist()
        self.staff = [list(range(end - size, end)) for size, end in zip(sizes, ends, strict=True)]
        self.heads = ends[-1]
        self.joiners = list(range(self.heads, self.heads + JOINERS))
        first = self.heads + JOINERS
        self.gifted = list(range(first, first + GIFTED))
        joined = np.full(first + GIFTED, YEAR, np.int64)
        self.people = People(self.draw, joined, first_year=YEAR)

    def row(self, person: int) -> list[str]:
        """A line of a roster: name, ID number, account."""
        return [self.people.names[person], self.people.certnos[person], self.people.card(person)]

    def unit_account(self, number: int) -> str:
        """The bank account of a unit."""
        body = f"622199{9}{number:011d}"
        return body + luhn_digit(body)

    @cached_property
    def bills(self) -> list[Bill]:
        """The year's bills of the units' people, in the order of settlement."""
        made = [self._bill(number) for number in range(1, self.claims + 1)]
        return sorted(made, key=lambda bill: (bill.settled_on, bill.number))

    def bills_of(self, month: int) -> list[Bill]:
        """Those settled in a month of the year."""
        return [bill for bill in self.bills if bill.settled_on.month == month]

    def _bill(self, number: int) -> Bill:
        draw = self.draw
        days = 3 + draw.one(12, "days", number)
        settled_on = date(YEAR, 1, 20) + timedelta(days=draw.one(345, "settled", number))
        scope_fen = 100 * (2_000 + draw.one(12_000, "scope", number)) + draw.one(100, "fen", number)
        basic_fen = scope_fen * (40 + draw.one(30, "insured", number)) // 100
        chronic = draw.one_happens(200, "chronic", number)
        return Bill(
            number,
            draw.one(self.heads, "falls ill", number),
            settled_on,
            0 if chronic else days,
            scope_fen // 10 if chronic else scope_fen,
            basic_fen // 10 if chronic else basic_fen,
            "14" if chronic else "21",
        )
