"""Bars on a sheet of a workbook: a chart of the spreadsheet's own, which refers to the cells."""

from typing import Any, Final

from app.books.bars import INKS, Bars, bars_of, highest
from app.books.table import Table

FONT: Final = "Noto Sans SC"
_INK: Final = "#404040"
_AXIS: Final = "#787878"
_GRID: Final = "#E5E5E5"
_HEIGHT: Final = 300
_LEAST_WIDTH: Final = 480
"""In pixels, as are columns: seven a letter and five."""
_LETTER: Final = 7
_MARGIN: Final = 5
_SMALL: Final = {"money": 1_000, "count": 10}
"""Of bars lower than this an axis needs finer steps than whole yuan, or no finer than one."""


def draw_bars(
    book: Any, sheet: Any, bars: Bars, table: Table, *, head: int, under: int, lang: str
) -> None:
    """Under line `under`; the line of the table's headings is `head`. Something must be drawn."""
    english = lang == "en"
    chart = book.add_chart({"type": "column"})
    last = head + len(table.rows)
    title = table.title[english]
    for place, (column, ink) in enumerate(zip(bars.columns, _inks(bars), strict=True)):
        chart.add_series(
            {
                "name": [sheet.name, head, column],
                "categories": [sheet.name, head + 1, 0, last, 0],
                "values": [sheet.name, head + 1, column, last, column],
                "fill": {"color": ink},
                # As on paper: a fifth of a group's room is left between groups.
                **({} if place else {"gap": min(25 * len(bars.columns), 500), "overlap": -8}),
            }
        )
    small = {"name": FONT, "size": 9, "bold": False, "color": _INK}
    chart.set_title({"name": title, "name_font": small | {"size": 11, "bold": True}})
    # Below zero a bar would stand on the years' names.
    line = {"color": _AXIS, "width": 0.75}
    chart.set_x_axis({"num_font": small, "label_position": "low", "line": line})
    chart.set_y_axis(
        {
            "name": bars.unit[english],
            "name_font": small,
            "num_font": small,
            "line": {"none": True},
            "major_tick_mark": "none",
            "major_gridlines": {"visible": True, "line": {"color": _GRID, "width": 0.75}},
            **_scale(bars, table),
        }
    )
    many = len(bars.columns) > 1
    chart.set_legend({"position": "bottom", "font": small} if many else {"none": True})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": _width(table), "height": _HEIGHT})
    sheet.insert_chart(under + 1, 0, chart, {"description": title})


def _inks(bars: Bars) -> list[str]:
    return [f"#{bytes(INKS[at % len(INKS)]).hex()}" for at in range(len(bars.columns))]


def _scale(bars: Bars, table: Table) -> dict[str, Any]:
    """From zero, unless something is less; steps that the numbers beside them can say."""
    kind = table.columns[bars.columns[0]].kind
    few = highest(bars, table) < _SMALL[kind]
    least = min(x for row in table.rows for x in bars_of(bars, row))
    return {
        "num_format": "#,##0.00" if few and kind == "money" else "#,##0",
        **({"major_unit": 1} if few and kind == "count" else {}),
        **({"min": 0} if least >= 0 else {}),
    }


def _width(table: Table) -> int:
    """As wide as the table, so that a printed page gets no smaller."""
    wide = sum(column.width * _LETTER + _MARGIN for column in table.columns)
    return max(wide, _LEAST_WIDTH)
