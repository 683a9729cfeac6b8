"""What a table file holds, whichever program wrote it: a book of sheets of rows of cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypeAlias


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
