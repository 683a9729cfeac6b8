"""The same plain loop over yuan as Decimal, as an ORM's money columns hand them over."""

from bisect import bisect_right
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from app.benefits.columns import MISSING_FEN
from tests.bench.bench_kernel import Terms

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
THOUSAND = Decimal(1_000)
CAPS = {0: Decimal(100_000), 1: Decimal(3_000)}
SHARE = {0: Decimal("0.50"), 1: Decimal("0.20")}
FIRST_AMOUNT = 7
"""The place of the first amount among a bill's columns."""


def in_yuan(bills: list[list[int]]) -> list[list]:
    """The columns of amounts as Decimal; a missing one as None."""
    amounts = [
        [None if fen == MISSING_FEN else Decimal(fen) / 100 for fen in column]
        for column in bills[FIRST_AMOUNT:-1]
    ]
    return [*bills[:FIRST_AMOUNT], *amounts]


def gross_2019(base: Decimal) -> Decimal:
    exact = base * Decimal("0.30")
    if base > THOUSAND:
        exact = THOUSAND * Decimal("0.30") + (base - THOUSAND) * Decimal("0.50")
    return exact.quantize(CENT, ROUND_HALF_UP)


def decimal_loop(bills: list[list], terms: Terms) -> list[Decimal]:
    """The payable of each bill."""
    used: dict[tuple[int, int, int], Decimal] = defaultdict(lambda: NOTHING)
    stays: dict[tuple[int, int, int], Decimal] = defaultdict(lambda: NOTHING)
    answers = []
    for (
        who, care, refunded, admitted, discharged, settled, stay, scope, hifp, hifob, hifmi, _,
        part, own, over, first,
    ) in zip(*bills, strict=True):  # fmt: skip
        answers.append(NOTHING)
        if refunded or care > 1:
            continue
        day, waits_by = (settled, settled) if care else (discharged, admitted)
        of_member = terms[who]
        place = bisect_right(of_member, (day + 1,)) - 1
        if place < 0 or of_member[place][1] < day:
            continue
        _, _, waits, scheme, year = of_member[place]
        of_2019 = scheme == "2019"
        if not scheme or (of_2019 and care) or waits_by < waits:
            continue
        base = scope - hifp if care else scope - hifp - hifob - hifmi
        if part is not None:
            base = min(base, part - own - over - first)
        base = max(base, NOTHING)
        key = (who, care, year)
        if not of_2019:
            gross = (base * SHARE[care]).quantize(CENT, ROUND_HALF_UP)
            answers[-1] = min(gross, CAPS[care] - used[key])
            used[key] += answers[-1]
        elif stay:
            before = stays[who, year, stay]
            stays[who, year, stay] = before + base
            answers[-1] = gross_2019(before + base) - gross_2019(before)
        else:
            answers[-1] = gross_2019(base)
    return answers
