"""Columns of a table as bars: what a page, a paper and a workbook draw alike. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.books.table import Cell, Said, Table

INKS: Final = ((38, 84, 110), (120, 160, 180), (190, 150, 70), (150, 150, 150))
"""Red, green and blue of the series; dark enough to tell apart on a copier."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Columns of numbers, all of one kind, side by side; a group a row, named by its first cell.

    `unit`: what they count. `of`: the figures, where the table beside the chart has others.
    """

    columns: Sequence[int]
    unit: Said
    of: Table | None = None


def bars_of(chart: Bars, row: Sequence[Cell]) -> list[int]:
    """A row's numbers as they are drawn; what is no number is nothing."""
    cells = (row[place] for place in chart.columns)
    return [cell if isinstance(cell, int) else 0 for cell in cells]


def highest(chart: Bars, table: Table) -> int:
    """How high the highest bar is; 0 where there is nothing to draw."""
    return max((x for row in table.rows for x in bars_of(chart, row)), default=0)
