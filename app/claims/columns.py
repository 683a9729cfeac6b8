"""Rows of the bureau's file read a column at a time. Pure.

By the rules of `app.claims.settlement`, and to the same letter: a column is converted by a few
calls for all its rows. Where any value of a piece is not as it should be, the piece is halved until
the row is found, and that row is read by itself, with its reasons.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Final, NamedTuple

from app.claims import conversions as as_
from app.claims.rows import UNSTORED, Rows, bill_rows, digest_of, digests_of
from app.claims.settlement import (
    AMOUNTS,
    FIELDS,
    NEEDED,
    as_written,
    faults_of,
    national,
    settlement_of,
    wrong_width,
)
from app.copytext import texts_of
from app.errors import RowFault
from app.files.rows import NoHeader, columns_of

_BY_ITSELF: Final = 4
_PLAIN: Final = bytes(range(ord(" "), 0x7F))
_FLAGS: Final = {"": False, "0": False, "1": True}


class Layout(NamedTuple):
    """Where the fields stand in a row: `names` in the national interface's words."""

    written: list[str]
    names: list[str]
    places: list[int]


@dataclass(slots=True)
class Piece:
    """Rows that were read; rows_in == the rows + the lines named in `faults`."""

    rows_in: int = 0
    rows: Rows = field(default_factory=Rows)
    faults: list[RowFault] = field(default_factory=list)


def layout_of(line: int, names: list[str] | None) -> Layout:
    """Read the header. Raises NoHeader, ColumnTwice and ColumnMissing."""
    if names is None:
        raise NoHeader(line=line)
    ours = national(names)
    columns = columns_of(ours, line, known=FIELDS, needed=NEEDED)
    return Layout(names, ours, [columns.get(name, -1) for name in FIELDS])


def read_texts(layout: Layout, lines: Sequence[int], texts: Sequence[str]) -> Piece:
    """Read rows given as the file has them, with their lines: no cell of them is in quotes."""
    width = len(layout.names)
    if set(map(str.count, texts, repeat(","))) == {width - 1}:
        joined = ",".join(texts)
        clean = _is_clean(joined)
        cells = joined.split(",")
        if not clean:
            cells = [*map(str.strip, cells)]
        columns: list[Sequence[str]] = [cells[place::width] for place in range(width)]
        columns.append([""] * len(texts))
        try:
            found = Piece(len(texts))
            found.rows.extend(_rows(lines, [columns[place] for place in layout.places], clean))
        except ValueError:
            pass
        else:
            return found
    split = ([*map(str.strip, text.split(","))] for text in texts)
    return read_piece(layout, [*zip(lines, split, strict=True)])


def _is_clean(joined: str) -> bool:
    """Whether no cell has blanks around it, or a sign that COPY writes otherwise.

    Blanks but the plain one, and ends of lines, are not printable: of plain signs this is told
    sooner than of letters.
    """
    told = joined.encode()
    return (
        told.translate(None, _PLAIN).decode().isprintable()
        and b"\\" not in told
        and b", " not in told
        and b" ," not in told
        and told[:1] != b" " != told[-1:]
    )


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
    cells = [*zip(*(cells for _, cells in some), strict=True)]
    try:
        found.rows.extend(_rows([line for line, _ in some], [cells[place] for place in places]))
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
            found.rows.extend(zip(*bill_rows([settlement_of(line, wanted)]), strict=True))
        except ValueError:
            found.faults += faults_of(line, wanted)


def _rows(
    lines: Sequence[int], fields: Sequence[Sequence[str]], clean: bool = False
) -> list[Sequence[Any]]:
    """The rows' columns (`Rows`), where every field of all is right. Raises ValueError."""
    columns = dict(zip(FIELDS, fields, strict=True))
    try:
        refunds = [_FLAGS[flag] for flag in columns["refd_setl_flag"]]
    except KeyError:
        raise ValueError from None
    setl_ids = columns["setl_id"]
    if not all(setl_ids) or not (clean or "".join(setl_ids).isprintable()):
        raise ValueError
    amounts = {name: as_.amounts(columns[name]) for name in AMOUNTS}
    part = as_.parts(columns["psn_part_amt"])
    as_.check_signs(refunds, [*amounts.values()], part)
    certnos = as_.certnos(columns["certno"], columns["psn_cert_type"])
    plain, told = as_.stored(columns, amounts, part, clean)
    as_.check_days(refunds, columns["med_type"], plain)
    rows = [*map("\t".join, zip(*told, strict=True))]
    agree = all(x is y for x, y in zip(plain, told, strict=True))
    others = [columns[name] if clean else texts_of(columns[name]) for name in UNSTORED]
    return [
        lines,
        refunds,
        setl_ids,
        certnos,
        columns["init_setl_id"],
        digests_of(rows) if agree else [*map(digest_of, zip(*plain, strict=True))],
        as_.odd(amounts),
        rows,
        [*map("\t".join, zip(*others, strict=True))],
    ]
