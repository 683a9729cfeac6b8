"""Which payments a credit line may have brought back together: those that make up its sum. Pure."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

_MOST_SUMS: Final = 20_000
"""Beyond this many sums of one year's payments nothing is offered: a person chooses."""


class MayBeBack(NamedTuple):
    """A payment that did not arrive, or of which the bank does not know, and no line brought back.

    `stands`: failed or unknown, or paid, as far as anybody has said.
    """

    payment_id: int
    batch_id: int
    number: str
    line: int
    benefit_year: int
    amount_fen: int
    name: str
    stands: str


def fitting(some: Sequence[MayBeBack], fen: int) -> tuple[MayBeBack, ...]:
    """The payments that make up this amount, where there is one way to see it; else none.

    First what banks do: all that failed of one batch; or all that failed and is not known. Then
    any payments, as long as no others make the same sum.
    """
    open_yet = [x for x in some if x.stands != "paid"]
    for wanted in (lambda x: x.stands == "failed", lambda _: True):
        found = _whole_batches(open_yet, fen, wanted)
        if found:
            return found[0] if len(found) == 1 else ()
    years = sorted({x.benefit_year for x in open_yet})
    ways = [way for year in years for way in _ways(open_yet, year, fen)]
    return ways[0] if len(ways) == 1 else ()


def _whole_batches(
    some: Sequence[MayBeBack], fen: int, wanted: Callable[[MayBeBack], bool]
) -> list[tuple[MayBeBack, ...]]:
    of: dict[int, list[MayBeBack]] = defaultdict(list)
    for each in some:
        if wanted(each):
            of[each.batch_id].append(each)
    return [tuple(x) for x in of.values() if sum(y.amount_fen for y in x) == fen]


def _ways(some: Sequence[MayBeBack], year: int, fen: int) -> list[tuple[MayBeBack, ...]]:
    """Up to two ways to make the sum of one year's payments; too many sums: as if there were two.

    Of each sum one way and whether there are others: that is enough to tell a single one.
    """
    sums: dict[int, list[tuple[MayBeBack, ...]]] = {0: [()]}
    for each in some:
        if each.benefit_year != year or each.amount_fen > fen:
            continue
        for total_fen, ways in list(sums.items()):
            more_fen = total_fen + each.amount_fen
            if more_fen <= fen:
                made = [*sums.get(more_fen, ()), *((*way, each) for way in ways)]
                sums[more_fen] = made[:2]
        if len(sums) > _MOST_SUMS:
            return [(), ()]
    return sums.get(fen, [])
