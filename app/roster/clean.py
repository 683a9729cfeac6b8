"""Which rows of a roster are beyond doubt, told for all rows at once.

Nearly all rows are: a name of letters, a right ID, an account that passes. A row is `clean` only
where `person` would take it as it stands, without a note; every other row is read by `person`,
cell by cell, and gets its words there. So this module decides nothing, it only saves time; a test
holds the two beside each other.
"""

import contextlib
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.files.cells import Cell
from app.roster.identity import (
    CERTNO_LENGTH,
    OLDEST_BIRTH_YEAR,
    WEIGHTS,
    certno_check_digit,
    region_known,
)
from app.roster.person import CARD_LENGTHS, LONGEST_NAME

Flags: TypeAlias = NDArray[np.bool_]

_LONGEST_ACCOUNT: Final = 32
_SHORTEST_ACCOUNT: Final = 8
_NO_CERTNO: Final = "0" * CERTNO_LENGTH
_NINE: Final = 9
_FEBRUARY: Final = 2
_BODY: Final = CERTNO_LENGTH - 1
_WEIGHTS: Final = np.array(WEIGHTS, np.uint16)
# A body whose weighted sum is n modulo 11, for each n: the second digit from the right weighs 4.
_CHECKS: Final = np.frombuffer(
    "".join(
        next(
            certno_check_digit(body)
            for body in (f"{x:017d}" for x in range(1000))
            if sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11 == n
        )
        for n in range(11)
    ).encode(),
    np.uint8,
)
_PROVINCES: Final = np.array([region_known(f"{n:02d}") for n in range(100)])
_MONTH_DAYS: Final = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, *[0] * 87])


def clean_names(cells: Sequence[Cell]) -> Flags:
    """Letters alone, not too many."""
    with contextlib.suppress(TypeError, ValueError):  # some are no texts
        if all(map(str.isalpha, cells)) and max(map(len, cells)) <= LONGEST_NAME:  # type: ignore[arg-type]
            return np.ones(len(cells), np.bool_)
    flags = (type(x) is str and x.isalpha() and len(x) <= LONGEST_NAME for x in cells)
    return np.fromiter(flags, np.bool_, len(cells))


def clean_certnos(cells: Sequence[Cell], today: date) -> Flags:
    """What `check_citizen_id` accepts as it stands, of a region that is known."""
    texts = _texts(cells, range(CERTNO_LENGTH, CERTNO_LENGTH + 1), _NO_CERTNO)
    digit = _digits(texts.texts, texts.joined, CERTNO_LENGTH)
    body = digit[:_BODY]
    # Of what is no digit at most 255, seventeen times at most ten times it: the sum has room.
    weighted = (body.astype(np.uint16) * _WEIGHTS[:, None]).sum(axis=0, dtype=np.uint16)
    check = _CHECKS[weighted % np.uint16(11)] - np.uint8(48)
    clean: Flags = (body.max(axis=0) <= _NINE) & (check == digit[_BODY])
    number = np.minimum(body, _NINE).astype(np.int32)
    year = number[6] * 1000 + number[7] * 100 + number[8] * 10 + number[9]
    month, day = number[10] * 10 + number[11], number[12] * 10 + number[13]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = _MONTH_DAYS[month] - ((month == _FEBRUARY) & ~leap)
    clean &= (year >= OLDEST_BIRTH_YEAR) & (day >= 1) & (day <= last)
    clean &= year * 10_000 + month * 100 + day <= int(f"{today:%Y%m%d}")
    clean &= _PROVINCES[number[0] * 10 + number[1]]
    return clean


def clean_accounts(cells: Sequence[Cell]) -> Flags:
    """None, or digits; those as long as a card's number pass Luhn."""
    texts, joined, length = _texts(cells, range(_SHORTEST_ACCOUNT, _LONGEST_ACCOUNT + 1), "")
    width = int(length.max(initial=0))
    if (length != width).any():
        texts = [text.rjust(width, "0") for text in texts]  # zeros in front add nothing
        joined = "".join(texts)
    digit = _digits(texts, joined, width)
    doubled = digit[-2::-2] * np.uint8(2)
    doubled -= np.uint8(9) * (doubled > _NINE)
    summed = doubled.sum(axis=0, dtype=np.int32) + digit[::-2].sum(axis=0, dtype=np.int32)
    luhn = summed % 10 == 0
    card = (length >= CARD_LENGTHS.start) & (length < CARD_LENGTHS.stop)
    if length.all():
        empty = np.zeros(len(cells), np.bool_)
    else:
        empty = np.fromiter((x is None or x == "" for x in cells), np.bool_, len(cells))
    digits: Flags = (digit.max(axis=0, initial=0) <= _NINE) & (length > 0)
    digits &= luhn | ~card
    return np.logical_or(empty, digits)


def clean_births(cells: Sequence[Cell], certnos: Sequence[Cell]) -> Flags:
    """Empty, or the day that stands in the ID beside it, as YYYY-MM-DD or a date."""
    flags = (
        x is None
        or x == ""
        or (isinstance(x, str | date) and isinstance(y, str) and str(x) == _day_in(y))
        for x, y in zip(cells, certnos, strict=True)
    )
    return np.fromiter(flags, np.bool_, len(cells))


class _Texts(NamedTuple):
    """Texts, all of them in a row, and how long each is."""

    texts: Sequence[str]
    joined: str
    lengths: NDArray[np.int64]


def _texts(cells: Sequence[Cell], lengths: range, otherwise: str) -> _Texts:
    """Cells that are texts of one of these lengths, and `otherwise` for the others."""
    with contextlib.suppress(TypeError):  # some are no texts
        told = {*map(len, cells)}  # type: ignore[arg-type]
        if len(told) == 1 and told.issubset(lengths):
            joined = "".join(cells)  # type: ignore[arg-type]
            return _Texts(cells, joined, np.full(len(cells), told.pop()))  # type: ignore[arg-type]
        length = np.fromiter(map(len, cells), np.int64, len(cells))  # type: ignore[arg-type]
        texts: list[str] = list(cells)  # type: ignore[arg-type]
        for at in np.flatnonzero((length < lengths.start) | (length >= lengths.stop)).tolist():
            texts[at], length[at] = otherwise, len(otherwise)
        return _Texts(texts, "".join(texts), length)
    texts = [x if type(x) is str and len(x) in lengths else otherwise for x in cells]
    length = np.fromiter(map(len, texts), np.int64, len(texts))
    return _Texts(texts, "".join(texts), length)


def _day_in(certno: str) -> str:
    return f"{certno[6:10]}-{certno[10:12]}-{certno[12:14]}"


def _digits(texts: Sequence[str], joined: str, width: int) -> NDArray[np.uint8]:
    """Digits of texts of one width; 10 and more is something else (X: 40).

    Shape (width, n): the first of all texts lie beside each other, as numpy is quick at.
    """
    if not joined.isascii():
        joined = "".join(text if text.isascii() else "?" * width for text in texts)
    told = np.frombuffer(joined.encode(), np.uint8).reshape(len(texts), width)
    return np.ascontiguousarray(told.T) - np.uint8(48)
