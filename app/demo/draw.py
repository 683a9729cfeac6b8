"""Chance that is the same everywhere: each draw is a function of what is drawn and for whom. Pure.

No generator with a state: numpy promises its bit streams only within a version, and a state would
tie every draw to all draws before it. A number is mixed from a seed, a word and a key (splitmix64
over whole 64-bit numbers, no float), so that person 70,000 can be drawn without the others.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.uint64]
Whole: TypeAlias = NDArray[np.int64]

_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_BITS: Final = 32
_FINE: Final = 1 << 20
_WHOLE: Final = (1 << 64) - 1


class Draw:
    """Draws of one city. `what` names the draw, `keys` (whole numbers) say for whom it is."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._words: dict[str, np.uint64] = {}

    def bits(self, what: str, *keys: "Whole | int") -> Keys:
        """64 mixed bits for each key; several columns of keys count together."""
        mixed = np.atleast_1d(np.asarray(self._word(what)))
        for key in keys:
            mixed = _mixed(mixed ^ np.atleast_1d(np.asarray(key)).astype(np.uint64))
        return mixed

    def below(self, most: "Whole | int", what: str, *keys: "Whole | int") -> Whole:
        """A whole number from 0 to `most` - 1 for each key."""
        high = (self.bits(what, *keys) >> np.uint64(64 - _BITS)).astype(np.int64)
        return (high * np.asarray(most, np.int64)) >> _BITS

    def happens(
        self, per_mille: "Whole | int", what: str, *keys: "Whole | int"
    ) -> NDArray[np.bool_]:
        """Whether something happens that happens to so many of a thousand."""
        return self.below(1_000, what, *keys) < per_mille

    def weighted(self, weights: Sequence[int], what: str, *keys: "Whole | int") -> Whole:
        """A place in `weights` for each key, the heavier the more often."""
        edges = np.cumsum(np.asarray(weights, np.int64))
        drawn = self.below(int(edges[-1]), what, *keys)
        return np.searchsorted(edges, drawn, side="right").astype(np.int64)

    def amount(self, table: Sequence[int], what: str, *keys: "Whole | int") -> Whole:
        """A number distributed as `table` says: its values stand at even steps of the quantile."""
        drawn = self.below((len(table) - 1) * _FINE, what, *keys)
        step, rest = drawn // _FINE, drawn % _FINE
        values = np.asarray(table, np.int64)
        found: Whole = values[step] + (values[step + 1] - values[step]) * rest // _FINE
        return found

    def one(self, most: int, what: str, *keys: int) -> int:
        """`below` for a single key, a hundred times as fast as by an array."""
        mixed = int(self._word(what))
        for key in keys:
            mixed = _mixed_one(mixed ^ key)
        return (mixed >> (64 - _BITS)) * most >> _BITS

    def one_happens(self, per_mille: int, what: str, *keys: int) -> bool:
        """`happens` for a single key."""
        return self.one(1_000, what, *keys) < per_mille

    def one_weighted(self, weights: tuple[int, ...], what: str, *keys: int) -> int:
        """`weighted` for a single key."""
        edges = _edges(weights)
        return bisect_right(edges, self.one(edges[-1], what, *keys))

    def one_amount(self, table: Sequence[int], what: str, *keys: int) -> int:
        """`amount` for a single key."""
        steps = len(table) - 1
        step, rest = divmod(self.one(steps * _FINE, what, *keys), _FINE)
        return table[step] + (table[step + 1] - table[step]) * rest // _FINE

    def _word(self, what: str) -> np.uint64:
        if what not in self._words:
            digest = hashlib.blake2b(f"{self._seed} {what}".encode(), digest_size=8).digest()
            self._words[what] = np.uint64(int.from_bytes(digest, "little"))
        return self._words[what]


def _mixed(number: Keys) -> Keys:
    # One element at least: numpy wraps arrays in silence and warns of scalars.
    number = number + _STEP
    number = (number ^ (number >> np.uint64(30))) * _FIRST
    number = (number ^ (number >> np.uint64(27))) * _SECOND
    return number ^ (number >> np.uint64(31))


def _mixed_one(number: int) -> int:
    number = (number + int(_STEP)) & _WHOLE
    number = ((number ^ (number >> 30)) * int(_FIRST)) & _WHOLE
    number = ((number ^ (number >> 27)) * int(_SECOND)) & _WHOLE
    return number ^ (number >> 31)


@cache
def _edges(weights: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(accumulate(weights))
