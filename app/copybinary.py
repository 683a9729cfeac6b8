"""Rows as the bytes that a binary COPY takes, where all of a block are of one length. Pure.

numpy lays a whole block out at once, and the server has half as much to read and nothing to
decipher: a row is the number of its fields, and before each field the number of its bytes. What is
of different lengths, or missing, is written as text (`app.copytext`).
"""

from collections.abc import Sequence
from datetime import date
from enum import Enum, auto
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END: Final = b"\xff\xff"
_FIRST_DAY: Final = date(2000, 1, 1).toordinal()


class Kind(Enum):
    """What a column of the database holds: how many bytes a number has depends on it."""

    BIGINT = auto()
    INTEGER = auto()
    DATE = auto()
    BYTEA = auto()
    TEXT = auto()


def copy_binary(
    kinds: Sequence[Kind | None], columns: Sequence[Sequence[Any]], *, ordered: bool = False
) -> bytes | None:
    """The rows of columns of one length and these kinds; None where they are not alike.

    `ordered`: by the first column, numbers.
    """
    rows = len(columns[0])
    if not rows or any(len(column) != rows for column in columns):
        return None
    fields = []
    for kind, column in zip(kinds, columns, strict=True):
        field = _field(kind, column)
        if field is None:
            return None
        fields.append(field)
    return laid(rows, fields, order_of_numbers(fields[0]) if ordered else None)


def order_of_numbers(numbers: Sequence[int] | NDArray[Any]) -> NDArray[np.intp] | None:
    """The places of numbers in ascending order; None where they stand so already."""
    told = np.asarray(numbers).astype(np.int64)
    return None if (told[1:] >= told[:-1]).all() else np.argsort(told)


def laid(
    rows: int,
    fields: Sequence[NDArray[Any] | str | None],
    order: NDArray[np.intp] | None = None,
) -> bytes:
    """Rows whose fields are arrays in the server's own form, one text in all rows, or missing."""
    told = [np.bytes_(x.encode()) if isinstance(x, str) else x for x in fields]
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for n, field in enumerate(told):
        layout.append((f"bytes{n}", ">i4"))
        if field is not None:
            layout.append((f"field{n}", field.dtype.str))
    block = np.empty(rows, layout)
    block["fields"] = len(told)
    for n, field in enumerate(told):
        block[f"bytes{n}"] = -1 if field is None else field.dtype.itemsize
        if field is not None:
            block[f"field{n}"] = field
    if order is not None:
        block = block.view(f"V{block.itemsize}").take(order)
    return block.tobytes()


def bigint(column: NDArray[Any] | int) -> NDArray[Any]:
    """Numbers, or one in all rows, as a bigint column has them."""
    return np.asarray(column, ">i8")


def integer(column: NDArray[Any] | int) -> NDArray[Any]:
    """The same of an integer column."""
    return np.asarray(column, ">i4")


def _field(kind: Kind | None, column: Sequence[Any]) -> NDArray[Any] | None:
    """A column laid out; None where its values are not all of this kind and one length."""
    kinds = set(map(type, column))
    if kind is None or kinds != {_TYPES[kind]}:
        return None
    match kind:
        case Kind.BIGINT:
            return np.array(column, ">i8")
        case Kind.INTEGER:
            return np.array(column, ">i4")
        case Kind.DATE:
            known = {day: day.toordinal() - _FIRST_DAY for day in set(column)}
            return np.array([known[day] for day in column], ">i4")
        case Kind.BYTEA:
            return _alike(column)
        case Kind.TEXT:
            return _alike([text.encode() for text in column])


def _alike(values: Sequence[bytes]) -> NDArray[Any] | None:
    length = len(values[0])
    if not length or set(map(len, values)) != {length}:
        return None
    return np.frombuffer(b"".join(values), f"V{length}")


_TYPES: Final = {
    Kind.BIGINT: int,
    Kind.INTEGER: int,
    Kind.DATE: date,
    Kind.BYTEA: bytes,
    Kind.TEXT: str,
}
