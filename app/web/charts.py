"""Charts: what is drawn, and where. Columns by year, of one or several stacks each. Pure.

Lengths are in the view box's units, one CSS pixel each on a phone of 390; a chart is drawn no wider
than half a screen, so that its letters stay legible there and do not become posters on a desk.
`app.web.svg` makes the markup.

The picture says what it shows in words, and `rows` gives the same figures for a table: one source
for both.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from app.texts.figures import exact, listed

WIDTH: Final = 350
HEIGHT: Final = 250
TOP: Final = 34
_FOOT, _RIGHT = 28, 6
_MOST_STEPS: Final = 5
_WIDEST: Final = 44
"""A stack's width at most: one year alone should not become a wall."""
_FILLED: Final = 0.76
"""Of a label's room; the rest parts it from its neighbours."""


@dataclass(frozen=True, slots=True)
class Part:
    """One series: a value for each label (None: not known), and which look of the style sheet."""

    name: str
    look: int
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Between which values each sum of the stack at a place may lie, where it is not sure."""

    place: int
    low: tuple[int, ...]
    high: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `stacks` stand side by side at each label, their parts on one another.

    `key` is unique on its page (a word); `says` is the first sentence of the text alternative;
    values are fen where `money`, else counts of `counted`. `more`: figures for the table alone,
    each with whether it is money. `spans` stand over their stacks as upright lines.
    """

    key: str
    title: str
    says: str
    labels: tuple[str, ...]
    stacks: tuple[tuple[Part, ...], ...]
    lang: str
    money: bool
    counted: str = ""
    more: tuple[tuple[Part, bool], ...] = ()
    spans: tuple[Span, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for stack in self.stacks for part in stack)

    @property
    def empty(self) -> bool:
        return not any(value is not None for part in self.parts for value in part.values)

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each label with its figures in full, by name: the table's rows."""
        every = [*((part, self.money) for part in self.parts), *self.more]
        return [
            (label, [(part.name, exact(part.values[n], is_money=money)) for part, money in every])
            for n, label in enumerate(self.labels)
        ]

    @property
    def told(self) -> str:
        """The text alternative: what it shows, then every figure."""
        return f"{self.says} {listed(self.rows, self.lang)}"

    @property
    def axis(self) -> "Axis":
        ends = [reach(stack, n) for stack in self.stacks for n in range(len(self.labels))]
        ends += [ends for span in self.spans for ends in zip(span.low, span.high, strict=True)]
        return axis(min((x for x, _ in ends), default=0), max((x for _, x in ends), default=0))


class Axis(NamedTuple):
    """The scale's ends and its step, in the figures' own unit; `low` <= 0 <= `high`."""

    low: int
    high: int
    step: int

    @property
    def ticks(self) -> range:
        return range(self.low, self.high + 1, self.step)


# Of zeros alone a scale has its zero and no figure more: 0.01 would say that there was something.
_NOTHING: Final = Axis(0, 1, 2)


class Box(NamedTuple):
    """Where columns are drawn: what is left of the picture right of the scale's figures."""

    left: float
    axis: Axis
    labels: int
    stacks: int

    @property
    def right(self) -> float:
        return WIDTH - _RIGHT

    @property
    def band(self) -> float:
        """The room of one label."""
        return (self.right - self.left) / max(self.labels, 1)

    @property
    def wide(self) -> float:
        """How wide a stack is."""
        return min(self.band * _FILLED / max(self.stacks, 1), _WIDEST)

    @property
    def room(self) -> float:
        """How wide a text over a stack may be."""
        return self.band if self.stacks == 1 else self.wide

    def x(self, n: int, place: float) -> float:
        """Where a stack begins at the n-th label; with half a place more, its middle."""
        return self.left + self.band * (n + 0.5) + self.wide * (place - self.stacks / 2)

    def y(self, value: int) -> float:
        """How far down a value stands; exact in proportion to the figures."""
        height = HEIGHT - TOP - _FOOT
        return TOP + height * (self.axis.high - value) / (self.axis.high - self.axis.low)


def reach(stack: tuple[Part, ...], n: int) -> tuple[int, int]:
    """How far a stack reaches down and up at a label."""
    values = [part.values[n] or 0 for part in stack]
    return sum(x for x in values if x < 0), sum(x for x in values if x > 0)


def axis(low: int, high: int) -> Axis:
    """Round steps of 1, 2 or 5 times a power of ten, at most five of them, zero among them."""
    low, high = min(low, 0), max(high, 0)
    if low == high:
        return _NOTHING
    step, tens = 1, 1
    while True:
        for times in (1, 2, 5):
            step = times * tens
            bottom, top = low // step * step, -(-high // step) * step
            if (top - bottom) // step <= _MOST_STEPS:
                return Axis(bottom, max(top, bottom + step), step)
        tens *= 10
