"""The phones of a roster's people, where the file has a column of them.

Nobody is refused for a phone: what is none is noted. A number typed as a number keeps its digits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.files.cells import Cell
from app.notices.address import mobile
from app.roster.columns import find_headings
from app.roster.sheet import Note, RosterSheet


@dataclass(frozen=True, slots=True)
class Phones:
    """By line; `notes` of cells that are no phone."""

    by_line: Mapping[int, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def phones_in(roster: RosterSheet) -> Phones:
    """The phones beside the rows that were read."""
    headings = find_headings(roster.sheet)
    column = headings.columns.get("phone") if headings else None
    found: dict[int, str] = {}
    notes: list[Note] = []
    if column is None:
        return Phones()
    for row in roster.rows:
        cells = roster.sheet.rows[row.line - 1]
        cell = cells[column] if column < len(cells) else None
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        phone = _phone(cell)
        if phone is None:
            notes.append(Note(row.line, "PhoneUnreadable"))
        else:
            found[row.line] = phone
    return Phones(found, notes)


def _phone(cell: Cell) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        return None
    return mobile(str(cell))
