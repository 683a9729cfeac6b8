"""What a question comes to: each bill under both rules, and the sums an officer asks for. Pure.

Sums are whole numbers of fen throughout. `paid` and `bills` are cubes, so that every table of the
answer (by year, care, union, age) is a sum over the other axes of the same figures.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.benefits.care import CARES
from app.benefits.columns import Determinations, Flag, Index, Refused, Whole, nothing_granted
from app.benefits.kernel import determine
from app.benefits.tariffs import Schemes
from app.simulation.inputs import BANDS, GROUPS, Inputs, bands
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


def baseline(inputs: Inputs, real: Schemes) -> Determinations:
    """All bills under the schemes as they were, in the order of settlement."""
    return determine(inputs.bills, inputs.covers, real, nothing_granted())


def answer(inputs: Inputs, real: Schemes, was: Determinations, question: Question) -> Answer:
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
    counted = asked & inputs.granted
    owed = np.where(inputs.gift, inputs.due_fen, question.scheme.contribution.total_fen)
    return Answer(
        years=years,
        unions=inputs.unions,
        heads=_heads(inputs, years, counted),
        group_heads=_group_heads(inputs, years, counted),
        was=_side(inputs, years, asked, was, inputs.due_fen),
        supposed=_side(inputs, years, asked, supposed, owed),
        changed=_changed(inputs, asked, was, supposed),
    )


def _side(
    inputs: Inputs, years: tuple[int, ...], asked: Flag, found: Determinations, owed: Whole
) -> Side:
    rows = _rows(asked, found)
    cover = found.cover[rows]
    year = inputs.benefit_year[cover] - years[0]
    care = found.care[rows].astype(np.intp)
    age = bands(inputs.born[cover], inputs.benefit_year[cover])
    fen, union = found.payable[rows], inputs.union[cover]
    shape = (len(years), len(CARES), len(inputs.unions), BANDS + 1)
    grouped = (len(years), BANDS + 1, GROUPS)
    member = inputs.covers.member[cover]
    limited = found.payable[rows] < found.gross[rows]
    return Side(
        paid_fen=_sums((year, care, union, age), shape, fen),
        bills=_sums((year, care, union, age), shape, (fen > 0).astype(np.int64)),
        groups_fen=_sums((year, age, np.abs(member) % GROUPS), grouped, fen),
        owed_fen=_owed(inputs, years, asked & inputs.granted, owed),
        at_cap=_at_cap(year[limited], care[limited], member[limited], len(years)),
    )


def _rows(asked: Flag, found: Determinations) -> Index:
    """The bills that are granted under the covers asked about."""
    under = np.append(asked, False)[found.cover]
    return np.flatnonzero(under & (found.refusal == Refused.NO))


def _sums(at: tuple[Index, ...], shape: tuple[int, ...], amount: Whole) -> Cube:
    sums = np.zeros(int(np.prod(shape)), np.int64)
    np.add.at(sums, np.ravel_multi_index(at, shape), amount)
    return sums.reshape(shape)


def _owed(inputs: Inputs, years: tuple[int, ...], asked: Flag, owed: Whole) -> Cube:
    at = (inputs.benefit_year[asked] - years[0], inputs.union[asked])
    return _sums(at, (len(years), len(inputs.unions)), owed[asked])


def _heads(inputs: Inputs, years: tuple[int, ...], asked: Flag) -> Cube:
    year = inputs.benefit_year[asked]
    at = (year - years[0], inputs.union[asked], bands(inputs.born[asked], year))
    return _sums(at, (len(years), len(inputs.unions), BANDS + 1), np.ones(len(year), np.int64))


def _group_heads(inputs: Inputs, years: tuple[int, ...], asked: Flag) -> Cube:
    year = inputs.benefit_year[asked]
    group = np.abs(inputs.covers.member[asked]) % GROUPS
    at = (year - years[0], bands(inputs.born[asked], year), group)
    return _sums(at, (len(years), BANDS + 1, GROUPS), np.ones(len(year), np.int64))


def _at_cap(year: Index, care: Index, member: Whole, years: int) -> Cube:
    reached = np.unique(np.stack((year, care, member)), axis=1)
    return _sums((reached[0], reached[1]), (years, len(CARES)), np.ones(reached.shape[1], np.int64))


def _changed(inputs: Inputs, asked: Flag, was: Determinations, supposed: Determinations) -> Changed:
    """Of each member: what all bills of the years would have come to, less what they did."""
    sums = np.zeros(inputs.members, np.int64)
    for sign, found in ((1, supposed), (-1, was)):
        rows = _rows(asked, found)
        np.add.at(sums, inputs.whose[rows], sign * found.payable[rows])
    more, less = sums[sums > 0], sums[sums < 0]
    return Changed(len(more), int(more.sum()), len(less), -int(less.sum()))
