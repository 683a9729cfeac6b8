"""Who works where in which year: most stay, some leave, join, or go to another unit. Pure.

Every unit has places; a place is held by one person a year. Each year a part of the places falls
free; most are taken by people new to the fund, some by those who just left another unit.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.demo.draw import Draw, Whole
from app.demo.scale import Scale

_SIZES: Final = (
    3,
    5,
    7,
    9,
    12,
    15,
    19,
    24,
    30,
    38,
    48,
    60,
    76,
    98,
    128,
    170,
    235,
    340,
    560,
    1_100,
    3_600,
)
"""Heads of a unit at every twentieth: many small, a few thousands. Made to fit the year's heads."""
_SIZES_SMALL: Final = (8, 10, 13, 16, 20, 25, 31, 38, 46, 55, 66, 80, 105, 150, 320)
_LEAVE: Final = 70
"""Of a thousand, a year."""
_MOVE: Final = 250
"""Of a thousand places that fall free, how many are taken by people from other units."""


@dataclass(frozen=True, slots=True)
class Staff:
    """`rows[year][unit]`: the people of a unit; `joined[person]`: the first year of each."""

    rows: dict[int, list[Whole]]
    joined: Whole


def staff(draw: Draw, scale: Scale, extra: dict[int, list[int]]) -> Staff:
    """Everybody's unit in each year. `extra`: units whose heads come on top of the year's heads."""
    years = scale.years
    most = scale.units[years[-1]]
    table = _SIZES if most > 100 else _SIZES_SMALL  # noqa: PLR2004 - a town or a city
    natural = draw.amount(table, "size", np.arange(most))
    sizes = {
        year: _sizes(natural[: scale.units[year]], scale.heads[year], extra.get(year, []))
        for year in years
    }
    places = np.max([np.pad(sizes[y], (0, most - len(sizes[y]))) for y in years], axis=0)
    first_place = np.append(0, np.cumsum(places))
    holder = np.full(int(first_place[-1]), -1, np.int64)
    joined: list[Whole] = []
    rows: dict[int, list[Whole]] = {}
    for year in years:
        begins = first_place[: len(sizes[year])]
        used = np.concatenate(
            [np.arange(b, b + n) for b, n in zip(begins, sizes[year], strict=True)]
        )
        _fill(draw, year, holder, used, joined)
        rows[year] = [holder[b : b + n].copy() for b, n in zip(begins, sizes[year], strict=True)]
    return Staff(rows, np.concatenate(joined))


def _sizes(natural: Whole, heads: int, extra: list[int]) -> Whole:
    """Sizes in the proportion of `natural`, at least 2, which add up to `heads` without `extra`."""
    counted = np.ones(len(natural), np.bool_)
    counted[extra] = False
    sizes = np.maximum(natural * heads // int(natural[counted].sum()), 2)
    missing = heads - int(sizes[counted].sum())
    largest = np.argsort(-natural, kind="stable")
    largest = largest[counted[largest]][: max(1, len(natural) // 4)]
    each, rest = divmod(missing, len(largest))
    sizes[largest] += each
    sizes[largest[:rest]] += 1
    return sizes


def _fill(draw: Draw, year: int, holder: Whole, used: Whole, joined: list[Whole]) -> None:
    """Let places fall free and fill all that are used, in place."""
    count = sum(map(len, joined))
    before = holder[used]
    leaves = (before >= 0) & draw.happens(_LEAVE, "leaves", used, year)
    free = used[leaves | (before < 0)]
    gone = before[leaves]
    gone = gone[np.argsort(draw.bits("whither", gone, year), kind="stable")] if len(gone) else gone
    moves = free[draw.happens(_MOVE, "moves", free, year)][: len(gone)]
    if not joined:
        moves = moves[:0]
    holder[free] = -1
    holder[moves] = gone[: len(moves)]
    new = free[holder[free] < 0]
    holder[new] = count + np.arange(len(new))
    joined.append(np.full(len(new), year, np.int64))
