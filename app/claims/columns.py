"""Rows of the bureau's file read a column at a time. Pure.

By the rules of `app.claims.settlement`, and to the same letter: a column is converted by a few
calls for all its rows. Where any value of a piece is not as it should be, the piece is halved until
the row is found, and that row is read by itself, with its reasons.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from app.claims.rows import STORED, UNSTORED, BillRow, bill_rows, digest_of
from app.claims.settlement import (
    AMOUNTS,
    FIELDS,
    MOST_FEN,
    NEEDED,
    as_written,
    faults_of,
    lettered,
    national,
    settlement_of,
    wrong_width,
)
from app.copytext import texts_of
from app.errors import RowFault
from app.files.rows import NoHeader, columns_of
from app.files.times import moment_of
from app.money import fen
from app.roster.identity import normalise_certno

_BY_ITSELF: Final = 4
_PLAIN: Final = re.compile(r"(?:[0-9]{1,9}\.[0-9]{2}\n)+")
_FEW: Final = 8
"""Where a column has so many rows to a value, each value is read once."""
_FLAGS: Final = {"": False, "0": False, "1": True}
_PARTS: Final = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
_FUNDS: Final = (
    *("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay"),
)


class Layout(NamedTuple):
    """Where the fields stand in a row: `names` in the national interface's words."""

    written: list[str]
    names: list[str]
    places: list[int]


@dataclass(slots=True)
class Piece:
    """Rows that were read; rows_in == len(rows) + the lines named in `faults`."""

    rows_in: int = 0
    rows: list[BillRow] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def layout_of(line: int, names: list[str] | None) -> Layout:
    """Read the header. Raises NoHeader, ColumnTwice and ColumnMissing."""
    if names is None:
        raise NoHeader(line=line)
    ours = national(names)
    columns = columns_of(ours, line, known=FIELDS, needed=NEEDED)
    return Layout(names, ours, [columns.get(name, -1) for name in FIELDS])


def read_piece(layout: Layout, numbered: Sequence[tuple[int, list[str]]]) -> Piece:
    """Read rows given with their lines, in the file's order."""
    found = Piece(rows_in=len(numbered))
    whole = []
    for line, cells in numbered:
        if len(cells) == len(layout.names):
            whole.append((line, [*cells, ""]))
        else:
            found.faults.append(wrong_width(line, layout.names, cells))
    _read(layout.places, whole, found)
    found.faults.sort(key=lambda fault: fault.line)
    found.faults = as_written(found.faults, layout.written, layout.names)
    return found


def _read(places: Sequence[int], some: list[tuple[int, list[str]]], found: Piece) -> None:
    if not some:
        return
    try:
        found.rows += _rows(places, some)
    except ValueError:
        _read_less(places, some, found)


def _read_less(places: Sequence[int], some: list[tuple[int, list[str]]], found: Piece) -> None:
    """Find the rows that are not as they should be, and read them by themselves."""
    if len(some) > _BY_ITSELF:
        half = len(some) // 2
        _read(places, some[:half], found)
        _read(places, some[half:], found)
        return
    for line, cells in some:
        wanted = [cells[place] for place in places]
        try:
            found.rows += bill_rows([settlement_of(line, wanted)])
        except ValueError:
            found.faults += faults_of(line, wanted)


