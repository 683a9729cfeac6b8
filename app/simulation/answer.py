"""What a question comes to: each bill under both rules, and the sums an officer asks for. Pure.

Sums are whole numbers of fen throughout. `paid` and `bills` are cubes, so that every table of the
answer (by year, care, union, age) is a sum over the other axes of the same figures.
"""

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.benefits.care import CARES
from app.benefits.columns import Determinations, Flag, Index, Whole, nothing_granted
from app.benefits.kernel import determine
from app.benefits.tariffs import Schemes
from app.simulation.inputs import Inputs
from app.simulation.question import NobodyCovered, Question, covers, rules

Cube = NDArray[np.int64]


class Changed(NamedTuple):
    """Members who would have been paid more, or less, and by how much together, in fen."""

    more: int
    more_fen: int
    less: int
    less_fen: int


@dataclass(frozen=True, slots=True)
class Side:
    """One set of rules. Axes: `paid_fen`, `bills`: year, care, union, age band.

    `groups_fen`: year, age band, group of members. `owed_fen`, contributions: year, union.
    `at_cap`: by year and care, how many members' bills ran against the cap.
    """

    paid_fen: Cube
    bills: Cube
    groups_fen: Cube
    owed_fen: Cube
    at_cap: Cube


@dataclass(frozen=True, slots=True)
class Was:
    """The schemes as they were, asked once: `cover` and `payable` of each bill, and a Side with
    `heads` and `group_heads` of all the fund's years, of which a question takes its own."""

    cover: Index
    payable: Whole
    paid_fen: Cube
    bills: Cube
    groups_fen: Cube
    owed_fen: Cube
    at_cap: Cube
    heads: Cube
    group_heads: Cube


@dataclass(frozen=True, slots=True)
class Answer:
    """The years asked for under the schemes as they were, and as supposed.

    `heads`: covers by year, union and age band; `group_heads`: year, age band and group.
    """

    years: tuple[int, ...]
    unions: tuple[str, ...]
    heads: Cube
    group_heads: Cube
    was: Side
    supposed: Side
    changed: Changed


def baseline(inputs: Inputs, real: Schemes) -> Was:
    """All bills under the schemes as they were."""
    found = determine(inputs.bills, inputs.covers, real, nothing_granted())
    everything = np.ones(len(inputs.covers), np.bool_)
    side = _side(inputs, everything, found, inputs.due_fen)
    granted = inputs.granted
    of_union, of_group = inputs.shapes
    return Was(
        cover=found.cover,
        payable=found.payable,
        paid_fen=side.paid_fen,
        bills=side.bills,
        groups_fen=side.groups_fen,
        owed_fen=side.owed_fen,
        at_cap=side.at_cap,
        heads=_counts(inputs.cell[granted], of_union),
        group_heads=_counts(inputs.grouped[granted], of_group),
    )


def answer(inputs: Inputs, real: Schemes, was: Was, question: Question) -> Answer:
    """Ask. `was` is the baseline of the same inputs and schemes.

    Raises NobodyCovered; SchemesOverlap and CapsDisagree where the supposed scheme clashes with
    those beside it.
    """
    asked = question.asks_of(inputs)
    if not asked.any():
        raise NobodyCovered(first=question.first_year, last=question.last_year)
    supposed_rules = rules(question, real)
    supposed = determine(inputs.bills, covers(question, inputs), supposed_rules, nothing_granted())
    years = tuple(range(question.first_year, question.last_year + 1))
    owed = np.where(inputs.gift, inputs.due_fen, question.scheme.contribution.total_fen)
    side = _side(inputs, asked, supposed, owed)

    def taken(cube: Cube) -> Cube:
        return _of_years(cube, inputs.years, years)

    return Answer(
        years=years,
        unions=inputs.unions,
        heads=taken(was.heads),
        group_heads=taken(was.group_heads),
        was=Side(*(taken(getattr(was, x.name)) for x in fields(Side))),
        supposed=Side(*(taken(getattr(side, x.name)) for x in fields(Side))),
        changed=_changed(inputs, asked, was, supposed),
    )


def _of_years(cube: Cube, held: range, years: tuple[int, ...]) -> Cube:
    """The years asked for; nothing of those in which no cover began."""
    found = np.zeros((len(years), *cube.shape[1:]), np.int64)
    for n, year in enumerate(years):
        if year in held:
            found[n] = cube[held.index(year)]
    return found


def _side(inputs: Inputs, asked: Flag, found: Determinations, owed: Whole) -> Side:
    of_union, of_group = inputs.shapes
    # What is paid under no cover that is asked about falls into one place more, and is left out.
    cell, grouped = _places(asked, inputs.cell, of_union), _places(asked, inputs.grouped, of_group)
    rows = np.flatnonzero(found.payable)
    cover, fen = found.cover[rows], found.payable[rows]
    at, shape = cell[cover] * len(CARES) + found.care[rows], (*of_union, len(CARES))
    counted = asked & inputs.granted
    return Side(
        paid_fen=_sums(at, shape, fen).transpose(0, 3, 1, 2),
        bills=_counts(at, shape).transpose(0, 3, 1, 2),
        groups_fen=_sums(grouped[cover], of_group, fen),
        owed_fen=_sums(inputs.cell[counted], of_union, owed[counted]).sum(axis=2),
        at_cap=_at_cap(inputs, cell, found),
    )


def _places(asked: Flag, places: Index, shape: tuple[int, ...]) -> Index:
    """Each cover's place, and last that of no cover."""
    outside = math.prod(shape)
    return np.append(np.where(asked, places, outside), outside)


def _sums(at: Index, shape: tuple[int, ...], amount: Whole) -> Cube:
    size = math.prod(shape)
    sums = np.zeros(size + shape[-1], np.int64)
    np.add.at(sums, at, amount)
    return sums[:size].reshape(shape)


def _counts(at: Index, shape: tuple[int, ...]) -> Cube:
    size = math.prod(shape)
    return np.bincount(at, minlength=size)[:size].reshape(shape)


def _at_cap(inputs: Inputs, cell: Index, found: Determinations) -> Cube:
    (years, *rest), _ = inputs.shapes
    rows = np.flatnonzero(found.payable < found.gross)
    whose = np.searchsorted(inputs.begins, rows, side="right")
    at = cell[found.cover[rows]] // math.prod(rest) * len(CARES) + found.care[rows]
    kinds = (years + 1) * len(CARES)
    each = np.sort(whose * kinds + at)
    first = np.append(True, each[1:] != each[:-1])[: len(each)]
    return _counts(each[first] % kinds, (years, len(CARES)))


def _changed(inputs: Inputs, asked: Flag, was: Was, supposed: Determinations) -> Changed:
    """Of each member: what all bills of the years would have come to, less what they did."""
    if not len(inputs.begins):
        return Changed(0, 0, 0, 0)
    under = np.append(asked, False)
    moved = np.where(under[supposed.cover], supposed.payable, 0)
    moved -= np.where(under[was.cover], was.payable, 0)
    sums = np.add.reduceat(moved, inputs.begins)
    more, less = sums[sums > 0], sums[sums < 0]
    return Changed(len(more), int(more.sum()), len(less), -int(less.sum()))
