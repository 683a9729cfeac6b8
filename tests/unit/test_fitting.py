"""Which payments are offered for a credit line: where there is one way to see it, and no other."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from app.payments.fitting import MayBeBack, fitting


def may_be(
    number: int, batch: int, fen: int, stands: str = "failed", year: int = 2024
) -> MayBeBack:
    return MayBeBack(number, batch, f"P{year}-{batch:04d}", number, year, fen, "", stands)


def numbers(some: list[MayBeBack], fen: int) -> list[int]:
    return [x.payment_id for x in fitting(some, fen)]


def test_all_that_failed_of_one_batch_comes_first():
    some = [may_be(1, 1, 100), may_be(2, 1, 200), may_be(3, 2, 300), may_be(4, 2, 50)]
    assert numbers(some, 300) == [1, 2]


def test_two_batches_of_one_sum_are_a_persons_choice():
    some = [may_be(1, 1, 100), may_be(2, 1, 200), may_be(3, 2, 300)]
    assert numbers(some, 300) == []


def test_what_is_not_known_comes_back_with_what_failed():
    some = [may_be(1, 1, 100), may_be(2, 1, 250, "unknown"), may_be(3, 2, 7)]
    assert numbers(some, 350) == [1, 2]
    assert numbers(some, 107) == [1, 3], "of several batches"


def test_what_was_paid_and_two_years_are_not_offered():
    some = [may_be(1, 1, 100, "paid"), may_be(2, 2, 200), may_be(3, 3, 50, year=2025)]
    assert numbers(some, 300) == numbers(some, 250) == []


def test_too_many_sums_are_left_to_a_person():
    some = [may_be(n, n, 1 << n) for n in range(1, 22)]
    assert numbers(some, sum(x.amount_fen for x in some) - 2) == []


@given(st.lists(st.integers(1, 9), max_size=8), st.integers(1, 30))
def test_a_single_way_is_found_and_nothing_else(fens: list[int], fen: int):
    some = [may_be(n, n, each) for n, each in enumerate(fens)]
    ways = [
        list(x)
        for size in range(1, len(some) + 1)
        for x in combinations(range(len(some)), size)
        if sum(fens[n] for n in x) == fen
    ]
    whole = [[n] for n, each in enumerate(fens) if each == fen]
    wanted = whole if whole else ways
    assert numbers(some, fen) == (wanted[0] if len(wanted) == 1 else [])
