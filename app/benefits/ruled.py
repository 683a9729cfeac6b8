"""Covers with what their schemes say: worked out once, then asked a block of bills at a time."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.benefits.care import CARES
from app.benefits.columns import MISSING_DAY, Bills, Code, Covers, Day, Flag, Index, years_of
from app.benefits.matching import Matcher, begun_last
from app.benefits.tariffs import Schemes

_FACTS: Final = np.dtype(
    [
        ("ends_day", np.int32),
        ("waits_until", np.int32),
        ("starts_day", np.int32),
        ("benefit_year", np.int16),
        ("scheme", np.int8),
        ("cares", np.uint8),
    ]
)
"""What is asked of a cover lies together: bills come in no order of covers, and each fact in a
column of its own would be a walk through memory of its own."""
Facts = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Way:
    """Covers found by the same days of bills, one a care; `places`: which they are, None: all."""

    falls_on: tuple[int, ...]
    places: Index | None
    find: Matcher


@dataclass(frozen=True, slots=True)
class Ruled:
    """`facts` of each cover and, last, of none."""

    facts: Facts
    ways: tuple[Way, ...]

    def covering(self, bills: Bills, care: Code, asks: Flag) -> tuple[Index, Facts, Flag]:
        """The cover of each bill that asks, or -1; its facts; and whether the day to look on fails.

        Which day a cover must hold is its scheme's rule. Where schemes differ, each is asked by its
        own; of two covers that both hold their day the one that starts first is taken. The facts
        of no cover are any.
        """
        found, undated = np.full(len(bills), -1, np.intp), np.zeros(len(bills), np.bool_)
        for way in self.ways:
            day = _day(bills, care, way.falls_on)
            undated |= day == MISSING_DAY
            here = way.find(bills.member, day)
            if way.places is not None:
                here = np.append(way.places, -1)[here]
            facts = self.facts[here]
            held = asks & (day <= facts["ends_day"])
            if way.places is None:
                return np.where(held, here, -1), facts, undated
            held &= facts["starts_day"] < self.facts["starts_day"][found]
            found = np.where(held, here, found)
        return found, self.facts[found], undated


def ruled(covers: Covers, schemes: Schemes) -> Ruled:
    """The covers, ready to be asked."""
    scheme = schemes.starting(covers.starts_day)
    if scheme.max(initial=0) > np.iinfo(_FACTS["scheme"]).max:
        raise OverflowError(len(schemes.schemes))
    facts = np.empty(len(covers) + 1, _FACTS)
    for name in ("ends_day", "waits_until", "starts_day", "cares"):
        facts[name][:-1] = getattr(covers, name)
    facts["benefit_year"][:-1], facts["scheme"][:-1] = years_of(covers.starts_day), scheme
    facts[-1] = (MISSING_DAY, MISSING_DAY, np.iinfo(np.int32).max, 0, -1, 0)
    return Ruled(facts, _ways(covers, scheme, schemes))


def _ways(covers: Covers, scheme: Index, schemes: Schemes) -> tuple[Way, ...]:
    falls_on = [tuple(rows) for rows in schemes.falls_on.reshape(-1, len(CARES)).tolist()]
    kinds = list(dict.fromkeys(falls_on))
    if len(kinds) == 1:
        return (Way(kinds[0], None, begun_last(covers)),)
    ways = []
    for kind in kinds:
        of_kind = np.array([each == kind for each in falls_on])
        places = np.flatnonzero(of_kind[scheme])
        some = Covers(*(getattr(covers, name)[places] for name in covers.__slots__))
        ways.append(Way(kind, places, begun_last(some)))
    return tuple(ways)


def _day(bills: Bills, care: Code, falls_on: tuple[int, ...]) -> Day:
    columns = days_of(bills)
    day = columns[falls_on[0]]
    for other, by_day in enumerate(falls_on[1:], 1):
        day = np.where(care == other, columns[by_day], day)
    return day


def days_of(bills: Bills) -> tuple[Day, ...]:
    """In the order of BILL_DAYS."""
    return bills.admitted_day, bills.discharged_day, bills.settled_day
