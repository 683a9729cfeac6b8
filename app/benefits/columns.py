"""The kernel's columns: what goes in, what comes out. Days are days since 1970-01-01, money is fen.

All columns of one object have the same length; a row is a bill, a cover, or something granted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Whole: TypeAlias = NDArray[np.int64]
Day: TypeAlias = NDArray[np.int32]
Code: TypeAlias = NDArray[np.uint8]
Index: TypeAlias = NDArray[np.intp]
Flag: TypeAlias = NDArray[np.bool_]

EPOCH: Final = date(1970, 1, 1).toordinal()
FIRST_DAY: Final = date.min.toordinal() - EPOCH
LAST_DAY: Final = date.max.toordinal() - EPOCH
MISSING_DAY: Final = int(np.iinfo(np.int32).min)
MISSING_FEN: Final = int(np.iinfo(np.int64).min)
NO_CAP: Final = -1
"""In `room`: nothing limits it."""
ALL_CARES: Final = 0xFF
"""In `Covers.cares`: every care of the scheme."""


class Refused(IntEnum):
    """Why a bill gets nothing: the first that applies, in this order. NO is not refused.

    DATE_MISSING is not the fund's rule but the bill's fault: a date that its rule asks for is not
    there. It ranks where the date is asked for. DECLINED is people's decision about a held bill.
    """

    NO = 0
    REFUNDED = 1
    HELD = 2
    NOT_IN_SCHEME = 3
    UNKNOWN_MED_TYPE = 4
    NO_COVER = 5
    WAITING = 6
    DATE_MISSING = 7
    DECLINED = 8


@dataclass(frozen=True, slots=True)
class Bills:
    """Bills to determine. The rows of one member stand in the order they are to be granted in.

    `stay`: 0 where the bill names no stay; equal within a member where it is the same stay.
    `psn_part`: MISSING_FEN where the bill does not say.
    """

    member: Whole
    care: Code
    refunded: Flag
    admitted_day: Day
    discharged_day: Day
    settled_day: Day
    stay: Whole
    inscp_scp: Whole
    hifp: Whole
    hifob: Whole
    hifmi: Whole
    act_pay_dedc: Whole
    psn_part: Whole
    fulamt_ownpay: Whole
    overlmt_selfpay: Whole
    preselfpay: Whole
    waived: Flag

    def __len__(self) -> int:
        return len(self.member)


@dataclass(frozen=True, slots=True)
class Covers:
    """Terms in force, both days included; those of one member do not overlap.

    `waits_until`: the first day that pays, MISSING_DAY where the cover does not wait.
    `cares`: a bit for each care of `care.CARES`, or ALL_CARES.
    """

    member: Whole
    starts_day: Day
    ends_day: Day
    waits_until: Day
    cares: Code

    def __len__(self) -> int:
        return len(self.member)


@dataclass(frozen=True, slots=True)
class Granted:
    """What stands granted before: used of each entitlement, and base so far of each stay.

    A row that concerns none of the bills does no harm; rows of one entitlement or stay add up.
    """

    member: Whole
    care: Code
    benefit_year: Whole
    used_fen: Whole
    stay_member: Whole
    stay_care: Code
    stay_benefit_year: Whole
    stay: Whole
    stay_base_fen: Whole


def nothing_granted() -> Granted:
    """Before the first bill."""
    none, no_care = np.empty(0, np.int64), np.empty(0, np.uint8)
    return Granted(none, no_care, none, none, none, no_care, none, none, none)


@dataclass(frozen=True, slots=True)
class Determinations:
    """The answer, a row a bill, in the bills' order; each step of it is a column.

    `cover` and `scheme` are places in the covers and schemes given, -1 where none was found or
    looked for (a bill refused before that step); `benefit_year` is 0 there. `stay_before` is the
    base granted in the stay before this bill, 0 where bills stand by themselves. Of a refused bill
    `stay_before`, `base`, `gross`, `room` and `payable` are 0 and mean nothing.
    """

    care: Code
    cover: Index
    scheme: Index
    benefit_year: Whole
    refusal: Code
    stay_before: Whole
    base: Whole
    gross: Whole
    room: Whole
    payable: Whole

    def __len__(self) -> int:
        return len(self.refusal)


Columns = TypeVar("Columns")
BLOCK: Final = 1 << 15
"""Rows at a time of what looks at each row by itself: so many columns stay near the processor."""


def part(columns: Columns, rows: slice) -> Columns:
    """Some of the rows, as a view."""
    names: Iterable[str] = type(columns).__slots__  # type: ignore[attr-defined]
    return type(columns)(*(getattr(columns, name)[rows] for name in names))


def days(dates: Iterable[date | None]) -> Day:
    """A column of days; MISSING_DAY where there is no date."""
    return np.array([MISSING_DAY if x is None else x.toordinal() - EPOCH for x in dates], np.int32)


def date_of(day: int) -> date:
    """The date of a day in a column."""
    return date.fromordinal(day + EPOCH)


def years_of(day: Day) -> NDArray[np.int16]:
    """The calendar year each day lies in."""
    if not len(day):
        return np.empty(0, np.int16)
    # Days repeat, years of days are slow: each day that can occur is worked out once.
    first = int(day.min())
    every = np.arange(first, int(day.max()) + 1).astype("datetime64[D]").astype("datetime64[Y]")
    years: NDArray[np.int16] = (every.astype(np.int64) + 1970).astype(np.int16)[day - first]
    return years
