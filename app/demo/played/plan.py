"""What is to happen in the played year: a pure function of a seed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
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
QUOTA: Final = 40
WRONG, PART, OVER = 3, 7, 11
"""Units that pay with a wrong reference, in two parts, and too much."""
GUEST_OF, HOME = 15, 14
"""A person of the second unit stands on the first one's roster, too."""
MERGED, INTO, SPLIT, PARTED = 30, 31, 32, 33
_FIRST: Final = 2
"""The month of the bills that are corrected later."""
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


class Special(Enum):
    """Bills that somebody must do something about."""

    FIRST = "paid, and corrected later"
    CORRECTED = "sent again: higher, lower, and one to set off against"
    INJURED = "held until the member states and two decide"
    COUNTER = "filed from a sheet"
    DIED = "of a member who dies"
    LATE = "settled in the year, sent after its books were closed"


_NUMBERED: Final = {
    Special.FIRST: 900_000,
    Special.INJURED: 900_100,
    Special.COUNTER: 900_200,
    Special.DIED: 900_300,
    Special.LATE: 900_400,
}


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

    def roster_of(self, number: int) -> list[int]:
        """Who stands on a unit's roster."""
        return self.staff[number] + ([self.staff[HOME][1]] if number == GUEST_OF else [])

    def joiners_of(self, number: int) -> list[int]:
        """Who joins one of the first units in the course of the year."""
        each = JOINERS // 3
        return self.joiners[number * each : (number + 1) * each]

    def row(self, person: int) -> list[str]:
        """A line of a roster: name, ID number, account."""
        return [self.people.names[person], self.people.certnos[person], self.people.card(person)]

    def special(self, what: Special) -> list[Bill]:
        """The bills of a kind, the same each time."""
        if what is Special.CORRECTED:
            higher, lower = self.special(Special.FIRST)
            later = replace(
                lower, number=lower.number + 50, settled_on=date(YEAR, 6, 20), scope_fen=900_000
            )
            return [
                replace(higher, scope_fen=higher.scope_fen + 200_000),
                replace(lower, scope_fen=lower.scope_fen - 300_000),
                later,
            ]
        first = _NUMBERED[what]
        count, settled_on, kind = {
            Special.FIRST: (2, date(YEAR, 2, 12), "21"),
            Special.INJURED: (4, date(YEAR, 5, 10), "22"),
            Special.COUNTER: (5, date(YEAR, 9, 2), "25"),
            Special.DIED: (1, date(YEAR, 8, 12), "21"),
            Special.LATE: (3, date(YEAR, 12, 27), "21"),
        }[what]
        person = self.staff[20 + list(_NUMBERED).index(what)]
        return [
            Bill(
                first + place,
                person[place % 5],
                settled_on,
                4 + place,
                1_000_000 + 700 * place,
                400_000,
                kind,
            )
            for place in range(count)
        ]

    def who(self, setl_id: str) -> int:
        """Whose special bill this is."""
        every = (bill for what in _NUMBERED for bill in self.special(what))
        return next(bill.person for bill in every if bill.setl_id == setl_id)

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
        own = [bill for bill in self.bills if bill.settled_on.month == month]
        first = self.special(Special.FIRST) if month == _FIRST else []
        return own + first

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
