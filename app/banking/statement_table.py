"""Read a statement that is a table (CSV, XLSX) by its bank's column map. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from app.banking.bank_lines import BankLine
from app.banking.statement import ReadStatement, Stated, StatementEmpty
from app.banking.statement_columns import (
    COMPUTED,
    LONGEST,
    TEXTS,
    Unplain,
    by_columns,
    day_of,
    fen_of,
    inert,
    is_day,
    is_trailer,
    text_of,
)
from app.banking.statement_format import StatementFormat
from app.errors import FileFault, RowFault
from app.files.cells import Cell, Formula, Row
from app.files.workbook import read_book
from app.money import NotAnAmount

__all__ = ["LONGEST", "StatementHeadingsMissing", "StatementUnreadable", "read_table"]

_FIRST_ROWS: Final = 40
_COLONS: Final = (":", "：")
_MONEY: Final = ("amount", "debit", "credit")
_NEEDED: Final = {"booked_on", "amount", "direction", "debit", "credit"}


class StatementHeadingsMissing(FileFault):
    """No row has the headings of this bank's lines (facts: format, wanted)."""


class StatementUnreadable(FileFault):
    """A day or an amount cannot be read, so nothing is proven (facts: line, field)."""


class StatementGoesOn(FileFault):
    """Below the end of the table there is a line again (facts: line)."""


def read_table(data: bytes, form: StatementFormat) -> ReadStatement:
    """Read it. Raises the faults above and those of `app.files`."""
    sheets = [x for x in read_book(data).sheets if len(x.rows)]
    if not sheets:
        raise StatementEmpty
    rows = sheets[0].rows
    heading, places = _headings(rows, form)
    lines: Sequence[BankLine]
    try:
        lines, taken, faults = by_columns(rows, heading + 1, places, form)
    except Unplain:
        lines, taken, faults = by_rows(rows, heading + 1, places, form)
    end = heading + 1 + taken
    _check_ended(rows, end, places, form)
    around = [*rows[:heading], *rows[end:]]
    if form.newest_first:
        lines = lines[::-1]
    return ReadStatement(_stated(around, form), lines, faults)


def by_rows(
    rows: Sequence[Row], first: int, places: dict[str, list[int]], form: StatementFormat
) -> tuple[list[BankLine], int, list[RowFault]]:
    """The lines, one by one; how many rows they took, and what was wrong with their texts."""
    table = _Table(form, places)
    lines: list[BankLine] = []
    taken = 0
    for row in rows[first:]:
        if not table.is_line(row):
            break
        taken += 1
        if said := table.line(first + taken, row):
            lines.append(said)
    return lines, taken, table.faults


def _check_ended(
    rows: Sequence[Row], end: int, places: dict[str, list[int]], form: StatementFormat
) -> None:
    """A blank row, or a day that is missing, ends the table: what follows must not be dropped."""
    table = _Table(form, places)
    for at, row in enumerate(rows[end:], end + 1):
        if table.may_be_line(row):
            raise StatementGoesOn(line=at)


def _headings(rows: Sequence[Row], form: StatementFormat) -> tuple[int, dict[str, list[int]]]:
    needed = {x for x in form.columns if x in _NEEDED}
    for at, row in enumerate(rows[:_FIRST_ROWS]):
        named = [_heading(x) for x in row]
        places = {
            field: [named.index(x) for x in names if x in named]
            for field, names in form.columns.items()
        }
        if all(places[field] for field in needed):
            return at, {field: found for field, found in places.items() if found}
    wanted = ", ".join(form.columns[x][0] for x in sorted(needed))
    raise StatementHeadingsMissing(format=form.id, wanted=wanted)


def _heading(cell: Cell) -> str:
    """A heading without its width, blanks and unit: 借方发生额(元) is 借方发生额."""
    text = unicodedata.normalize("NFKC", text_of(cell)).replace(" ", "")
    return text.partition("(")[0]


