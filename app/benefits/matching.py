"""Which cover a bill falls under: the one of its member that holds the bill's day."""

from typing import Final

import numpy as np

from app.benefits.columns import FIRST_DAY, LAST_DAY, MISSING_DAY, Covers, Day, Index, Whole
from app.benefits.running import grouped

_DAY_BITS: Final = (LAST_DAY - FIRST_DAY).bit_length()


def match(member: Whole, day: Day, covers: Covers) -> Index:
    """The place of the cover that holds each day of each member, both ends included, or -1.

    A member's covers must not overlap. Covers sorted by member and start are found fastest.
    """
    if not len(covers):
        return np.full(len(member), -1, np.intp)
    covered, asked = _numbered(covers.member, member)
    keys = _packed(covered, covers.starts_day)
    order = None if (keys[1:] > keys[:-1]).all() else np.argsort(keys, kind="stable")
    place = _last_not_above(keys if order is None else keys[order], _packed(asked, day))
    found = place if order is None else order[place]
    held = (place >= 0) & (covers.member[found] == member)
    held &= (day <= covers.ends_day[found]) & (day != MISSING_DAY)
    return np.where(held, found, -1)


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


def _numbered(covered: Whole, asked: Whole) -> tuple[Whole, Whole]:
    """Members as numbers that leave room for a day; those without cover get any such number."""
    most = 1 << (63 - _DAY_BITS)
    if covered.min() >= 0 and covered.max() < most:
        return covered, np.where((asked >= 0) & (asked < most), asked, 0)
    known, places = np.unique(covered, return_inverse=True)
    return places, np.searchsorted(known, asked)
