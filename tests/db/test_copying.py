"""What COPY writes of rows is what psycopg writes of them."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.copytext import copy_text
from app.db import copy_columns, copy_in, cursor

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
odd = st.text(st.sampled_from("\\Nnrtx.\t\n\r\b\f\v\x1f'\" 赵𬭚0"), max_size=8)
columns = (
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | texts | odd,
    st.none() | st.dates(),
    st.none() | st.binary(max_size=20),
    st.none() | st.booleans(),
    st.none() | st.lists(odd, max_size=3),  # no plain kind: psycopg writes it
)
NAMES = ("number", "said", "day", "sealed", "yes", "several")


@pytest.fixture(scope="module")
def copies(shared_database):
    with Session(shared_database.engine) as session:
        for name in ("ours", "theirs"):
            session.execute(
                text(
                    f"CREATE TEMPORARY TABLE {name} (number bigint, said text, day date,"
                    " sealed bytea, yes boolean, several text[])"
                )
            )
        yield session


@given(st.lists(st.tuples(*columns), max_size=8), st.booleans(), st.booleans())
@example([(None,) * 6], False, True)
def test_rows_are_written_as_psycopg_writes_them(copies, rows, plain, by_columns):
    if plain:
        rows = [(*row[:-1], None) for row in rows]
        assert copy_text(zip(*rows, strict=True)) is not None
    copies.execute(text("TRUNCATE ours, theirs"))
    if rows and by_columns:
        copy_columns(copies, "ours", dict(zip(NAMES, zip(*rows, strict=True), strict=True)))
    else:
        copy_in(copies, "ours", NAMES, rows)
    with cursor(copies) as cur:
        with cur.copy("COPY theirs FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        ours, theirs = (cur.execute(f"TABLE {x}").fetchall() for x in ("ours", "theirs"))
    assert ours == theirs == rows


def test_many_rows_of_plain_and_other_kinds_are_all_written_once(copies):
    copies.execute(text("TRUNCATE ours"))
    rows = [(n, f"{n}", date(2024, 1, 1), b"", n % 2 == 0, None) for n in range(12_000)]
    rows[7_000] = (*rows[7_000][:-1], ["赵", "\\N"])
    copy_in(copies, "ours", NAMES, iter(rows[:100]))
    copy_columns(copies, "ours", dict(zip(NAMES, zip(*rows[100:], strict=True), strict=True)))
    with cursor(copies) as cur:
        assert cur.execute("SELECT * FROM ours ORDER BY number").fetchall() == rows


def test_a_row_of_another_length_is_an_error(copies):
    with pytest.raises(ValueError, match="zip"):
        copy_in(copies, "ours", ("number", "said"), [(1, "a"), (2,)])
    copies.rollback()