def _rows(places: Sequence[int], some: list[tuple[int, list[str]]]) -> list[BillRow]:
    """The rows, where every field of all is right. Raises ValueError."""
    cells = [*zip(*(cells for _, cells in some), strict=True)]
    columns: dict[str, Sequence[str]] = {
        name: cells[place] for name, place in zip(FIELDS, places, strict=True)
    }
    try:
        refunds = [_FLAGS[flag] for flag in columns["refd_setl_flag"]]
    except KeyError:
        raise ValueError from None
    setl_ids = columns["setl_id"]
    if not all(setl_ids) or not "".join(setl_ids).isprintable():
        raise ValueError
    amounts = {name: _amounts(columns[name]) for name in AMOUNTS}
    part = _parts(columns["psn_part_amt"])
    _check_signs(refunds, [*amounts.values(), [x or 0 for x in part]])
    certnos = _certnos(columns["certno"], columns["psn_cert_type"])
    plain, told = _stored(columns, amounts, part)
    more = zip(*(texts_of(columns[name]) for name in UNSTORED), strict=True)
    return [
        BillRow(
            line,
            refund,
            setl_id,
            certno,
            init,
            digest_of(values),
            odd,
            "\t".join(stored),
            "\t".join(other),
        )
        for (line, _), refund, setl_id, certno, init, values, odd, stored, other in zip(
            some,
            refunds,
            setl_ids,
            certnos,
            columns["init_setl_id"],
            zip(*plain, strict=True),
            _odd(amounts),
            zip(*told, strict=True),
            more,
            strict=True,
        )
    ]


def _stored(
    columns: dict[str, Sequence[str]], amounts: dict[str, list[int]], part: list[int | None]
) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """The stored columns as `content_of` takes them, and as COPY does."""
    plain: list[Sequence[str]] = []
    told: list[Sequence[str]] = []
    for name in STORED:
        if name in ("begndate", "enddate"):
            days = _mapped(columns[name], lambda x: str(moment_of(x).date()) if x else "None")
            plain.append(days)
            told.append([r"\N" if x == "None" else x for x in days])
        elif name == "setl_time":
            plain.append(_mapped(columns[name], lambda x: str(moment_of(x))))
            told.append(plain[-1])
        elif name == "psn_part_amt":
            plain.append([str(x) for x in part])
            told.append([r"\N" if x is None else str(x) for x in part])
        elif name in amounts:
            plain.append([*map(str, amounts[name])])
            told.append(plain[-1])
        else:
            plain.append(columns[name])
            told.append(texts_of(columns[name]))
    return plain, told


def _parts(column: Sequence[str]) -> list[int | None]:
    """Amounts; None where none is written."""
    written = iter(_amounts([x for x in column if x]))
    return [next(written) if x else None for x in column]


def _amounts(column: Sequence[str]) -> list[int]:
    if not column:
        return []
    distinct = set(column)
    if len(distinct) * _FEW > len(column):
        joined = "\n".join(column) + "\n"
        if _PLAIN.fullmatch(joined):
            return [*map(int, joined.replace(".", "").split())]
    known = {x: fen(x) if x else 0 for x in distinct}
    if any(abs(x) > MOST_FEN for x in known.values()):
        raise ValueError
    return [known[x] for x in column]


def _check_signs(refunds: list[bool], columns: list[list[int]]) -> None:
    """Only a refund may be negative. Raises ValueError."""
    if all(min(column) >= 0 for column in columns):
        return
    for refund, *row in zip(refunds, *columns, strict=True):
        if not refund and min(row) < 0:
            raise ValueError


def _certnos(column: Sequence[str], kinds: Sequence[str]) -> list[str]:
    certnos = [normalise_certno(x)[0] for x in column]
    for certno, kind in zip(certnos, kinds, strict=True):
        if not certno[:-1].isdigit() and lettered(certno, kind):
            raise ValueError
    return certnos


def _odd(amounts: dict[str, list[int]]) -> list[bool]:
    """What `sums_differ` says of each row."""
    parts = [*map(sum, zip(*(amounts[x] for x in _PARTS), strict=True))]
    funds = [*map(sum, zip(*(amounts[x] for x in _FUNDS), strict=True))]
    wholes = zip(amounts["medfee_sumamt"], parts, amounts["fund_pay_sumamt"], funds, strict=True)
    return [(total or part) != part or (paid or fund) != fund for total, part, paid, fund in wholes]


def _mapped(column: Sequence[str], read: Callable[[str], Any]) -> list[Any]:
    """Each distinct value is read once: days and moments are few."""
    known = {x: read(x) for x in set(column)}
    return [known[x] for x in column]
