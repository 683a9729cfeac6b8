"""The cells of a sheet of the books as its page shows them: a page may have thousands.

What depends on the column alone is put together once, not with each cell.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from app.books.table import Cell, Column, Table, grouped

_AMOUNTS = ("money", "count")


class Shown(NamedTuple):
    """A cell: its attributes, its text, and where it leads, if anywhere."""

    attrs: Markup
    text: str
    leads: str | None


def sheet_rows(
    table: Table, rows: Sequence[Sequence[Cell]], links: Mapping[tuple[int, int], str], said: int
) -> list[list[Shown]]:
    """The first rows of a table. `said`: which of its two languages; `links` by row and column."""
    ways = [
        (
            column.kind,
            _attrs(column, said, first=place == 0),
            _attrs(column, said, "nil", place == 0),
        )
        for place, column in enumerate(table.columns)
    ]
    found = []
    for at, row in enumerate(rows):
        cells = []
        for place, (value, (kind, attrs, empty)) in enumerate(zip(row, ways, strict=True)):
            text = grouped(value, kind)
            cells.append(Shown(attrs if text else empty, text, links.get((at, place))))
        found.append(cells)
    return found


def _attrs(column: Column, said: int, nil: str = "", first: bool = False) -> Markup:
    if first:
        return Markup(' class="lead-cell"')
    classes = " ".join(filter(None, ("num" if column.kind in _AMOUNTS else "", nil)))
    named = Markup(' data-label="{}"').format(column.name[said])
    return Markup(' class="{}"').format(classes) + named if classes else named
