"""A sheet as a table: what pages, commands, CSV and workbooks show alike. Pure."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from app.money import yuan
from app.texts.amounts import figure, signed

Kind = Literal["text", "money", "count", "day", "share"]
NUMBERS: Final = frozenset({"money", "count", "share"})
"""The kinds that stand to the right."""
Cell = str | int | date | None
Said = tuple[str, str]
"""In Chinese and in English."""

_FIRST_WIDE: Final = "\u2e80"
_GUARDED: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """Of a cell: money is whole fen and shown in yuan, a share thousandths and shown in percent."""

    name: Said
    kind: Kind = "text"
    width: int = 12


@dataclass(frozen=True, slots=True)
class Table:
    """A title, lines about it, rows, and a row of sums."""

    title: Said
    about: Sequence[Said]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    sums: Sequence[Cell] | None = None

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.sums] if self.sums else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title[1]}: {len(row)} cells, {len(self.columns)} columns")


def shown(cell: Cell, kind: Kind) -> str:
    """A cell as files and programs have it: amounts in yuan without separators."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if kind == "share" and isinstance(cell, int):
        return f"{Decimal(cell) / 10:,.1f} %"
    return yuan(cell) if kind == "money" and isinstance(cell, int) else str(cell)


def grouped(cell: Cell, kind: Kind) -> str:
    """A cell for people: amounts with separators."""
    if kind == "money" and isinstance(cell, int):
        return figure(cell)
    return read(cell, kind)


def read(cell: Cell, kind: Kind) -> str:
    """A cell for people, who may copy it: amounts without separators."""
    text = shown(cell, kind)
    return signed(cell, text.removeprefix("-")) if isinstance(cell, int) else text


def as_csv(table: Table, lang: str) -> bytes:
    """Headings, rows and sums, for programs: UTF-8 with a mark that spreadsheets look for.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.name[lang == "en"] for column in table.columns])
    for row in (*table.rows, *([table.sums] if table.sums else [])):
        writer.writerow(
            [safe(shown(x, column.kind), x) for x, column in zip(row, table.columns, strict=True)]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_lines(table: Table, lang: str) -> list[str]:
    """For a terminal."""
    rows = [*table.rows, *([table.sums] if table.sums else [])]
    texts = [
        [read(x, column.kind) for x, column in zip(row, table.columns, strict=True)] for row in rows
    ]
    heads = [column.name[lang == "en"] for column in table.columns]
    widths = [max(map(_wide, column)) for column in zip(heads, *texts, strict=True)]
    right = [column.kind in NUMBERS for column in table.columns]
    return [
        "  ".join(
            _padded(text, width, to_right)
            for text, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in (heads, *texts)
    ]


def as_facts(table: Table) -> list[dict[str, Cell]]:
    """Rows as JSON has them, by the English headings."""
    names = [column.name[1].lower().replace(" ", "_") for column in table.columns]
    kinds = [column.kind for column in table.columns]
    return [
        {
            name: x if kind == "count" else shown(x, kind)
            for name, x, kind in zip(names, row, kinds, strict=True)
        }
        for row in table.rows
    ]


def safe(text: str, cell: Cell) -> str:
    return f"'{text}" if isinstance(cell, str) and text.startswith(_GUARDED) else text


def _wide(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(1 + (letter >= _FIRST_WIDE) for letter in text)


def _padded(text: str, width: int, to_right: bool) -> str:
    room = " " * (width - _wide(text))
    return room + text if to_right else text + room
