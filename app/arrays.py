"""Many numbers, or many values of one length, as an array that the server need not decipher.

psycopg asks of every element what it is, and an array as text is read letter by letter: of a
hundred thousand members either takes as long as looking them up.
"""

import os
import socket
import struct
from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.adapt import Dumper
from psycopg.pq import Format

_SENT_AT_ONCE: Final = 2_000_000
"""Bytes; as far as the system lets us."""
_BIGINT: Final = 20
_BYTEA: Final = 17
_COMPARED: Final = 8
"""Bytes of a value that say where it stands among others."""
_SHORT: Final = 32
_HEAD: Final = struct.Struct(">iiIii")
"""Dimensions, whether any is missing, what the elements are, how many, the number of the first."""


class _Numbers(bytes):
    """An array of numbers as the server takes it."""


class _Values(bytes):
    """An array of bytes as the server takes it."""


class _NumbersDumper(Dumper):
    format = Format.BINARY
    oid = 1016

    def dump(self, obj: bytes) -> bytes:
        return obj


class _ValuesDumper(_NumbersDumper):
    oid = 1001


def take_many(connection: Connection[Any], _record: object) -> None:
    """Let a connection take these arrays, and the system a large block of anything whole.

    What it does not take waits until Python comes back to it, and so does the server: by the usual
    two hundred kilobytes a COPY whose rows are made meanwhile takes three times as long.
    """
    connection.adapters.register_dumper(_Numbers, _NumbersDumper)
    connection.adapters.register_dumper(_Values, _ValuesDumper)
    with socket.socket(fileno=os.dup(connection.pgconn.socket)) as theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENT_AT_ONCE)


def number_array(numbers: Collection[int] | NDArray[np.int64]) -> bytes:
    """Numbers as a parameter, to be cast to bigint[]."""
    if not isinstance(numbers, np.ndarray):
        numbers = np.fromiter(numbers, ">i8", len(numbers))
    return _Numbers(_laid(_BIGINT, numbers.astype(">i8")))


def numbers_sent(sent: bytes) -> NDArray[np.int64]:
    """The numbers of a bigint[] as `array_send` tells it."""
    rows = np.frombuffer(sent, [("bytes", ">i4"), ("element", ">i8")], offset=_HEAD.size)
    return rows["element"].astype(np.int64)


def value_array(values: Sequence[bytes]) -> bytes:
    """Bytes of one length, some at least, as a parameter, to be cast to bytea[]."""
    return _Values(_laid(_BYTEA, _told(values)))


def in_order(values: Sequence[bytes]) -> tuple[NDArray[np.intp], NDArray[np.void]]:
    """Values of one length, eight bytes at least, in the order of those first eight.

    And the places they had.
    """
    told = _told(values)
    order = np.argsort(_heads(told))
    return order, told[order]


def value_set(values: Sequence[bytes]) -> bytes:
    """The same where their order says nothing: in that of an index, which is gone through once."""
    return _Values(_laid(_BYTEA, _told(values)[order_of(values)]))


def order_of(values: Sequence[bytes]) -> NDArray[np.intp]:
    """Places of values of one length, eight bytes at least, in the order of those first eight."""
    return np.argsort(_heads(_told(values)))


def values_sent(joined: bytes, length: int) -> list[bytes]:
    """Values of one length that the server has joined."""
    values: list[bytes] = np.frombuffer(joined, f"V{length}").tolist()
    return values


def numbers_at(
    values: Sequence[bytes], joined: bytes, numbers: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The number of each of some different values, 0 where it has none.

    Those that have one are told by the server `joined`, in any order, with their `numbers`; the
    values are of one length, eight bytes at least.
    """
    length = len(values[0])
    told = np.zeros(len(values), np.int64)
    asked, known = _told(values), np.frombuffer(joined, f"V{length}")
    order = order_of(values)
    at = order[np.searchsorted(_heads(asked)[order], _heads(known))]
    if asked[at].tobytes() == joined:
        told[at] = numbers
        return told
    # Two begin with the same eight bytes.
    number_of = dict(zip(known.tolist(), numbers.tolist(), strict=True))
    return np.fromiter((number_of.get(value, 0) for value in values), np.int64, len(values))


class Arranged:
    """Many short texts in another order, some fetched at a time.

    Fetching each from where it lies in memory would take many times as long.
    """

    def __init__(self, order: NDArray[np.intp], texts: Sequence[str]) -> None:
        """Those at the places `order`."""
        lengths = {*map(len, texts)}
        longest = max(lengths, default=0)
        self._plain: NDArray[Any] | None = None
        if 0 < longest <= _SHORT and "\0" not in (joined := "".join(texts)):  # numpy would cut it
            if not joined.isascii():
                self._plain = np.array(texts, f"U{longest}")[order]
            elif len(lengths) == 1:
                self._plain = np.frombuffer(joined.encode(), f"S{longest}")[order]
            else:
                self._plain = np.array(texts, f"S{longest}")[order]
        self._order, self._texts, self._kind = order, texts, f"U{longest}"

    def __getitem__(self, some: slice) -> list[str]:
        if self._plain is None:
            return [self._texts[place] for place in self._order[some].tolist()]
        fetched: list[str] = self._plain[some].astype(self._kind).tolist()
        return fetched


def _heads(values: NDArray[np.void]) -> NDArray[np.uint64]:
    """The first eight bytes of each."""
    heads = values.view([("head", ">u8"), ("rest", f"V{values.itemsize - _COMPARED}")])["head"]
    return heads.astype(np.uint64)


def _told(values: Sequence[bytes]) -> NDArray[np.void]:
    length = len(values[0])
    if set(map(len, values)) != {length}:
        raise ValueError(length)
    return np.frombuffer(b"".join(values), f"V{length}")


def _laid(kind: int, elements: NDArray[np.generic]) -> bytes:
    rows = np.empty(len(elements), [("bytes", ">i4"), ("element", elements.dtype.str)])
    rows["bytes"], rows["element"] = elements.dtype.itemsize, elements
    return _HEAD.pack(1, 0, kind, len(elements), 1) + rows.tobytes()
