"""An answer read by columns is what reading it line by line says."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.banking import returnfile
from app.banking.formats import PLAIN, format_named
from app.banking.return_columns import Unplain, by_columns
from app.banking.returnfile import ReturnLine
from tests.factories import return_file

number = st.sampled_from(["1", "2", "3", "4", "12", "0", "01", "1234567890", "\u0661", "x", ""])
amount = st.sampled_from(["1.00", "20.50", "0.00", "-1.00", "1", ".50", "1.005", "x", "\u0661.00"])
outcome = st.sampled_from(["成功", "失败", "状态未知", "?", ""])
day = st.sampled_from(["2024-06-05", "2024-06-06", "", "2024-13-01", "x"])
reason = st.sampled_from(["", "-", "账户已销户", "=1+1", "\u200b", "长" * 400])
told = st.tuples(number, amount, outcome, day, reason)
plain = st.tuples(
    *(number, st.just("1.00"), st.just("成功"), st.just("2024-06-05"), st.sampled_from(["", "-"]))
)


PAID = ("1", "1.00", "成功", "2024-06-05", "")


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize(
    "odd",
    ["", "0", "01", "1", "1234567890", "\u0661", "0.00", "-1.00", "1.005", "?", "=1", "\u200b"],
)
def test_a_line_that_is_odd_in_one_place(at, odd):
    other = ["2", *PAID[1:]]
    other[at] = odd
    check([PAID, tuple(other)])


@given(st.lists(st.one_of(told, plain), max_size=4), st.sampled_from([0, 0, 0, 1]))
def test_columns_say_what_lines_say(lines, more):
    check(lines, more)


def check(lines, more=0):
    back = format_named(PLAIN).back
    exact = [x for _, x, *_ in lines if re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", x, re.ASCII)]
    total = f"{sum(map(Decimal, exact), Decimal(0)):.2f}"
    data = return_file("P1", lines, total=total, count=len(lines) + more)
    try:
        found = by_columns(data, back)
    except Unplain:
        return
    answer = returnfile._by_rows(data, back)
    assert not answer.faults
    assert [tuple(x) for x in answer.lines] == [*zip(*found.lines, strict=True)]
    assert found.batch == ["批次号", "P1"]


def test_a_plain_answer_is_read_by_columns():
    data = return_file(
        "P1", [(1, "1000.00", "成功", "2024-06-05", ""), (2, "20.50", "失败", "", "账户已销户")]
    )
    back = format_named(PLAIN).back
    assert [ReturnLine(*x) for x in zip(*by_columns(data, back).lines, strict=True)] == (
        returnfile._by_rows(data, back).lines
    )
