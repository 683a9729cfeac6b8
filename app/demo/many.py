"""A prefecture or a province as a demonstration: any number of people, a unit at a time. Pure.

Everything is a function of a number, as in the city (`draw`), but nothing is held for all people:
a unit's roster, and the bills of its people, are made when they are wanted.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np
from stdnum.cn import uscc

from app.demo.bills import COLUMNS, Bill, month, rows
from app.demo.draw import Draw
from app.demo.illness import CHRONIC, STAYS
from app.demo.names import names
from app.demo.people import luhn_digit
from app.demo.places import DISTRICTS, HOSPITALS
from app.roster.identity import certno_check_digit
from app.roster.template import HEADINGS

YEAR: Final = 2024
STARTS_ON: Final = date(YEAR, 1, 1)
CONFIRMED_ON: Final = date(YEAR - 1, 12, 1)
_SIZES: Final = (180, 420, 900, 1_500, 2_000)
_ILL: Final = 60
"""Of a thousand people a year, as the fund has published for its own size."""
_DAYS: Final = 14_600
_REGIONS: Final = ("410597", "410598", "410599")
_FIRST_DAY: Final = date(1962, 1, 1)
USCC_BEGINS: Final = "914105998"
_DRAW: Final = Draw("many")


class Unit(NamedTuple):
    """People `first` to before `last` work here."""

    number: int
    uscc: str
    name: str
    district: int
    first: int
    last: int


def units(people: int) -> Iterator[Unit]:
    """Units until so many people work in them."""
    first = number = 0
    while first < people:
        last = min(first + _SIZES[number % len(_SIZES)], people)
        body = f"{USCC_BEGINS}{number:08d}"
        district = number % len(DISTRICTS)
        name = f"{DISTRICTS[district]}示范单位{number + 1:05d}"
        code = body + uscc.calc_check_digit(body)
        yield Unit(number, code, name, district, first, last)
        first, number = last, number + 1


def certno_of(person: int) -> str:
    """An ID number of nobody's; each person has another."""
    region, rest = divmod(person, _DAYS * 1_000)
    day = _FIRST_DAY + timedelta(days=rest % _DAYS)
    body = f"{_REGIONS[region]}{day:%Y%m%d}{rest // _DAYS:03d}"
    return body + certno_check_digit(body)


def roster_of(unit: Unit) -> bytes:
    """The unit's roster as a CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for person, name in zip(range(unit.first, unit.last), _names(unit), strict=True):
        body = f"6221990{person:011d}"
        writer.writerow([name, certno_of(person), body + luhn_digit(body), ""])
    return out.getvalue().encode()


def bills_of(unit: Unit) -> Iterator[list[str]]:
    """What the bureau settles for the unit's people in the year."""
    people = np.arange(unit.first, unit.last)
    ill = people[_DRAW.happens(_ILL, "ill", people)].tolist()
    called = dict(zip(people.tolist(), _names(unit), strict=True))
    bills = [bill for person in ill for bill in _bills(person)]
    certnos = {person: certno_of(person) for person in ill}
    yield from rows(_DRAW, bills, called, certnos)


def header() -> list[str]:
    """The columns of the bureau's file."""
    return [*COLUMNS]


def _bills(person: int) -> Iterator[Bill]:
    for place in range(1 + _DRAW.one_weighted((76, 18, 6), "bills", person)):
        ends_on = STARTS_ON + timedelta(days=_DRAW.one(366, "ends", person, place))
        chronic = _DRAW.one_happens(330, "chronic", person, place)
        days = 0 if chronic else 2 + _DRAW.one(12, "stay", person, place)
        known = CHRONIC if chronic else STAYS
        disease = known[_DRAW.one_weighted(tuple(x.weight for x in known), "of", person, place)]
        number = person * 3 + place
        yield Bill(
            number=number,
            person=person,
            feed=month(ends_on),
            med_type="14" if chronic else "21",
            begins_on=ends_on - timedelta(days=days),
            ends_on=ends_on,
            hospital=_DRAW.one(len(HOSPITALS), "hospital", person, place),
            disease=disease[:2],
            stay=number,
        )


def _names(unit: Unit) -> list[str]:
    people = np.arange(unit.first, unit.last)
    born_year = _FIRST_DAY.year + people % _DAYS // 366
    return names(_DRAW, people, _DRAW.below(2, "sex", people), born_year)
