"""The rosters units send, and when they pay: who, from when, confirmed and paid when. Pure.

Units that joined before 2023 have a month of their own in which their twelve months begin; from
2023 on all enrol for the calendar year, and covers that run into it stand to their end.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np

from app.demo.draw import Draw, Whole
from app.demo.scale import Scale
from app.demo.staff import Staff

Way = Literal["xlsx", "csv", "bom", "gbk"]
WAYS: Final[tuple[Way, ...]] = ("xlsx", "csv", "bom", "gbk")
_CALENDAR: Final = 2023
"""From this benefit year on a cover runs to 31 December."""
_FUND_BEGINS: Final = 2019
_MANY: Final = 100


@dataclass(frozen=True, slots=True)
class PlannedRoster:
    """One file of a unit. `payments`: (day, thousandths of what is due); `full_on` None: never.

    `spoiled`: how many of its rows are wrong besides; `guests`: people another unit enrols too.
    """

    number: int
    unit: int
    year: int
    starts_on: date
    confirmed_on: date
    people: Whole
    guests: tuple[int, ...]
    spoiled: int
    way: Way
    payments: tuple[tuple[date, int], ...]

    @property
    def full_on(self) -> date | None:
        """The day the last of the money comes."""
        whole = sum(part for _, part in self.payments) == 1_000  # noqa: PLR2004 - thousandths
        return self.payments[-1][0] if whole else None

    @property
    def in_time(self) -> bool:
        """Whether the covers keep their start."""
        return self.full_on is not None and self.full_on <= self.starts_on


def unpaid_units(draw: Draw, scale: Scale) -> dict[int, list[int]]:
    """The units that do not pay in a year: small ones that have taken part before."""
    found: dict[int, list[int]] = {}
    for year, count in scale.unpaid.items():
        known = np.arange(3, scale.units[year - 1]) if count else np.arange(0)
        order = np.argsort(draw.bits("does not pay", known, year), kind="stable")
        found[year] = sorted(known[order][:count].tolist())
    return found


def rosters(
    draw: Draw, scale: Scale, people: Staff, unpaid: dict[int, list[int]]
) -> list[PlannedRoster]:
    """Every roster in the order of confirmation."""
    planned = [
        _planned(draw, year, unit, part, row, unpaid, scale)
        for year in scale.years
        for unit, whole in enumerate(people.rows[year])
        for part, row in _parts(draw, scale, people, year, unit, whole)
    ]
    planned = _with_guests(draw, planned)
    planned.sort(key=lambda x: (x.confirmed_on, x.year, x.unit))
    return [replace(roster, number=number) for number, roster in enumerate(planned)]


def first_year(scale: Scale, unit: int) -> int:
    """The first benefit year a unit takes part in."""
    return next(year for year in scale.years if unit < scale.units[year])


def _parts(
    draw: Draw, scale: Scale, people: Staff, year: int, unit: int, row: Whole
) -> Iterator[tuple[str, Whole]]:
    """The main roster, and for some units a second one of those who joined during the year."""
    new = people.joined[row] == year
    second = year > first_year(scale, unit) and 0 < new.sum() < len(row)
    if second and draw.one_happens(120, "joiners", unit, year):
        yield "main", row[~new]
        yield "joiners", row[new]
    else:
        yield "main", row


def _planned(
    draw: Draw,
    year: int,
    unit: int,
    part: str,
    row: Whole,
    unpaid: dict[int, list[int]],
    scale: Scale,
) -> PlannedRoster:
    start = _start(draw, scale, year, unit)
    if part == "joiners":
        month = 11 if start.month > 9 else max(start.month + 1, 3)  # noqa: PLR2004 - autumn
        more = draw.one(max(1, 10 - month), "joiners' month", unit, year)
        start = date(year, month + more, 1)
    lead = draw.one(20, "confirmed", unit, year)
    confirmed_on = start - timedelta(days=14 + lead)
    pays = unit not in unpaid.get(year, ())
    return PlannedRoster(
        number=0,
        unit=unit,
        year=year,
        starts_on=start,
        confirmed_on=confirmed_on,
        people=row,
        guests=(),
        spoiled=int(draw.one_happens(60, "spoiled", unit, year)),
        way=_way(draw, unit, len(row), scale),
        payments=_payments(draw, unit, year, start, confirmed_on, part, pays=pays),
    )


def _start(draw: Draw, scale: Scale, year: int, unit: int) -> date:
    """The day a unit asks its covers to start on."""
    began = first_year(scale, unit)
    if began == _FUND_BEGINS:
        month = (10, 11)[draw.one_weighted((92, 8), "month", unit)]
    else:
        month = (1, 4, 7)[draw.one_weighted((76, 10, 14), "month", unit)]
    return date(year, month if year < _CALENDAR or year == began else 1, 1)


def _way(draw: Draw, unit: int, heads: int, scale: Scale) -> Way:
    """How a unit's file is written: workbooks by some, text by most where there are many."""
    many = scale.units[scale.years[-1]] > _MANY
    weights = (4, 60, 18, 18) if many else (50, 20, 15, 15)
    return WAYS[draw.one_weighted(weights, "way of file", unit)]


def _payments(
    draw: Draw, unit: int, year: int, start: date, confirmed_on: date, part: str, *, pays: bool
) -> tuple[tuple[date, int], ...]:
    lead = draw.one(8, "pays early", unit, year)
    day = start - timedelta(days=1 + lead)
    habit = draw.one_weighted((78, 14, 6, 2), "pays", unit, year)
    if not pays:
        return () if habit else ((day, 500),)
    if part == "joiners" or habit == 0:
        return ((day, 1_000),)
    if habit == 1:
        return ((confirmed_on + timedelta(days=2), 600), (day, 400))
    late = draw.one(38, "late by", unit, year)
    late_on = start + timedelta(days=2 + late)
    return ((late_on, 1_000),) if habit == 2 else ((day, 300), (late_on, 700))  # noqa: PLR2004


def _with_guests(draw: Draw, planned: list[PlannedRoster]) -> list[PlannedRoster]:
    """Some people stand on the rosters of two units: the first paid cover counts."""
    homes: dict[int, list[PlannedRoster]] = {}
    for roster in planned:
        if roster.in_time:
            homes.setdefault(roster.year, []).append(roster)
    out = []
    for roster in planned:
        some = homes.get(roster.year, [])
        calls = draw.one_happens(40, "guest", roster.unit, roster.year)
        if not calls or not roster.in_time:
            out.append(roster)
            continue
        home = some[draw.one(len(some), "guest of", roster.unit, roster.year)]
        guests = () if home.unit == roster.unit else (int(home.people[0]),)
        out.append(replace(roster, guests=guests))
    return out
