"""What is cut at its commas is what the reader of rows reads."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.banking.statement_columns import fen_of, plain_fen
from app.files.rows import rows_of
from app.files.unquoted import cut

_PLAIN = re.compile(r"(?:-?[0-9]{1,12}\.[0-9]{2})?")
cells = st.text(alphabet="a王1. \t\u3000\u00a0\u2028\x0b", max_size=4)
rows = st.lists(st.lists(cells, max_size=4), max_size=8)
amounts = st.one_of(
    st.sampled_from(["", "-", "1.00", "-12.05", "0.00", "1.5", "1,000.00", "--1.00", "1-.00"]),
    st.from_regex(r"-?[0-9]{1,13}\.[0-9]{2}", fullmatch=True),
    st.text(alphabet="0123456789.-\n \u0661", max_size=6),
)


@given(rows, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_text_is_cut_into_the_rows_that_are_read(rows, end, ended):
    text = end.join(map(",".join, rows)) + (end if ended else "")
    read: list[list[str]] = []
    for line, row in rows_of(text.encode("utf-8-sig")):
        read += [[]] * (line - 1 - len(read))
        read.append(row)
    assert [list(row) for row in cut(text)] == read


@given(rows, st.sampled_from(['"', "\rx", "\n\r", "\r\r\n"]))
def test_what_is_not_plain_is_left_to_the_reader(rows, odd):
    assert cut("\n".join(map(",".join, rows)) + odd + "\n") is None


def test_rows_are_not_filled_up_to_the_width_of_one_that_is_very_wide():
    """A hundred kilobytes would become a hundred million cells."""
    wide = "," * 100_000
    assert cut(f"{wide}\n" + "a\n" * 900) is None
    assert cut(f"{wide}\na") is not None


@given(st.lists(amounts, min_size=1, max_size=5))
def test_plain_amounts_are_those_that_are_read_one_by_one(texts):
    told = plain_fen(texts)
    assert (told is not None) == all(map(_PLAIN.fullmatch, texts))
    if told is not None:
        assert told == [fen_of(text, whole_fen=False) for text in texts]
