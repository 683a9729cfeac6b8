"""The fund's balance over the years asked for and some years ahead, with how sure it is. Pure.

Ahead: every age costs a head what it cost in the years asked for, and the members grow in number
and in age as supposed. How sure: members fall into a hundred groups by their number; the groups
are drawn anew a thousand times, with replacement and always by the same draw, and the middle nine
tenths of what comes out are told. All whole fen; a head ahead is counted in hundredths, and where
so many heads times so much could be more than 63 bits hold, in whole numbers that have no end.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.benefits.columns import Whole
from app.errors import Refusal
from app.simulation.answer import Answer, Side
from app.simulation.inputs import BAND_YEARS, BANDS, GROUPS

Exact = NDArray[np.object_]
"""Whole numbers of Python's own."""
DRAWS: Final = 1_000
SEED: Final = 20_190_101
MOST_AHEAD: Final = 20
MOST_GROWTH: Final = 5_000
_WHOLE: Final = 10_000
_PARTS: Final = 100
_WIDEST: Final = 1 << 63
_LOW, _HIGH = DRAWS // 20, DRAWS - DRAWS // 20 - 1


class SuppositionOutOfRange(Refusal):
    """A supposition about the years ahead is larger than anybody could mean."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """About the years ahead. `growth`: of members a year, `dearer`: of costs a year, both in basis
    points; `ageing`: the share of members, in basis points, who stay and grow a year older, the
    rest being replaced by people of the ages there were."""

    years: int = 5
    growth: int = 0
    dearer: int = 0
    ageing: int = _WHOLE // 2

    def __post_init__(self) -> None:
        for field, most in (("years", MOST_AHEAD), ("ageing", _WHOLE)):
            if not 0 <= getattr(self, field) <= most:
                raise SuppositionOutOfRange(field=field)
        for field in ("growth", "dearer"):
            if abs(getattr(self, field)) > MOST_GROWTH:
                raise SuppositionOutOfRange(field=field)


@dataclass(frozen=True, slots=True)
class Balance:
    """A year's end: contributions and payments of the year, and what is left since the first.

    `low_fen` and `high_fen` hold the middle nine tenths of the draws of `left_fen`.
    """

    year: int
    ahead: bool
    owed_fen: int
    paid_fen: int
    left_fen: int
    low_fen: int
    high_fen: int


def outlook(answer: Answer, side: Side, each_fen: int, ahead: Ahead) -> list[Balance]:
    """The balance at each year's end. `each_fen`: what a head owes in the years ahead.

    It begins with nothing: what the fund had before the first year is not in it.
    """
    weights = _weights()
    owed = side.owed_fen.sum(axis=1)
    paid = side.groups_fen.sum(axis=1) @ weights.T
    rows = [(year, False, int(owed[n]), paid[n]) for n, year in enumerate(answer.years)]
    rows += _years_ahead(answer, side, each_fen, ahead, weights)
    left: NDArray[Any] = np.zeros(DRAWS + 1, np.int64)
    found = []
    for year, is_ahead, owed_fen, paid_fen in rows:
        if paid_fen.dtype == object or owed_fen >= _WIDEST // _PARTS:
            left = left.astype(object)
        left = left + owed_fen - paid_fen
        draws = np.sort(left[1:])
        found.append(
            Balance(
                *(year, is_ahead, owed_fen, int(paid_fen[0]), int(left[0])),
                *(int(draws[_LOW]), int(draws[_HIGH])),
            )
        )
    return found


@cache
def _weights() -> NDArray[np.int64]:
    """How often each group is drawn; the first row is the members as they are."""
    drawn = np.random.default_rng(SEED).multinomial(GROUPS, [1 / GROUPS] * GROUPS, DRAWS)
    weights: NDArray[np.int64] = np.concatenate((np.ones((1, GROUPS), np.int64), drawn))
    return weights


def _years_ahead(
    answer: Answer, side: Side, each_fen: int, ahead: Ahead, weights: NDArray[np.int64]
) -> list[tuple[int, bool, int, NDArray[Any]]]:
    paid = side.groups_fen.sum(axis=0) @ weights.T
    members = answer.group_heads.sum(axis=0) @ weights.T
    # An age nobody had costs what all do.
    every = paid.sum(axis=0) // np.maximum(members.sum(axis=0), 1)
    each = np.where(members > 0, paid // np.maximum(members, 1), every)
    heads = answer.group_heads[-1].sum(axis=1).astype(object) * _PARTS
    total, found = int(heads.sum()), []
    for later in range(1, ahead.years + 1):
        heads = _older(heads, ahead.ageing)
        total += total * ahead.growth // _WHOLE
        heads = heads * total // max(int(heads.sum()), 1)
        each = each + each * ahead.dearer // _WHOLE
        cost = _together(each, heads) // _PARTS
        found.append((answer.years[-1] + later, True, total * each_fen // _PARTS, cost))
    return found


def _together(each: Whole, heads: Exact) -> NDArray[Any]:
    """What all heads cost together, by the draw."""
    kind = np.int64 if int(each.max(initial=0)) * int(heads.sum()) < _WIDEST else object
    found: NDArray[Any] = (each.astype(kind) * heads.astype(kind)[:, None]).sum(axis=0)
    return found


def _older(heads: Exact, ageing: int) -> Exact:
    """The bands a year later: of those who stay a fifth moves up, out of the last nobody."""
    moving = heads[:BANDS] * ageing // (_WHOLE * BAND_YEARS)
    moving[-1] = 0
    older = heads.copy()
    older[:BANDS] -= moving
    older[1:BANDS] += moving[:-1]
    return older
