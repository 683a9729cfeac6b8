"""Whom a file, or a list that was typed, names by ID number: the members who can go elsewhere."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from app.clock import today
from app.errors import RowFault
from app.files.cells import Book, Row
from app.roster.identity import check_citizen_id, normalise_certno
from app.roster.members import certno_index, members_by_index
from app.units.movable import movable

_LENGTH: Final = 18


class Number(NamedTuple):
    """What a line says: an ID number, or "" where there is none in it."""

    line: int
    certno: str


def numbers_in(book: Book) -> list[Number]:
    """The ID number of each line of the first sheet; headings and blank lines are none."""
    found: list[Number] = []
    for line, row in enumerate(book.sheets[0].rows if book.sheets else (), 1):
        certno = _number(row)
        if certno or (found and any(_text(cell) for cell in row)):
            found.append(Number(line, certno))
    return found


def numbers_typed(text: str) -> list[Number]:
    """The ID numbers of a text that somebody typed, one a line."""
    lines = enumerate(text.splitlines(), 1)
    return [Number(line, _number([each])) for line, each in lines if each.strip()]


def members_named(
    session: Session, unit_id: int, numbers: Sequence[Number], on_day: date
) -> tuple[list[int], list[RowFault]]:
    """The members who can go from the unit on the day; and a fault for each line that names none.

    A number a second time is no fault: the member goes once.
    """
    indexes = {x.certno: certno_index(x.certno) for x in numbers if x.certno}
    ids = members_by_index(session, indexes.values())
    known = {certno: ids[index] for certno, index in indexes.items() if index in ids}
    can = {who for who, _, _ in movable(session, unit_id, list(known.values()), on_day)}
    faults = []
    for line, certno in numbers:
        if not certno:
            faults.append(RowFault(line, "certno", "NoNumberInRow"))
        elif certno not in known:
            faults.append(RowFault(line, "certno", "NumberNotKnown"))
        elif known[certno] not in can:
            faults.append(RowFault(line, "certno", "NotOfThisUnit"))
    return sorted(can), faults


def _number(row: Row) -> str:
    for cell in row:
        certno, _ = normalise_certno(_text(cell))
        if len(certno) == _LENGTH and check_citizen_id(certno, today()) is None:
            return certno
    return ""


def _text(cell: object) -> str:
    """What a cell says; a number that Excel keeps has lost digits and says none."""
    return unicodedata.normalize("NFKC", cell).strip() if isinstance(cell, str) else ""
