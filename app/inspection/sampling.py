"""Which payments an auditor looks at: drawn by a rule and a seed that anybody can follow. Pure.

A payment's lot is SHA-256 of "seed:number", read as a whole number: with the seed, the numbers and
the amounts (`payment.csv` of the bundle) the same draw comes out of ten lines in any language.

- simple: the `size` lowest lots.
- strata: the payments fall into strata by amount; a stratum's places follow its money (by largest
  remainders, at least one each, never more than it has), and its lowest lots are drawn.
- money: monetary-unit sampling. In the order of their numbers the payments' fen are counted through
  and every `interval`th is drawn, from a start that the seed gives; the payment it belongs to is in
  the sample, and a payment of an interval or more always is.

The size of a monetary-unit sample is the usual one (AICPA Audit Guide "Audit Sampling"):
book value x confidence factor / (tolerable - expected x expansion factor), rounded up.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final

from app.errors import Refusal

FACTORS: Final = {
    1: (461, 190),
    5: (300, 160),
    10: (231, 150),
    15: (190, 140),
    20: (161, 130),
}
"""Risk in percent -> confidence factor for no misstatement, expansion factor; in hundredths."""


@dataclass(frozen=True, slots=True)
class Item:
    """A payment that can be drawn."""

    number: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A payment of the sample. `hits`: how many counted fen are its own (1 in the other ways)."""

    number: int
    amount_fen: int
    stratum: int = 0
    hits: int = 1


class SampleTooLarge(Refusal):
    """A sample has a size from one to what there is (facts: size, most)."""


class TolerableTooSmall(Refusal):
    """What is tolerated must be more than what is expected, expanded (facts: least_fen)."""


class StrataOutOfOrder(Refusal):
    """Strata's bounds rise, each above zero."""


def simple(items: Sequence[Item], size: int, seed: str) -> list[Drawn]:
    """The lowest lots, by number. Raises SampleTooLarge."""
    _checked(size, len(items))
    chosen = sorted(items, key=lambda item: (lot(seed, item.number), item.number))[:size]
    return [Drawn(x.number, x.amount_fen) for x in sorted(chosen, key=_number)]


def by_strata(
    items: Sequence[Item], bounds_fen: Sequence[int], size: int, seed: str
) -> list[Drawn]:
    """The lowest lots of each stratum; stratum n holds what is below the nth bound.

    Raises SampleTooLarge, StrataOutOfOrder.
    """
    _checked(size, len(items))
    if any(low >= high for low, high in pairwise((0, *bounds_fen))):
        raise StrataOutOfOrder
    strata: list[list[Item]] = [[] for _ in range(len(bounds_fen) + 1)]
    for item in items:
        strata[bisect_right(bounds_fen, item.amount_fen)].append(item)
    places = allotted([(len(x), sum(each.amount_fen for each in x)) for x in strata], size)
    drawn = [
        Drawn(each.number, each.amount_fen, stratum=n)
        for n, (stratum, wanted) in enumerate(zip(strata, places, strict=True), 1)
        if wanted
        for each in simple(stratum, wanted, seed)
    ]
    return sorted(drawn, key=_number)


def by_money(items: Sequence[Item], size: int, seed: str) -> list[Drawn]:
    """Monetary-unit sampling. Raises SampleTooLarge."""
    total_fen = sum(item.amount_fen for item in items)
    _checked(size, total_fen)
    interval = total_fen // size
    at = start(seed, interval)
    drawn, before = [], 0
    for item in sorted(items, key=_number):
        after = before + item.amount_fen
        if at < after:
            hits = (after - 1 - at) // interval + 1
            at += hits * interval
            drawn.append(Drawn(item.number, item.amount_fen, hits=hits))
        before = after
    return drawn


def allotted(strata: Sequence[tuple[int, int]], size: int) -> list[int]:
    """How many of each stratum, given its count and its money; together `size`."""
    places = [min(count, 1) for count, _ in strata]
    while (left := size - sum(places)) > 0:
        room = [count - taken for (count, _), taken in zip(strata, places, strict=True)]
        weighed = [fen if free else 0 for (_, fen), free in zip(strata, room, strict=True)]
        whole = sum(weighed)
        shares = [divmod(left * fen, whole) for fen in weighed]
        given = [min(share, free) for (share, _), free in zip(shares, room, strict=True)]
        if not any(given):
            first = max(
                (n for n, free in enumerate(room) if free), key=lambda n: (shares[n][1], -n)
            )
            given[first] = 1
        places = [taken + more for taken, more in zip(places, given, strict=True)]
    return places


def size_by_money(total_fen: int, tolerable_fen: int, expected_fen: int, risk: int) -> int:
    """How many a monetary-unit sample needs. Raises TolerableTooSmall."""
    factor, expansion = FACTORS[risk]
    room = 100 * tolerable_fen - expansion * expected_fen
    if room <= 0:
        raise TolerableTooSmall(least_fen=expansion * expected_fen // 100 + 1)
    return max(1, -(-total_fen * factor // room))


def lot(seed: str, number: int) -> int:
    """A payment's lot."""
    return int.from_bytes(sha256(f"{seed}:{number}".encode()).digest())


def start(seed: str, interval: int) -> int:
    """Where counting begins, from 0 to the interval."""
    return int.from_bytes(sha256(f"{seed}:start".encode()).digest()) % interval


def population_digest(items: Sequence[Item]) -> str:
    """SHA-256 of what was drawn from: a line `number,fen` a payment, by number."""
    lines = (f"{item.number},{item.amount_fen}\n" for item in sorted(items, key=_number))
    return sha256("".join(lines).encode()).hexdigest()


def _checked(size: int, most: int) -> None:
    if not 1 <= size <= most:
        raise SampleTooLarge(size=size, most=most)


def _number(item: Item | Drawn) -> int:
    return item.number
