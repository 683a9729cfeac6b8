"""COPYs of one transaction, one after the other: while the server takes one, the next is made.

A block goes in the first of three forms that can hold it: PostgreSQL's binary one, its text, or row
by row as psycopg writes it. From one form a COPY only goes on to the next.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, groupby, islice, pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

import psycopg
from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy import TEXT, BigInteger, Date, Integer, LargeBinary, Text
from sqlalchemy.orm import DeclarativeBase

from app.ahead import ahead
from app.copybinary import END, HEAD, Kind, copy_binary, order_of_numbers
from app.copytext import copy_text

Block: TypeAlias = Sequence[Sequence[object]]
"""Columns of one length."""
_Piece: TypeAlias = tuple[Composed, str | bytes | list[tuple[object, ...]]]

COPIED_AT_ONCE: Final = 5_000
"""Rows of a block."""
_FIRST: Final = 500
"""Rows of a COPY's first block where they are made when wanted."""
_KINDS: Final[dict[type, Kind]] = {
    BigInteger: Kind.BIGINT,
    Integer: Kind.INTEGER,
    Date: Kind.DATE,
    LargeBinary: Kind.BYTEA,
    Text: Kind.TEXT,
    TEXT: Kind.TEXT,
}
_AHEAD: Final = 40
"""So many blocks at most are made and not yet taken."""


class Lines(list[str]):
    """A block that is there as COPY's own text: a line a row, without its end."""


class Laid(bytes):
    """A block that is there as a binary COPY's own rows (`app.copybinary.laid`)."""


class Copy(NamedTuple):
    """Rows for a table. The names are the code's own, never input.

    `kinds`: of the columns; without them nothing is written in the binary form.
    `ordered`: a block's rows are written in the order of its first column, numbers, so that each
    goes into the index beside the one before.
    """

    table: str
    columns: Sequence[str]
    blocks: Iterable[Block | Lines | Laid]
    kinds: Sequence[Kind | None] = ()
    ordered: bool = False


def copy_of_columns(table: str, columns: Mapping[str, Sequence[object]]) -> Copy:
    """Columns of one length as a COPY.

    A column that is empty throughout is left out, to be NULL: in bulk that is every third value.
    """
    told = {name: x for name, x in columns.items() if x and _is_told(x)}
    filled = told or columns
    starts = range(0, max(map(len, filled.values()), default=0), COPIED_AT_ONCE)
    blocks = ([x[at : at + COPIED_AT_ONCE] for x in filled.values()] for at in starts)
    return Copy(table, [*filled], blocks)


def _is_told(column: Sequence[object]) -> bool:
    return column[0] is not None or column.count(None) < len(column)


def copy_of_lines(table: str, columns: Sequence[str], some: Iterable[Sequence[str]]) -> Copy:
    """Rows that are there as COPY's own text, some at a time."""
    return Copy(table, columns, map(Lines, some))


def copy_of(
    model: type[DeclarativeBase],
    columns: Sequence[str],
    count: int,
    made: Callable[[slice], Block],
    *,
    ordered: bool = False,
) -> Copy:
    """`count` rows of a model's table, whose columns are made some at a time, when wanted."""
    kinds = [_KINDS.get(type(model.__table__.c[name].type)) for name in columns]
    return Copy(model.__tablename__, columns, map(made, blocks_of(count)), kinds, ordered)


def blocks_of(count: int) -> Iterator[slice]:
    """Which rows are made at once: few at first, so that the server begins meanwhile."""
    starts = (0, *range(_FIRST, count, COPIED_AT_ONCE))
    return (slice(at, end) for at, end in pairwise((*starts, count)))


def write_copies(connection: psycopg.Connection[Any], copies: Iterable[Copy]) -> None:
    """Write them in order."""
    with closing(_made(_pieces(copies))) as made:
        _write(connection, made)


def _made(pieces: Iterator[_Piece]) -> Generator[_Piece, None, None]:
    """The same; the second is made while the first is written, and the others ahead."""
    first = [*islice(pieces, 1)]
    yield from first
    if second := [*islice(pieces, 1)]:
        with closing(ahead(chain(second, pieces), _AHEAD)) as made:
            yield from made


def _pieces(copies: Iterable[Copy]) -> Iterator[_Piece]:
    for copy in copies:
        names = SQL(", ").join(map(Identifier, copy.columns))
        as_text = SQL("COPY {} ({}) FROM STDIN").format(Identifier(copy.table), names)
        as_binary = as_text + SQL(" (FORMAT binary)")
        binary, plain = bool(copy.kinds), True
        for block in copy.blocks:
            if isinstance(block, Lines):
                yield as_text, "\n".join(block) + "\n"
                continue
            if isinstance(block, Laid):
                yield as_binary, block
                continue
            if not any(map(len, block)):
                continue
            data = copy_binary(copy.kinds, block, ordered=copy.ordered) if binary else None
            binary = data is not None
            if data is not None:
                yield as_binary, data
                continue
            rows = _in_order(block) if copy.ordered else block
            text = copy_text(rows) if plain else None
            plain = text is not None  # what psycopg writes waits in its own buffer: no going back
            yield as_text, [*zip(*rows, strict=True)] if text is None else text


def _in_order(block: Block) -> Block:
    order = order_of_numbers(block[0])  # type: ignore[arg-type]
    if order is None:
        return block
    places = order.tolist()
    return [[column[place] for place in places] for column in block]


def _write(connection: psycopg.Connection[Any], pieces: Iterable[_Piece]) -> None:
    for statement, some in groupby(pieces, itemgetter(0)):
        with connection.cursor() as cur, cur.copy(statement) as copy:
            binary = False
            for _, rows in some:
                if isinstance(rows, str):
                    copy.write(rows)
                elif isinstance(rows, bytes):
                    copy.write(rows if binary else HEAD + rows)
                    binary = True
                else:
                    for row in rows:
                        copy.write_row(row)
            if binary:
                copy.write(END)
