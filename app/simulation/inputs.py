"""What questions are asked of: all bills and covers of the fund, as columns. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.benefits.columns import Bills, Covers, Flag, Index, Whole

FIRST_COVER: Final = 1 << 30
"""In `gap_days`: there was no cover before; no gap is as long as this."""
BAND_YEARS: Final = 5
BANDS: Final = 18
"""Ages in fives: 0-4 … 80-84, 85 and above; one place more for births not known."""
UNKNOWN_AGE: Final = BANDS
GROUPS: Final = 100
"""Of members, by their number: what the grouped bootstrap draws."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Live bills by member and, of one member, in the order of settlement; every cover in force,
    sorted by member and start.

    Of each bill: `recorded_fen`, what was granted in fact. `begins`: the place of the first bill of
    each member with bills. Of each cover: its `benefit_year`; `cell`, its place in a cube of years,
    unions and age bands, and `grouped`, in one of years, age bands and groups of members (see
    `shapes`); `due_fen`, what was owed for it by all payers; `gift`, under a campaign; `gap_days`,
    from the last day of the member's cover before to the day the unit confirmed, FIRST_COVER where
    there was none.
    """

    bills: Bills
    recorded_fen: Whole
    begins: Index
    covers: Covers
    benefit_year: Whole
    cell: Index
    grouped: Index
    due_fen: Whole
    gift: Flag
    gap_days: Whole
    unions: tuple[str, ...]

    @property
    def granted(self) -> Flag:
        """Which covers were granted: those of an earlier time (members below 0) add none."""
        found: Flag = self.covers.member >= 0
        return found

    @property
    def years(self) -> range:
        """From the first benefit year of a cover to the last."""
        if not len(self.benefit_year):
            return range(0)
        return range(int(self.benefit_year.min()), int(self.benefit_year.max()) + 1)

    @property
    def shapes(self) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """Of the cubes that `cell` and `grouped` are places in."""
        return shapes(len(self.years), len(self.unions))


def shapes(years: int, unions: int) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Years, unions and bands; years, bands and groups."""
    return (years, unions, BANDS + 1), (years, BANDS + 1, GROUPS)


def places(
    benefit_year: Whole, union: Index, born: Whole, member: Whole, unions: int
) -> tuple[Index, Index]:
    """`cell` and `grouped` of covers; `born`: a year, 0 where not known."""
    if not len(member):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    year = (benefit_year - benefit_year.min()).astype(np.intp)
    of_union, of_group = shapes(int(year.max()) + 1, unions)
    age = bands(born, benefit_year)
    cell = np.ravel_multi_index((year, union, age), of_union)
    return cell, np.ravel_multi_index((year, age, np.abs(member) % GROUPS), of_group)


def bands(born: Whole, year: Whole) -> Index:
    """The band of five years that each age falls in, in a benefit year."""
    place = np.clip((year - born) // BAND_YEARS, 0, BANDS - 1)
    return np.where(born == 0, UNKNOWN_AGE, place).astype(np.intp)
