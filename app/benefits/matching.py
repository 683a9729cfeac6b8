"""Which cover a bill may fall under: the one of its member that began last."""

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from app.benefits.columns import FIRST_DAY, LAST_DAY, MISSING_DAY, Covers, Day, Index, Whole
from app.benefits.running import grouped

Matcher: TypeAlias = Callable[[Whole, Day], Index]

_DAY_BITS: Final = (LAST_DAY - FIRST_DAY).bit_length()
_MOST_TRIED: Final = 8
"""Covers a member: of more, a search is quicker than trying each."""
_WIDEST: Final = 4
"""Numbers a cover: where members lie farther apart, a table of them is mostly empty."""
_NEVER: Final = np.iinfo(np.int32).max


def begun_last(covers: Covers) -> Matcher:
    """What finds the cover of each member that began last before each day or on it, or -1.

    Made once, to be asked many times; a day that is missing lies before all. A member's covers must
    not overlap. Those sorted by member and start are found fastest.
    """
    if not len(covers):
        return lambda member, _day: np.full(len(member), -1, np.intp)
    return _by_table(covers) or _by_search(covers)


def _by_table(covers: Covers) -> Matcher | None:
    """A row a member: the place of the first cover, and the days on which each starts."""
    low, high = int(covers.member.min()), int(covers.member.max())
    span = high - low + 1
    if span > _WIDEST * len(covers):
        return None
    counts = np.bincount(covers.member - low, minlength=span)
    most = int(counts.max())
    if most > _MOST_TRIED:
        return None
    order = _order(covers)
    member = covers.member if order is None else covers.member[order]
    starts = covers.starts_day if order is None else covers.starts_day[order]
    # A last row for whoever is not among them.
    table = np.full((span + 1, 1 + most), _NEVER, np.int32)
    table[:, 0] = np.concatenate(([0], np.cumsum(counts)))
    row = member - low
    table[row, 1 + np.arange(len(row)) - table[row, 0]] = starts
    flat = table.ravel()

    def find(asked: Whole, day: Day) -> Index:
        # Below the lowest the difference wraps, and without a sign lies beyond the highest.
        rows = np.minimum((asked - low).view(np.uint64), span).view(np.int64)
        at, begun = rows * (1 + most), np.zeros(len(rows), np.int8)
        before = flat[at] - 1
        for nth in range(1, 1 + most):
            begun += (flat[nth:][at] <= day).view(np.int8)
        place = np.where(begun > 0, before + begun, -1).astype(np.intp)
        return place if order is None else np.where(place >= 0, order[place], -1)

    return find


def _order(covers: Covers) -> Index | None:
    """Of the covers by member and start; None: so they stand."""
    member, starts = covers.member, covers.starts_day
    same = member[1:] == member[:-1]
    if ((member[1:] > member[:-1]) | (same & (starts[1:] > starts[:-1]))).all():
        return None
    return np.lexsort((starts, member))


def _by_search(covers: Covers) -> Matcher:
    """By a search among the covers in order, for members of any number."""
    covered, number = _numbered(covers.member)
    keys = _packed(covered, covers.starts_day)
    order = None if (keys[1:] > keys[:-1]).all() else np.argsort(keys, kind="stable")
    ordered = keys if order is None else keys[order]

    def find(member: Whole, day: Day) -> Index:
        place = _last_not_above(ordered, _packed(number(member), day))
        found = place if order is None else order[place]
        theirs = (place >= 0) & (covers.member[found] == member) & (day != MISSING_DAY)
        return np.where(theirs, found, -1)

    return find


def _last_not_above(keys: Whole, asked: Whole) -> Index:
    """The place of the last key that is not above each number, -1 where all are."""
    if (asked[1:] >= asked[:-1]).all():
        return np.searchsorted(keys, asked, side="right") - 1
    # In order, each search begins where the memory of the one before is still at hand.
    order, _ = grouped(asked)
    place = np.empty(len(asked), np.intp)
    place[order] = np.searchsorted(keys, asked[order], side="right") - 1
    return place


def _packed(member: Whole, day: Day) -> Whole:
    """One number a member and day, in their order."""
    days = np.maximum(day, FIRST_DAY).astype(np.int64) - FIRST_DAY
    return (member << _DAY_BITS) | days


def _numbered(covered: Whole) -> tuple[Whole, Callable[[Whole], Whole]]:
    """Members as numbers that leave room for a day, and how others become such numbers.

    Those without cover get any.
    """
    most = 1 << (63 - _DAY_BITS)
    if covered.min() >= 0 and covered.max() < most:
        return covered, lambda asked: np.where((asked >= 0) & (asked < most), asked, 0)
    known, places = np.unique(covered, return_inverse=True)
    return places, lambda asked: np.searchsorted(known, asked)
