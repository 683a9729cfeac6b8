"""Which value belongs to which label, told by where they stand. Pure.

A value stands behind its label in one text, or next to the right on the same line, or next below.
What is nearest decides, and it must be a value of the kind the label names: past another label, or
past something that cannot be read, nothing is looked for. A value that two labels could claim is
nobody's, and so is a line that stands on the sheet twice with two values. A label before two values
in a row or over two in a column (this stay, the year so far) says nothing: nothing tells which is
which. Where several lines stand there twice and differ, two sheets lie on the photo, and nobody
knows whose is meant. What is crossed out is no value.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.reading.boxes import Box, Lie, lie_of
from app.reading.labels import label_of, plain
from app.reading.values import Value, value_of

_INSIDE: Final = re.compile(
    r"([^0-9:¥]{2,20}):((?:[^:]|(?<=[0-9]):(?=[0-9]))*?)(?=[^0-9:¥]{2,20}:|$)"
)
_SAME_LINE: Final = 0.55
"""Of a line's height: how far off it two texts of one line may stand."""
_FARTHEST_BELOW: Final = 4.0
"""Lines: a value stands in the next row of a table, hardly in the one after it."""
_LONGEST: Final = 80
_SHEETS: Final = 2
"""Lines that differ from themselves: one may be another line with the same name."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that is a label (`name`) or none; `own`: what follows a label in the same text."""

    text: str
    box: Box
    name: str | None = None
    own: Box | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of the sheet: its label, and the value that belongs to it."""

    name: str
    value: Value
    label: Box
    box: Box

    @property
    def score(self) -> float:
        return min(self.label.score, self.box.score)


def pairs_of(
    boxes: Iterable[Box], crossed_out: Callable[[Box], bool] = lambda _: False
) -> tuple[dict[str, Pair], frozenset[str]]:
    """The lines that were read, by name; and the names of lines that are there and were not."""
    boxes = [box for box in boxes if box.height > 0 and len(box.text) <= _LONGEST]
    lie = lie_of(boxes)
    pieces = [piece for box in boxes for piece in _pieces(box)]
    labels = [piece for piece in pieces if piece.name]
    found = [pair for label in labels if (pair := _own(label) or _right(label, pieces, lie))]
    taken = {id(pair.box) for pair in found}
    read = {id(pair.label) for pair in found}
    below = [
        pair
        for label in labels
        if id(label.box) not in read and (pair := _below(label, pieces, lie))
    ]
    found += [pair for pair in below if id(pair.box) not in taken]
    pairs = dict(_settled(found))
    pairs = {name: pair for name, pair in pairs.items() if not crossed_out(pair.box)}
    return pairs, frozenset(str(label.name) for label in labels) - pairs.keys()


def _settled(found: list[Pair]) -> Iterator[tuple[str, Pair]]:
    """One pair a name: none where a value has two labels, or a name two values; none at all where
    several names have two."""
    claims = [id(pair.box) for pair in found]
    names = list(dict.fromkeys(pair.name for pair in found))
    told = {(pair.name, pair.value) for pair in found}
    if sum(len([x for x in told if x[0] == name]) > 1 for name in names) >= _SHEETS:
        return
    for name in names:
        mine = [pair for pair in found if pair.name == name]
        alone = all(claims.count(id(pair.box)) == 1 for pair in mine)
        if alone and len({pair.value for pair in mine}) == 1:
            yield name, max(mine, key=lambda pair: pair.score)


def _pieces(box: Box) -> Iterator[Piece]:
    """The parts of a text: a label, a label and what follows it, several such, or a text."""
    text = plain(box.text)
    if name := label_of(text):
        yield Piece(text, box, name)
    elif parts := [part for part in _INSIDE.finditer(text) if label_of(part[1])]:
        for part in parts:
            label, own = (_part(box, text, *part.span(group)) for group in (1, 2))
            yield Piece(part[1], label, label_of(part[1]), own if own.text else None)
    elif cut := _cut(text):
        label, own = _part(box, text, 0, cut), _part(box, text, cut, len(text))
        yield Piece(label.text, label, label_of(label.text), own)
    else:
        yield Piece(text, box)


def _cut(text: str) -> int:
    """Where a text without a colon goes from its label to a value; 0: nowhere."""
    for at in range(len(text) - 1, 1, -1):
        name = label_of(text[:at])
        if name and value_of(name, text[at:]) is not None:
            return at
    return 0


def _part(box: Box, text: str, begin: int, end: int) -> Box:
    """Signs from `begin` to `end`; a Chinese sign is about twice as wide as another."""
    wide = [2 if sign > "\u2e80" else 1 for sign in text]
    whole = sum(wide)
    return box.part(text[begin:end], sum(wide[:begin]) / whole, sum(wide[:end]) / whole)


def _own(label: Piece) -> Pair | None:
    return _pair(label, label.own) if label.own else None


def _right(label: Piece, pieces: list[Piece], lie: Lie) -> Pair | None:
    """The next text on the same line, if it is a value of this label's."""
    if label.own:
        return None
    end = label.box.right

    def on_line(other: Piece) -> bool:
        start, height = other.box.left, max(label.box.height, other.box.height)
        behind = start[0] > end[0] - height / 2 and other.box is not label.box
        return behind and abs(lie.off_line(end, start)) < _SAME_LINE * height

    return _only(label, sorted(filter(on_line, pieces), key=lambda other: other.box.left[0]))


def _below(label: Piece, pieces: list[Piece], lie: Lie) -> Pair | None:
    """The next text in the same column, if it is a value of this label's."""
    if label.own:
        return None
    middle = label.box.middle

    def in_column(other: Piece) -> bool:
        down = lie.off_line(middle, other.box.middle) / label.box.height
        if not _SAME_LINE < down < _FARTHEST_BELOW:
            return False
        wide = max(label.box.width, other.box.width)
        return abs(lie.aside(middle, other.box.middle)) < wide / 2

    def depth(other: Piece) -> float:
        return lie.off_line(middle, other.box.middle)

    return _only(label, sorted(filter(in_column, pieces), key=depth))


def _only(label: Piece, there: list[Piece]) -> Pair | None:
    """The first of these, if it is a value of this label's and the next is none."""
    near, after = (_pair(label, piece.box) if piece else None for piece in (*there, None, None)[:2])
    return None if after else near


def _pair(label: Piece, box: Box) -> Pair | None:
    name = str(label.name)
    value = value_of(name, plain(box.text))
    return None if value is None else Pair(name, value, label.box, box)
