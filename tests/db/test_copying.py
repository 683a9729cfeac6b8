"""What COPY writes of rows is what psycopg writes of them."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.copies import Copy, copy_of
from app.copybinary import Kind, copy_binary
from app.copytext import copy_text
from app.db import copy_all, copy_columns, copy_in, cursor, numbers
from app.roster.models import Member
from app.together import numbers_meanwhile

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


KINDS = (Kind.BIGINT, Kind.INTEGER, Kind.DATE, Kind.BYTEA, Kind.TEXT)
alike = (
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-(2**31), 2**31 - 1),
    st.dates(),
    st.binary(min_size=3, max_size=3),
    st.text("ab\\\t\n'", min_size=2, max_size=2),
)


@given(st.lists(st.tuples(*alike), max_size=8))
def test_rows_that_are_alike_are_written_as_numbers_and_bytes(copies, rows):
    columns = [*zip(*rows, strict=True)] or [()] * len(KINDS)
    assert (copy_binary(KINDS, columns) is None) == (not rows)
    with cursor(copies) as cur:
        cur.execute(
            "CREATE TEMPORARY TABLE alike"
            " (long bigint, short integer, day date, sealed bytea, said text) ON COMMIT DROP"
        )
        names = ("long", "short", "day", "sealed", "said")
        copy_all(copies, [Copy("alike", names, [columns] if rows else [], KINDS)])
        assert cur.execute("TABLE alike").fetchall() == rows
        cur.execute("DROP TABLE alike")


def test_a_block_that_is_not_alike_goes_on_in_another_form(copies):
    copies.execute(text("TRUNCATE ours"))
    kinds = (Kind.BIGINT, Kind.TEXT, Kind.DATE, Kind.BYTEA, None, None)
    day = date(2024, 2, 29)
    plain, longer, odd_one = (
        [(n, said, day, b"a", None, several) for n in range(at, at + 3)]
        for at, said, several in ((0, "b", None), (3, "cc", None), (6, "d", ["\\N"]))
    )
    longer[1] = (4, "c", day, b"", None, None)
    blocks = [[*zip(*x, strict=True)] for x in (plain, longer, plain, odd_one, plain)]
    copy_all(copies, [Copy("ours", NAMES, blocks, kinds)])
    asked = [Copy("ours", NAMES[:4], [[x[:3] for x in blocks[0][:4]]] * 2, kinds[:4])]
    copy_all(copies, asked)
    with cursor(copies) as cur:
        found = cur.execute("TABLE ours").fetchall()
    assert found == [*plain, *longer, *plain, *odd_one, *plain, *plain, *plain]


def test_rows_can_be_written_block_by_block_in_the_order_of_their_numbers(copies):
    copies.execute(text("TRUNCATE ours"))
    kinds = (Kind.BIGINT, Kind.TEXT, Kind.DATE, Kind.BYTEA, None, None)
    day = date(2024, 2, 29)
    binary = [(n, str(n), day, b"a", None, None) for n in (3, 1, 2)]
    as_text = [(n, "b" * n, day, b"", None, None) for n in (6, 4, 5)]
    by_row = [(n, "c", day, b"", None, ["\\N"]) for n in (8, 9, 7)]
    blocks = [[*zip(*x, strict=True)] for x in (as_text, by_row)]
    short = [[column[:] for column in [*zip(*binary, strict=True)][:4]]]
    copy_all(copies, [Copy("ours", NAMES[:4], short, kinds[:4], ordered=True)])
    copy_all(copies, [Copy("ours", NAMES, blocks, kinds, ordered=True)])
    with cursor(copies) as cur:
        found = cur.execute("TABLE ours").fetchall()
    assert found == [*sorted(binary), *sorted(as_text), *sorted(by_row)]


def test_numbers_are_those_drawn_also_where_they_lie_apart(copies):
    for name, step in (("close", 1), ("apart", 3)):
        copies.execute(text(f"CREATE TEMPORARY SEQUENCE {name} INCREMENT {step}"))
        assert numbers(copies, name, 4) == [1, 1 + step, 1 + 2 * step, 1 + 3 * step]
        assert numbers(copies, name, 1) == [1 + 4 * step]
        assert numbers(copies, name, 0) == []
        with numbers_meanwhile(copies, name, 2) as drawn:
            assert drawn() == [1 + 5 * step, 1 + 6 * step]
        assert numbers(copies, name, 1) == [1 + 7 * step]


def test_a_row_of_another_length_is_an_error(copies):
    with pytest.raises(ValueError, match="zip"):
        copy_in(copies, "ours", ("number", "said"), [(1, "a"), (2,)])
    copies.rollback()


def test_what_fails_while_it_is_made_leaves_nothing_and_the_connection_goes_on(copies):
    def made(some: slice) -> list[list[object]]:
        if some.start > 20_000:
            raise LookupError
        members = [*range(some.start, some.stop)]
        return [members, [b"sealed"] * len(members), [b"%07d" % who for who in members]]

    columns = ("id", "certno_cipher", "certno_index")
    copies.rollback()
    with pytest.raises(LookupError):
        copy_all(copies, [copy_of(Member, columns, 60_000, made)])
    copies.rollback()
    assert copies.scalar(text("SELECT count(*) FROM member")) == 0
