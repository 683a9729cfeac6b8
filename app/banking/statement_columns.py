"""The lines of a statement that is a table, read a column at a time. Pure.

A statement has 100,000 lines, and nearly all of their cells are plain. Here a column is looked over
as a whole, and cell by cell only where it is not plain. Where a day or an amount cannot be read
nothing is said (`Unplain`): `statement_table` then reads row by row and names the place. So this
module decides nothing, it only saves time; a test holds the two beside each other.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple, TypeVar

from app.banking.amounts import plain_fen
from app.banking.bank_lines import BankLines, Said
from app.banking.statement_format import StatementFormat
from app.errors import RowFault
from app.files.cells import Cell, Formula, Row, Table, column_of
from app.money import NotAnAmount, fen

LONGEST: Final = 300
"""Characters of a name or a remark; what is longer is cut and listed."""
COMPUTED: Final = "StatementTextComputed"
"""Listed where a text is a formula's: what it showed when the file was kept, if it was kept."""
TEXTS: Final = ("payer_name", "payer_account", "serial", "remark")
_FORMULA_STARTS: Final = "=+-@'\uff1d\uff0b\uff0d\uff20"
_SHORT: Final = 12

_EQUAL_IS_THE_SAME: Final[set[type[Any]]] = {str, date, type(None)}
"""The number 1 equals what says "true", and is written otherwise."""
T = TypeVar("T")


class Unplain(Exception):
    """A cell that cannot be read by columns."""


class Columns(NamedTuple):
    """The lines, how many rows of the table they took, and what was wrong with their texts."""

    lines: BankLines
    rows: int
    faults: list[RowFault]


def by_columns(
    rows: Sequence[Row], first: int, places: dict[str, list[int]], form: StatementFormat
) -> Columns:
    """The lines from `first` on (the row's number from nothing). Raises Unplain."""
    reading = _Reading(rows, first, places, form)
    try:
        return reading.read()
    except (NotAnAmount, ValueError) as wrong:
        raise Unplain from wrong


class _Reading:
    def __init__(
        self,
        rows: Sequence[Row],
        first: int,
        places: dict[str, list[int]],
        form: StatementFormat,
    ) -> None:
        self._rows, self._first, self._places, self._form = rows, first, places, form
        self._kept: list[int] | None = None
        self._faults: list[RowFault] = []
        self._count = self._counted()
        self._columns = self._transposed()

    def _counted(self) -> int:
        days = column_of(self._rows, self._places["booked_on"][0])[self._first :]
        told = _each(days, is_day)
        count = told.index(False) if False in told else len(told)
        if self._form.trailer:
            lines = self._rows[self._first : self._first + count]
            ends = (x for x, row in enumerate(lines) if is_trailer(row, self._form))
            return next(ends, count)
        return count

    def read(self) -> Columns:
        amounts = self._amounts()
        booked_on = self._days("booked_on")
        if None in booked_on:
            raise Unplain
        numbers = [x + self._first + 1 for x in range(self._count)]
        if 0 in amounts:
            no_money = [x for x, fen in enumerate(amounts) if fen == 0]
            self._faults += [RowFault(numbers[x], "amount", "StatementNoMoney") for x in no_money]
            self._kept = [x for x, fen in enumerate(amounts) if fen]
            amounts = [amounts[x] for x in self._kept]
            booked_on = [booked_on[x] for x in self._kept]
            numbers = [numbers[x] for x in self._kept]
        balances = self._fen("balance")
        name, account, serial, remark = (self._texts(x, numbers) for x in TEXTS)
        value_days = self._days("value_day")
        self._faults.sort(key=lambda fault: fault.line)
        said = (numbers, booked_on, value_days, amounts, balances, serial, name, account, remark)
        return Columns(BankLines(Said._make(said)), self._count, self._faults)

    def _transposed(self) -> list[Sequence[Cell]] | None:
        """The lines' columns, where all lines are of one length, as those of text files are."""
        if isinstance(self._rows, Table):
            return None
        lines = self._rows[self._first : self._first + self._count]
        return list(zip(*lines, strict=True)) if len(set(map(len, lines))) == 1 else None

    def _cells(self, place: int) -> Sequence[Cell]:
        cells: Sequence[Cell]
        if self._columns is not None and place < len(self._columns):
            cells = self._columns[place]
        else:
            cells = column_of(self._rows, place)[self._first : self._first + self._count]
        return cells if self._kept is None else [cells[x] for x in self._kept]

    def _none(self) -> list[None]:
        return [None] * (self._count if self._kept is None else len(self._kept))

    def _days(self, field: str) -> Sequence[date | None]:
        if field not in self._places:
            return self._none()
        cells = self._cells(self._places[field][0])
        return _each(cells, partial(day_of, written=self._form.day))

    def _amounts(self) -> Sequence[int]:
        if "amount" in self._places:
            amounts = self._fen("amount")
            if None in amounts:
                raise Unplain
            if "direction" not in self._places:
                return amounts  # type: ignore[return-value]
            signed = zip(amounts, self._signs(), strict=True)
            return [amount * sign for amount, sign in signed]  # type: ignore[operator]
        both = list(zip(self._fen("debit"), self._fen("credit"), strict=True))
        if any((out is None and in_ is None) or (out and in_) for out, in_ in both):
            raise Unplain
        return [(in_ or 0) - (out or 0) for out, in_ in both]

    def _signs(self) -> Sequence[int]:
        words = _shown(self._cells(self._places["direction"][0]))
        if not set(words) <= self._form.signs.keys():
            raise Unplain
        return [self._form.signs[word] for word in words]

    def _fen(self, field: str) -> Sequence[int | None]:
        if field not in self._places:
            return self._none()
        texts = _shown(self._cells(self._places[field][0]))
        plain = None if self._form.whole_fen else plain_fen(texts)
        return plain or [fen_of(x, whole_fen=self._form.whole_fen) for x in texts]

    def _texts(self, field: str, numbers: Sequence[int]) -> Sequence[str]:
        cells = [self._cells(x) for x in self._places.get(field, ())]
        if not cells:
            return [""] * len(numbers)
        columns = [_shown(x) for x in cells]
        self._faults += [
            RowFault(numbers[at], field, COMPUTED)
            for at in sorted({at for column in cells for at in _computed(column)})
        ]
        if len(columns) == 1:
            [texts] = columns
        else:
            texts = [" ".join(filter(None, parts)) for parts in zip(*columns, strict=True)]
        if are_inert(texts):
            return texts
        at = zip(numbers, texts, strict=True)
        return [inert(text, self._noter(line, field)) for line, text in at]

    def _noter(self, line: int, field: str) -> Callable[[], None]:
        return lambda: self._faults.append(RowFault(line, field, "StatementTextOdd"))


