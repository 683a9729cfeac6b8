"""Short lists of people beside rosters: who died, who left. Columns are known by their headings.

The same care as with rosters (`sheet`), a fraction of the size: every line is read one by one.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from app.errors import FileFault, RowFault
from app.files.cells import Book, Cell, Formula, Row, Sheet
from app.roster.closing import is_closing
from app.roster.columns import HEADING_LINES, plain_heading
from app.roster.merged import merged_lines
from app.roster.person import Refused, day_given, read_certno, read_name
from app.roster.sheet import MAX_ROWS, RosterTooLong

PEOPLE: Final = {
    "name": "姓名 名字 职工姓名 人员姓名 name psn_name",
    "certno": "身份证 身份证号 身份证号码 公民身份号码 证件号码 证件号 idnumber idcard certno id",
}


class ListHeadingsMissing(FileFault):
    """No visible sheet has the columns that are needed (facts: lines, needed)."""


class ListEmpty(FileFault):
    """Headings and nobody below them."""


class Line(NamedTuple):
    """One person of a list; `cells` by the field they stand under."""

    line: int
    name: str
    certno: str
    cells: Mapping[str, Cell]


@dataclass(slots=True)
class Listed:
    """What was read: rows in = people + faults."""

    people: list[Line] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.people) + len({x.line for x in self.faults})

    def refuse(self, line: int, refused: Refused) -> None:
        """A person found wrong by a later look."""
        self.people = [x for x in self.people if x.line != line]
        self.faults.append(RowFault(line, refused.field, refused.reason, refused.facts))


def read_list(
    book: Book, headings: Mapping[str, str], needed: Collection[str], today: date
) -> Listed:
    """The people of the first visible sheet that has the headings `needed`, by name.

    `headings`: what each field is called, separated by spaces. Raises ListHeadingsMissing,
    ListEmpty, RosterTooLong.
    """
    known = {x: name for name, words in {**PEOPLE, **headings}.items() for x in words.split()}
    for sheet in book.sheets:
        for above, row in enumerate(sheet.rows[:HEADING_LINES], 1):
            columns: dict[str, int] = {}
            for column, cell in enumerate(row):
                if name := known.get(plain_heading(cell)):
                    columns.setdefault(name, column)
            if columns.keys() >= {"certno", *needed}:
                return _read(sheet, above, columns, today)
    said = {**PEOPLE, **headings}
    names = "、".join(said[name].split()[0] for name in ("certno", *needed))
    raise ListHeadingsMissing(lines=HEADING_LINES, needed=names)


def _read(sheet: Sheet, above: int, columns: Mapping[str, int], today: date) -> Listed:
    listed, merged = Listed(), set(merged_lines(sheet, dict(columns)))
    for line, row in enumerate(sheet.rows[above:], above + 1):
        if not any(filled(cell) for cell in row) or is_closing(row, columns):
            continue
        try:
            if line in merged:
                raise Refused("row", "CellsMerged")  # noqa: TRY301 - one place makes faults
            listed.people.append(_person(line, row, columns, today))
        except Refused as refused:
            listed.faults.append(RowFault(line, refused.field, refused.reason, refused.facts))
        if listed.total > MAX_ROWS:
            raise RosterTooLong(limit=MAX_ROWS, rows=len(sheet.rows) - above)
    if not listed.total:
        raise ListEmpty
    return listed


def _person(line: int, row: Row, columns: Mapping[str, int], today: date) -> Line:
    cells = {name: row[at] if at < len(row) else None for name, at in columns.items()}
    quiet: Callable[[str], None] = lambda reason: None  # noqa: E731
    name = read_name(cells["name"], quiet) if filled(cells.get("name")) else ""
    return Line(line, name, read_certno(cells["certno"], today, quiet), cells)


def filled(cell: Cell) -> bool:
    """Whether a cell has anything in it."""
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def read_day(cell: Cell, name: str) -> date:
    """A whole day. Raises Refused with DayMissing or DayUnreadable."""
    if not filled(cell):
        raise Refused(name, "DayMissing")
    day = day_given(cell.shown if isinstance(cell, Formula) else cell)
    if day is None:
        raise Refused(name, "DayUnreadable")
    return day
