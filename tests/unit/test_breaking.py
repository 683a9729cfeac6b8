"""Lines of papers: what is never broken over two, and what is never lost."""

import io
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from app.papers.breaking import broken
from app.papers.frame import Column, Paper
from app.texts.amounts import MINUS

WHOLE = [
    "¥1,234.56",
    f"{MINUS}¥1,234,567.89",
    "¥100,000.00。",
    "2024-03-01",
    "2024年3月1日",
    "HZ202300000165",
]
WHOLE += ["12,345.60元", "（2024-03-01）", "50%", "410599********0013"]


def width_of(text: str) -> float:
    """A Chinese letter is as wide as high, others half."""
    return sum(0.5 if ord(char) < 0x80 else 1 for char in text)


@given(
    parts=st.lists(
        st.sampled_from([*WHOLE, "补助", "实际补助金额为", "，", "（", "）", "x"]), max_size=30
    ),
    width=st.integers(8, 40),
)
def test_a_line_is_never_too_wide_and_nothing_is_lost(parts, width):
    text = "".join(parts)
    lines = broken(text, width, width_of).split("\n")
    assert "".join(lines) == text
    assert all(width_of(line) <= width for line in lines)


@pytest.mark.parametrize("whole", WHOLE)
@pytest.mark.parametrize("before", range(40))
def test_an_amount_a_date_and_a_number_stay_in_one_line(whole, before):
    lines = broken("补" * before + whole + "助" * 9, 20, width_of).split("\n")
    assert any(whole in line for line in lines)


def test_a_line_begins_with_no_mark_that_closes_and_ends_with_none_that_opens():
    for before in range(1, 40):
        lines = broken("补" * before + "（助）。“补”；", 20, width_of).split("\n")
        assert not any(line[0] in "）。”；" or line[-1] in "（“" for line in lines)


def test_spaces_go_where_a_line_ends_and_stay_where_a_paragraph_begins():
    assert broken("    依据：一二三四", 6, width_of) == "    依据：一\n二三四"
    assert broken("abcd efgh ijkl", 5, width_of) == "abcd efgh\nijkl"


def test_what_is_wider_than_a_line_is_broken_all_the_same():
    assert broken("补HZ2023000001650", 5, width_of) == "补HZ202300\n0001650"


@pytest.mark.parametrize("before", range(30, 60))
def test_a_paper_keeps_its_amounts_whole_in_text_and_in_tables(before):
    paper = Paper("样张", date(2024, 3, 1))
    paper.text("补" * before + "¥1,234,567.89（大写）")
    paper.facts([("金额", "补" * before + "¥2,234,567.89。")])
    columns = [Column("说明", 3), Column("金额", 1, number=True)]
    paper.rows(columns, [("补" * before + "¥3,234,567.89", "补" * (before - 30) + "¥4,234,567.89")])
    read = PdfReader(io.BytesIO(paper.document())).pages[0].extract_text()
    for whole in ("¥1,234,567.89", "¥2,234,567.89。", "¥3,234,567.89", "¥4,234,567.89"):
        assert whole in read, re.sub("补+", "…", read)