def _each(cells: Sequence[Cell], told: Callable[[Cell], T]) -> list[T]:
    """What is told of each; of equal ones once, as days are few."""
    if set(map(type, cells)) <= _EQUAL_IS_THE_SAME:
        known = {cell: told(cell) for cell in set(cells)}
        return [known[cell] for cell in cells]
    return list(map(told, cells))


def _shown(cells: Sequence[Cell]) -> list[str]:
    """Cells as texts."""
    if set(map(type, cells)) == {str}:
        return list(map(str.strip, cells))  # type: ignore[arg-type]
    return list(map(text_of, cells))


def are_inert(texts: Sequence[str]) -> bool:
    """Whether each may be shown and exported as it is (`inert`)."""
    joined = "".join(texts)
    if not joined.isprintable() or max(map(len, texts), default=0) > LONGEST:
        return False
    if all(x not in joined for x in _FORMULA_STARTS):  # they are rare wherever they stand
        return True
    return {x[:1] for x in texts}.isdisjoint(_FORMULA_STARTS)


def _computed(cells: Sequence[Cell]) -> list[int]:
    """Which of the cells are formulas."""
    if Formula not in set(map(type, cells)):
        return []
    return [at for at, cell in enumerate(cells) if isinstance(cell, Formula)]


def text_of(cell: Cell) -> str:
    """A cell as a text, without the blanks around it."""
    if type(cell) is str:  # of a CSV file they all are, and stripped
        return cell.strip()
    if isinstance(cell, Formula):
        return text_of(cell.shown)
    return "" if cell is None else str(cell).strip()


def is_day(cell: Cell) -> bool:
    """Whether a row with this in its day's place is a line, and not a total or empty."""
    text = text_of(cell)
    return bool(text) and (isinstance(cell, date) or text[0].isdigit())


def is_trailer(row: Row, form: StatementFormat) -> bool:
    """Whether a row is one of the bank's below the lines."""
    return bool(form.trailer) and any(text_of(x).startswith(form.trailer) for x in row)


def day_of(cell: Cell, written: str) -> date | None:
    """The day a cell holds; None where nothing stands there. Raises ValueError."""
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    return _day_of(text.partition(" ")[0], written) if text else None


@lru_cache(maxsize=1 << 12)
def _day_of(text: str, written: str) -> date:
    return datetime.strptime(text, written).date()  # noqa: DTZ007 - a day has no zone


def fen_of(text: str, *, whole_fen: bool) -> int | None:
    """An amount as a bank writes it; None where nothing stands there. Raises NotAnAmount."""
    whole, point, cents = text[:-3], text[-3:-2], text[-2:]
    plainly = point == "." and text.isascii() and whole.isdigit() and cents.isdigit()
    if plainly and not whole_fen and len(whole) <= _SHORT:  # as nearly all amounts are
        return int(whole + cents)
    plain = text.replace(",", "").removeprefix("¥").removeprefix("+")
    if plain in ("", "-", "--"):
        return None
    if whole_fen:
        if not plain.lstrip("-").isdigit():
            raise NotAnAmount("AmountMalformed")
        return int(plain)
    return fen(plain)


def inert(text: str, odd: Callable[[], None]) -> str:
    """A text as it may be shown and exported: no control characters, not endless.

    `odd` is called where something of it is left out.
    """
    if text.isprintable() and len(text) <= LONGEST and not text.startswith(tuple(_FORMULA_STARTS)):
        return text
    if text.strip("-"):
        odd()
    kept = "".join(x if x.isprintable() else " " for x in text)
    return kept.lstrip(_FORMULA_STARTS).strip()[:LONGEST]