class _Table:
    """Reads lines, and keeps what was wrong with their texts."""

    def __init__(self, form: StatementFormat, places: dict[str, list[int]]) -> None:
        self.form, self.places = form, places
        self.faults: list[RowFault] = []
        self._at = {field: found[0] for field, found in places.items()}

    def is_line(self, row: Row) -> bool:
        """Whether a row is a line, and not a total or empty."""
        return is_day(self._cell(row, "booked_on")) and not is_trailer(row, self.form)

    def may_be_line(self, row: Row) -> bool:
        """Whether a row below the table has a day and money where lines have them."""
        if not self.is_line(row) or not any(text_of(self._cell(row, x)) for x in _MONEY):
            return False
        try:
            return day_of(self._cell(row, "booked_on"), self.form.day) is not None
        except ValueError:
            return False

    def line(self, line: int, row: Row) -> BankLine | None:
        amount_fen = self._amount(line, row)
        booked_on = self._day(line, row, "booked_on")
        if booked_on is None:
            raise StatementUnreadable(line=line, field=self._named("booked_on"))
        if not amount_fen:
            self.faults.append(RowFault(line, "amount", "StatementNoMoney"))
            return None
        balance_fen = self._fen(line, row, "balance") if "balance" in self._at else None
        name, account, serial, remark = (self._inert(line, row, field) for field in TEXTS)
        value_day = self._day(line, row, "value_day")
        return BankLine(
            *(line, booked_on, value_day, amount_fen, balance_fen, serial, name, account, remark)
        )

    def _named(self, field: str) -> str:
        """What the bank calls it: that is what stands in the file."""
        return self.form.columns[field][0]

    def _cell(self, row: Row, field: str) -> Cell:
        at = self._at.get(field)
        return row[at] if at is not None and at < len(row) else None

    def _amount(self, line: int, row: Row) -> int:
        if "amount" in self._at:
            amount_fen = self._fen(line, row, "amount")
            if amount_fen is None:
                raise StatementUnreadable(line=line, field=self._named("amount"))
            return amount_fen * self._sign(line, row)
        out_fen, in_fen = self._fen(line, row, "debit"), self._fen(line, row, "credit")
        if (out_fen is None and in_fen is None) or (out_fen and in_fen):
            raise StatementUnreadable(line=line, field=self._named("debit"))
        return (in_fen or 0) - (out_fen or 0)

    def _sign(self, line: int, row: Row) -> int:
        if "direction" not in self._at:
            return 1
        sign = self.form.signs.get(text_of(self._cell(row, "direction")))
        if sign is None:
            raise StatementUnreadable(line=line, field=self._named("direction"))
        return sign

    def _fen(self, line: int, row: Row, field: str) -> int | None:
        try:
            return fen_of(text_of(self._cell(row, field)), whole_fen=self.form.whole_fen)
        except NotAnAmount as wrong:
            raise StatementUnreadable(line=line, field=self._named(field)) from wrong

    def _day(self, line: int, row: Row, field: str) -> date | None:
        try:
            return day_of(self._cell(row, field), self.form.day)
        except ValueError as wrong:
            raise StatementUnreadable(line=line, field=self._named(field)) from wrong

    def _inert(self, line: int, row: Row, field: str) -> str:
        cells = [row[at] for at in self.places.get(field, ()) if at < len(row)]
        if any(isinstance(x, Formula) for x in cells):
            self.faults.append(RowFault(line, field, COMPUTED))
        odd = RowFault(line, field, "StatementTextOdd")
        return inert(" ".join(filter(None, map(text_of, cells))), lambda: self.faults.append(odd))


def _stated(around: Sequence[Row], form: StatementFormat) -> Stated:
    said = {field: _beside(around, labels) for field, labels in form.facts.items()}

    def amount(field: str) -> int | None:
        try:
            return fen_of(said.get(field) or "", whole_fen=form.whole_fen)
        except NotAnAmount as wrong:
            raise StatementUnreadable(line=0, field=form.facts[field][0]) from wrong

    count = said.get("count") or ""
    return Stated(
        account=said.get("account") or None,
        opening_fen=amount("opening"),
        closing_fen=amount("closing"),
        debit_fen=amount("debit_total"),
        credit_fen=amount("credit_total"),
        count=int(count) if count.isdigit() else None,
    )


def _beside(around: Sequence[Row], labels: tuple[str, ...]) -> str:
    """What stands behind a label: after its colon, or in the next cell."""
    for text, following in _neighbours(around):
        for label in labels:
            for colon in _COLONS:
                if text.startswith(label + colon) and (rest := text[len(label) + 1 :].strip()):
                    return rest
            if text.rstrip("".join(_COLONS)) == label:
                return following
    return ""


def _neighbours(around: Sequence[Row]) -> Iterator[tuple[str, str]]:
    for row in around:
        texts = [text_of(x) for x in row]
        if texts:  # a blank line between the head and the table has no cells
            yield from zip(texts, [*texts[1:], ""], strict=True)
