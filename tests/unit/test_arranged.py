"""Many texts put into another order are the same texts, whatever is written in them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.arrays import Arranged, values_in


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
    for texts in (["123", "45", ""], ["张三", "欧阳四", "𬭚"]):
        arranged = Arranged(order, texts)
        assert arranged._plain is not None
        assert arranged[:] == [texts[2], texts[0], texts[1]]
    assert values_in(order, [b"\0" * 8, b"1" * 8, b"2" * 8]).tolist() == [
        b"2" * 8,
        b"\0" * 8,
        b"1" * 8,
    ]
