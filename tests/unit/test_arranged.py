"""Many texts put into another order are the same texts, whatever is written in them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.arrays import Arranged, in_order, numbers_at


@given(
    texts=st.lists(st.one_of(st.text(max_size=4), st.text("012\0", max_size=40)), max_size=30),
    seed=st.integers(0, 99),
    at=st.integers(0, 30),
)
def test_texts_in_another_order_are_the_same(texts: list[str], seed: int, at: int) -> None:
    order = np.random.default_rng(seed).permutation(len(texts))
    wanted = [texts[place] for place in order.tolist()]
    arranged = Arranged(order, texts)
    assert arranged[:] == wanted
    assert arranged[at : at + 5] == wanted[at : at + 5]


def test_names_and_numbers_go_the_fast_way() -> None:
    order = np.array([2, 0, 1])
    for texts in (["123", "45", ""], ["12", "34", "56"], ["张三", "欧阳四", "𬭚"]):
        arranged = Arranged(order, texts)
        assert arranged._plain is not None
        assert arranged[:] == [texts[2], texts[0], texts[1]]


def test_values_are_arranged_by_how_they_begin() -> None:
    order, values = in_order([b"2" * 9, b"\0" * 9, b"1" * 9])
    assert order.tolist() == [1, 2, 0]
    assert values.tolist() == [b"\0" * 9, b"1" * 9, b"2" * 9]


@given(
    values=st.lists(st.binary(min_size=9, max_size=9), min_size=1, max_size=30, unique=True),
    seed=st.integers(0, 99),
    alike=st.booleans(),
)
def test_each_value_gets_the_number_that_is_told_of_it(
    values: list[bytes], seed: int, alike: bool
) -> None:
    if alike:  # several that differ at their end alone
        values = list(dict.fromkeys(b"%8d" % (x[0] % 3) + x[8:] for x in values))
    order = np.random.default_rng(seed).permutation(len(values))[: seed % (len(values) + 1)]
    told = {values[place]: 7 * n + 1 for n, place in enumerate(order.tolist())}
    numbers = np.array([*told.values()], np.int64)
    assert numbers_at(values, b"".join(told), numbers).tolist() == [told.get(x, 0) for x in values]
