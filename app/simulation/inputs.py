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
    """Live bills in the order of settlement, and every cover in force, sorted by member and start.

    Of each bill: `recorded_fen`, what was granted in fact; `whose`, its member's place among the
    members with bills. Of each cover: its `benefit_year`; `union`, a place in `unions`; `born`, a
    year, 0 where not known; `due_fen`, what was owed for it by all payers; `gift`, under a
    campaign; `gap_days`, from the last day of the member's cover before to the day the unit
    confirmed, FIRST_COVER where there was none.
    """

    bills: Bills
    recorded_fen: Whole
    whose: Index
    covers: Covers
    benefit_year: Whole
    union: Index
    born: Whole
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
    def members(self) -> int:
        """How many members have bills."""
        return int(self.whose.max(initial=-1)) + 1


def bands(born: Whole, year: Whole) -> Index:
    """The band of five years that each age falls in, in a benefit year."""
    place = np.clip((year - born) // BAND_YEARS, 0, BANDS - 1)
    return np.where(born == 0, UNKNOWN_AGE, place).astype(np.intp)
