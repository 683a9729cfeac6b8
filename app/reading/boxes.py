"""What a recogniser saw on a photo, and how the sheet lies on it. Pure.

A sheet is hardly ever straight, and from an angle its lines are not even parallel. So a line is
followed by the slope that the boxes around it have: a plane through the slopes of all, which holds
for turned sheets exactly and for tilted ones nearly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

Point = tuple[float, float]
Row = np.ndarray[tuple[int], np.dtype[np.float64]]

_STEEPEST: Final = 0.6
"""A slope beyond about 30 degrees: a box that stands on end says nothing about lines."""
_FLATTER: Final = 0.5
"""How strongly slopes are held to be the same everywhere, where few boxes speak."""


@dataclass(frozen=True, slots=True)
class Box:
    """A text on a photo: its corners from the top left on, clockwise, in dots; how sure, 0 to 1."""

    text: str
    corners: tuple[Point, Point, Point, Point]
    score: float

    @property
    def left(self) -> Point:
        """The middle of the left edge."""
        return _between(self.corners[0], self.corners[3])

    @property
    def right(self) -> Point:
        """The middle of the right edge."""
        return _between(self.corners[1], self.corners[2])

    @property
    def middle(self) -> Point:
        return _between(self.left, self.right)

    @property
    def height(self) -> float:
        a, b, c, d = (y for _, y in self.corners)
        return (d - a + c - b) / 2

    @property
    def width(self) -> float:
        return self.right[0] - self.left[0]

    def part(self, text: str, begin: float, end: float) -> "Box":
        """A part of it, from one share of its width to another, with what stands there."""
        a, b, c, d = self.corners
        cut = (_at(a, b, begin), _at(a, b, end), _at(d, c, end), _at(d, c, begin))
        return Box(text, cut, self.score)


def box_of(text: str, corners: Sequence[Sequence[float]], score: float) -> Box:
    """A box as a child's line says it. Raises ValueError, TypeError where it is none."""
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return Box(str(text), (a, b, c, d), float(score))


@dataclass(frozen=True, slots=True)
class Lie:
    """The slope of lines at each place: level + along·x + down·y, x and y in thousands of dots."""

    level: float = 0.0
    along: float = 0.0
    down: float = 0.0

    def slope(self, x: float, y: float) -> float:
        return self.level + (self.along * x + self.down * y) / 1000

    def off_line(self, one: Point, other: Point) -> float:
        """How far below the line through `one` the other stands, in dots."""
        x, y = _between(one, other)
        return other[1] - one[1] - self.slope(x, y) * (other[0] - one[0])

    def aside(self, one: Point, other: Point) -> float:
        """How far right of the column through `one` the other stands."""
        x, y = _between(one, other)
        return other[0] - one[0] + self.slope(x, y) * (other[1] - one[1])


def lie_of(boxes: Iterable[Box]) -> Lie:
    """How the sheet lies, told by all boxes that are long enough to have a direction."""
    told = [each for each in boxes if each.width > 2 * each.height > 0]
    slopes = np.array([_slope(each) for each in told])
    if not len(slopes):
        return Lie()
    weights = np.array([each.width for each in told])
    # A box that goes another way than most (a stamp, a margin's note) has no say.
    near = np.abs(slopes - _weighted_median(slopes, weights)) < 0.1  # noqa: PLR2004
    near &= np.abs(slopes) < _STEEPEST
    if not near.any():
        return Lie()
    x, y = (np.array([each.middle[at] for each in told]) / 1000 for at in (0, 1))
    rows = np.stack([np.ones_like(x), x - x[near].mean(), y - y[near].mean()], axis=1)[near]
    share = weights[near] / weights[near].sum()
    held = np.diag([0.0, 1.0, 1.0]) * _FLATTER / len(rows)
    level, along, down = np.linalg.solve(
        rows.T @ (rows * share[:, None]) + held, rows.T @ (slopes[near] * share)
    )
    level -= along * x[near].mean() + down * y[near].mean()
    return Lie(float(level), float(along), float(down))


def _weighted_median(values: Row, weights: Row) -> float:
    order = np.argsort(values)
    half = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(values[order][half])


def _slope(box: Box) -> float:
    (x, y), (right, low) = box.left, box.right
    return (low - y) / (right - x)


def _between(one: Point, other: Point) -> Point:
    return _at(one, other, 0.5)


def _at(one: Point, other: Point, share: float) -> Point:
    return (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)
