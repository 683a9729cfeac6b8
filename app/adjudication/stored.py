"""Read stored rows as columns: binary COPY, parsed by numpy, a block at a time.

A row of fixed width is parsed at once with its neighbours; no Python object is made per value. So
every column is a number that is never null, and what is text or missing becomes a number in SQL.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy.orm import Session

from app.copybinary import END
from app.db import cursor

KINDS: Final = {
    "bigint": ">i8",
    "integer": ">i4",
    "smallint": ">i2",
    "timestamp": ">i8",
    "date": ">i4",
}
_HEADER: Final = 19
_BLOCK: Final = 2_000_000

Columns = dict[str, NDArray[Any]]


def read_columns(
    session: Session, query: str, kinds: Mapping[str, str], facts: Mapping[str, object]
) -> Columns:
    """The columns of a query, by name.

    `kinds` has each selected column's SQL type, in order. `facts` are put in as literals, for COPY
    takes no parameters.
    """
    row = np.dtype(_layout(kinds))
    blocks: list[Columns] = []
    with cursor(session) as cur, cur.copy(_copy(query, facts)) as copy:
        pending = bytearray()
        skip = _HEADER
        for message in copy:
            pending += message
            if len(pending) > _BLOCK:
                skip = _take(pending, skip, row, list(kinds), blocks)
        _take(pending, skip, row, list(kinds), blocks)
    # A column's parts go as it is put together: both at once would take a year's memory twice.
    return {
        name: np.concatenate([x.pop(name) for x in blocks]) if blocks else np.empty(0, np.int64)
        for name in kinds
    }


def read_keyed(
    session: Session, query: str, kinds: Mapping[str, str], facts: Mapping[str, object]
) -> tuple[Columns, NDArray[np.bytes_]] | None:
    """The same of a query whose last column, after those of `kinds`, is a text; some rows at most.

    None where that text is not as long in every row, or is empty.
    """
    with cursor(session) as cur, cur.copy(_copy(query, facts)) as copy:
        data = b"".join(bytes(message) for message in copy)
    body = memoryview(data)[_HEADER : -len(END)]
    numbers = np.dtype(_layout(kinds))
    length = int.from_bytes(body[numbers.itemsize :][:4], "big", signed=True)
    row = np.dtype([*_layout(kinds), ("key length", ">i4"), ("key", f"S{max(length, 0)}")])
    if length <= 0 or len(body) % row.itemsize:
        return None
    rows = np.frombuffer(body, row)
    if (rows["key length"] != length).any() or (rows["fields"] != len(kinds) + 1).any():
        return None
    return {name: rows[name].astype(np.int64) for name in kinds}, rows["key"]


def _layout(kinds: Mapping[str, str]) -> list[tuple[str, str]]:
    layout = [("fields", ">i2")]
    for name, kind in kinds.items():
        layout += [(f"{name} length", ">i4"), (name, KINDS[kind])]
    return layout


def _copy(query: str, facts: Mapping[str, object]) -> sql.Composed:
    literals = {name: sql.Literal(value) for name, value in facts.items()}
    return sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(sql.SQL(query).format(**literals))


def _take(
    pending: bytearray, skip: int, row: "np.dtype[Any]", names: list[str], blocks: list[Columns]
) -> int:
    """Parse the whole rows that are pending, and leave the rest."""
    count = (len(pending) - skip) // row.itemsize
    end = skip + count * row.itemsize
    rows = np.frombuffer(bytes(pending[skip:end]), row)
    if count:
        blocks.append({name: rows[name].astype(np.int64) for name in names})
    del pending[:end]
    return 0
