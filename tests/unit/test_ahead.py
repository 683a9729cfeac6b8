"""What is made ahead comes in order, and its thread ends however it is left."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.ahead import ahead


class Broken(Exception):
    """What making met."""


def counting(most: int, made: list[int]) -> Iterator[int]:
    for n in range(most):
        made.append(n)
        yield n


def test_all_of_it_comes_in_order() -> None:
    assert list(ahead(counting(100, []), 3)) == list(range(100))
    assert list(ahead(iter(()), 2)) == []


def test_it_is_made_by_another_thread_and_no_further_than_asked() -> None:
    made: list[int] = []
    before = threading.active_count()
    taken = ahead(counting(100, made), 4)
    assert next(taken) == 0
    taken.close()
    # Four wait, one waited for a place, and the place of the one taken.
    assert len(made) <= 7
    assert threading.active_count() == before


def test_a_failure_comes_where_it_was_met() -> None:
    def breaking() -> Iterator[int]:
        yield 1
        raise Broken

    taken = ahead(breaking(), 2)
    assert next(taken) == 1
    with pytest.raises(Broken):
        next(taken)


def test_whoever_fails_with_what_was_made_is_not_kept_waiting() -> None:
    made: list[int] = []
    before = threading.active_count()
    with pytest.raises(Broken), closing(ahead(counting(1_000, made), 2)) as taken:
        fail_at(5, taken)
    assert threading.active_count() == before
    assert len(made) < 20


def fail_at(number: int, taken: Iterator[int]) -> None:
    for n in taken:
        if n == number:
            raise Broken
