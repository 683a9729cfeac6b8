"""What a table file holds, whichever program wrote it: a book of sheets of rows of cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypeAlias, overload


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that was computed (or could not be: then `text` is the error, such as #N/A)."""

    text: str
    shown: "Plain" = None


Plain: TypeAlias = str | int | float | bool | date | None
Cell: TypeAlias = Plain | Formula
Row: TypeAlias = Sequence[Cell]
Kind: TypeAlias = Literal["xlsx", "csv"]


class Merge(NamedTuple):
    """Cells joined into one: first and last line (from 1) and column (from 0), inclusive."""

    first_line: int
    last_line: int
    first_column: int
    last_column: int


class Table(Sequence[Row]):
    """The rows of a sheet kept by columns: 100,000 rows are a dozen lists."""

    __slots__ = ("_length", "columns")

    def __init__(self, columns: Sequence[Sequence[Cell]], length: int) -> None:
        """Columns from the left, each of `length` cells from the top."""
        self.columns = columns
        self._length = length

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return [self[line] for line in range(*at.indices(self._length))]
        return _trimmed([column[at] for column in self.columns])

    def __iter__(self) -> Iterator[Row]:
        if not self.columns:
            return iter([[] for _ in range(self._length)])
        return map(_trimmed, map(list, zip(*self.columns, strict=True)))


def _trimmed(row: list[Cell]) -> list[Cell]:
    while row and row[-1] is None:
        row.pop()
    return row


def column_of(rows: Sequence[Row], column: int) -> list[Cell]:
    """One column of all rows, None where a row is shorter."""
    if isinstance(rows, Table):
        if column < len(rows.columns):
            return list(rows.columns[column])
        return [None] * len(rows)
    return [row[column] if column < len(row) else None for row in rows]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows from the top; `rows[0]` is line 1. Empty cells at a row's end are left out."""

    name: str
    rows: Sequence[Row]
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """A file's visible sheets, and the names of those somebody hid."""

    kind: Kind
    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...] = ()
    linked: bool = False
    """Whether it has links to other files. They are never followed."""
