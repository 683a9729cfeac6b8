"""Lines put together at once are those that csv writes, whatever stands in a cell."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from app.audit.csv_lines import lines_of

CELLS = st.one_of(
    st.none(), st.text(max_size=5), st.sampled_from(["", " ", ",", '"', "\n", "\r", "=1", "王\0"])
)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n))))
def test_lines_are_what_csv_writes(rows: list[list[str | None]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    assert b"".join(lines_of(rows)) == text.getvalue().encode("utf-8", "surrogatepass")
    assert len(lines_of(rows)) == len(rows)
