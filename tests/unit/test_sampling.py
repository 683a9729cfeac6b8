"""Samples are drawn by rules that another could follow with a pencil, a seed and SHA-256."""

from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inspection import sampling
from app.inspection.benford import expected, off, verdict
from app.inspection.sampling import (
    FACTORS,
    Item,
    SampleTooLarge,
    StrataOutOfOrder,
    TolerableTooSmall,
    allotted,
    by_money,
    by_strata,
    population_digest,
    simple,
    size_by_money,
)

AMOUNTS = st.lists(st.integers(1, 10_000_000), min_size=1, max_size=60)
SEEDS = st.text("0123456789abc-", min_size=1, max_size=12)


def items(amounts: list[int]) -> list[Item]:
    return [Item(100 + n, amount) for n, amount in enumerate(amounts)]


@given(AMOUNTS, SEEDS, st.data())
def test_a_simple_sample_is_the_lowest_lots_in_whatever_order_they_stand(
    amounts: list[int], seed: str, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(amounts)))
    drawn = {each.number for each in simple(items(amounts), size, seed)}
    lots = {n: sha256(f"{seed}:{n}".encode()).hexdigest() for n in range(100, 100 + len(amounts))}
    assert len(drawn) == size
    assert drawn == set(sorted(lots, key=lambda n: lots[n])[:size])
    assert simple(items(amounts)[::-1], size, seed) == simple(items(amounts), size, seed)


@given(AMOUNTS, SEEDS, st.data())
def test_by_money_every_intervals_fen_is_drawn(
    amounts: list[int], seed: str, data: st.DataObject
) -> None:
    total = sum(amounts)
    size = data.draw(st.integers(1, min(total, 200)))
    interval = total // size
    begin = int(sha256(f"{seed}:start".encode()).hexdigest(), 16) % interval
    # Written another way: each fen drawn is looked up in the list of all fens' owners.
    hits = dict.fromkeys(range(100, 100 + len(amounts)), 0)
    for fen in range(begin, total, interval):
        reached = 0
        for n, amount in enumerate(amounts):
            reached += amount
            if fen < reached:
                hits[100 + n] += 1
                break
    drawn = by_money(items(amounts), size, seed)
    assert {each.number: each.hits for each in drawn} == {n: x for n, x in hits.items() if x}
    large = {each.number for each in items(amounts) if each.amount_fen >= interval}
    assert large <= {each.number for each in drawn}


@given(AMOUNTS, SEEDS, st.data())
def test_strata_have_their_places_and_no_more_than_they_hold(
    amounts: list[int], seed: str, data: st.DataObject
) -> None:
    bounds = sorted(data.draw(st.sets(st.integers(1, 10_000_000), min_size=1, max_size=4)))
    size = data.draw(st.integers(1, len(amounts)))
    drawn = by_strata(items(amounts), bounds, size, seed)
    strata = {n: [x for x in amounts if sum(x >= b for b in bounds) == n - 1] for n in range(1, 6)}
    inhabited = [n for n, held in strata.items() if held]
    assert len(drawn) == max(size, len(inhabited))
    assert {each.stratum for each in drawn} == set(inhabited)
    for each in drawn:
        assert each.amount_fen in strata[each.stratum]


def test_places_follow_the_money_by_largest_remainders() -> None:
    assert allotted([(100, 1_000), (100, 2_000), (100, 7_000)], 13) == [2, 3, 8]
    assert allotted([(2, 9_000), (100, 1_000)], 10) == [2, 8]
    assert allotted([(0, 0), (5, 10)], 3) == [0, 3]


def test_the_size_is_the_guides() -> None:
    # Book value 500,000, tolerable 25,000, none expected, 5 % risk: 500,000 x 3.00 / 25,000 = 60.
    assert size_by_money(50_000_000, 2_500_000, 0, 5) == 60
    # Expected 5,000: 500,000 x 3.00 / (25,000 - 5,000 x 1.6) = 88.2, so 89.
    assert size_by_money(50_000_000, 2_500_000, 500_000, 5) == 89
    assert size_by_money(50_000_000, 2_500_000, 0, 10) == 47
    with pytest.raises(TolerableTooSmall) as refused:
        size_by_money(50_000_000, 800_000, 500_000, 5)
    assert refused.value.facts == {"least_fen": 800_001}


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(SampleTooLarge):
        simple(items([1, 2]), 3, "a")
    with pytest.raises(SampleTooLarge):
        by_money(items([1, 2]), 0, "a")
    for bounds in ([5, 5], [9, 3], [0], [-1]):
        with pytest.raises(StrataOutOfOrder):
            by_strata(items([1, 2]), bounds, 1, "a")


def test_the_digest_is_of_the_payments_in_order() -> None:
    assert population_digest([Item(2, 5), Item(1, 7)]) == sha256(b"1,7\n2,5\n").hexdigest()


def test_first_digits_are_compared_with_the_law() -> None:
    law = {1: 301, 2: 176, 3: 125, 4: 97, 5: 79, 6: 67, 7: 58, 8: 51, 9: 46}
    assert expected(1_000) == law
    assert verdict(law) == "close"
    assert verdict(dict.fromkeys(range(1, 10), 111)) == "not"
    assert verdict({1: 30}) == "few"
    assert off(dict.fromkeys(range(1, 10), 111)).as_tuple().exponent == -4


def by_the_readme(strata: list[tuple[int, int]], size: int) -> list[int]:
    """Places of strata as the bundle's README says it, by whole numbers."""
    places = [min(1, count) for count, _ in strata]
    while sum(places) < size:
        left = size - sum(places)
        open_ones = [n for n, (count, _) in enumerate(strata) if places[n] < count]
        money = sum(strata[n][1] for n in open_ones)
        given = {n: left * strata[n][1] // money for n in open_ones}
        if not any(given.values()):
            rest = {n: left * strata[n][1] % money for n in open_ones}
            given = {min(open_ones, key=lambda n: (-rest[n], n)): 1}
        for n, more in given.items():
            places[n] = min(strata[n][0], places[n] + more)
    return places


@given(AMOUNTS, st.lists(st.integers(1, 10_000_000), max_size=4, unique=True), st.data())
def test_strata_are_drawn_again_as_the_readme_says(
    amounts: list[int], bounds: list[int], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(amounts)))
    bounds = sorted(bounds)
    strata: list[list[Item]] = [[] for _ in range(len(bounds) + 1)]
    for each in items(amounts):
        strata[sum(bound <= each.amount_fen for bound in bounds)].append(each)
    places = by_the_readme([(len(x), sum(y.amount_fen for y in x)) for x in strata], size)
    wanted = [
        (each.number, n)
        for n, (stratum, most) in enumerate(zip(strata, places, strict=True), 1)
        for each in sorted(stratum, key=lambda x: sha256(f"s:{x.number}".encode()).digest())[:most]
    ]
    drawn = by_strata(items(amounts), bounds, size, "s")
    assert [(each.number, each.stratum) for each in drawn] == sorted(wanted)


def test_the_readme_has_the_factors() -> None:
    readme = Path(sampling.__file__).parents[1] / "audit" / "bundle_readme.md"
    said = readme.read_text(encoding="utf-8")
    one, other = ([Decimal(factors[n]) / 100 for factors in FACTORS.values()] for n in (0, 1))
    for of in (one, other):
        for comma in ("、", ", "):
            assert comma.join(f"{factor:.2f}" for factor in of) in said
    assert ", ".join(map(str, FACTORS)) in said
