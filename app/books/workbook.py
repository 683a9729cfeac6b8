"""Tables as an XLSX workbook. Pure: the same tables, the same bytes."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import xlsxwriter

from app.books.bar_chart import FONT, draw_bars
from app.books.bars import Bars, highest
from app.books.table import Cell, Column, Table
from app.files.sheet_names import sheet_names

_MONEY: Final = "#,##0.00"
_TITLE_TALL: Final = 21
_LINE_TALL: Final = 15
"""In points. Not every program makes a line as tall as what stands in it."""
_PARTS: Final = {"money": 100, "share": 1000}
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A workbook says when it was made; this one says nothing of the kind, to stay the same."""

_NONE: Final[Mapping[int, Bars]] = MappingProxyType({})


def workbook(tables: Sequence[Table], lang: str, charts: Mapping[int, Bars] = _NONE) -> bytes:
    """One sheet a table: numbers as numbers, texts as texts, sums as values, frozen heads.

    `charts`: what is drawn under some of the tables, by their places.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": _MADE})
    formats = _formats(book)
    names = sheet_names([table.title[lang == "en"] for table in tables])
    for place, (name, table) in enumerate(zip(names, tables, strict=True)):
        sheet = book.add_worksheet(name)
        _fill(sheet, table, lang, formats)
        bars = charts.get(place)
        if bars and highest(bars, bars.of or table) > 0:
            _draw(book, sheet, table, bars, lang, formats)
    book.close()
    return out.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    cell = {"font_name": FONT, "font_size": 10, "valign": "top"}
    lined = cell | {"border": 1, "border_color": "#BFBFBF"}
    strong = lined | {"bold": True}
    styles = {
        "title": cell | {"bold": True, "font_size": 14},
        "subtitle": cell | {"bold": True},
        "about": cell,
        "head": strong | {"bg_color": "#EDEDED", "text_wrap": True, "align": "center"},
        "text": lined | {"text_wrap": True},
        "money": lined | {"num_format": _MONEY},
        "count": lined | {"num_format": "0"},
        "share": lined | {"num_format": "0.0%"},
        "day": lined | {"num_format": "yyyy-mm-dd", "align": "left"},
        "text sum": strong,
        "money sum": strong | {"num_format": _MONEY},
        "count sum": strong | {"num_format": "0"},
        "share sum": strong | {"num_format": "0.0%"},
        "day sum": strong | {"num_format": "yyyy-mm-dd", "align": "left"},
    }
    return {name: book.add_format(style) for name, style in styles.items()}


def _fill(sheet: Any, table: Table, lang: str, formats: dict[str, Any]) -> None:
    english = lang == "en"
    sheet.set_row(0, _TITLE_TALL)
    sheet.write_string(0, 0, table.title[english], formats["title"])
    for line, said in enumerate(table.about, 1):
        sheet.write_string(line, 0, said[english], formats["about"])
    head = _head(table)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
    sheet.freeze_panes(head + 1, 0)
    _write_lines(sheet, head, table, english, formats)
    sheet.repeat_rows(head)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _draw(
    book: Any, sheet: Any, table: Table, bars: Bars, lang: str, formats: dict[str, Any]
) -> None:
    """The chart under the table; its own figures first, where the table has not got them."""
    head, english = _head(table), lang == "en"
    under = head + len(table.rows) + bool(table.sums) + 1
    if bars.of:
        sheet.write_string(under + 1, 0, bars.of.title[english], formats["subtitle"])
        head = under + 2
        for place, column in enumerate(bars.of.columns):
            others = [x.width for x in table.columns[place : place + 1]]
            sheet.set_column(place, place, max(column.width, *others))
        _write_lines(sheet, head, bars.of, english, formats)
        under = head + len(bars.of.rows) + bool(bars.of.sums) + 1
    draw_bars(book, sheet, bars, bars.of or table, head=head, under=under, lang=lang)


def _head(table: Table) -> int:
    """The line of a table's headings."""
    return len(table.about) + 1


def _write_lines(
    sheet: Any, head: int, table: Table, english: bool, formats: dict[str, Any]
) -> None:
    """Headings in line `head`, rows and sums below."""
    sheet.set_row(head, _LINE_TALL * max(_lines(x.name[english], x.width) for x in table.columns))
    for place, column in enumerate(table.columns):
        sheet.write_string(head, place, column.name[english], formats["head"])
    for line, row in enumerate(table.rows, head + 1):
        _write_row(sheet, line, row, table.columns, formats, "")
    if table.sums:
        _write_row(sheet, head + 1 + len(table.rows), table.sums, table.columns, formats, " sum")


def _lines(text: str, width: int) -> int:
    """How many a bold text takes in a column so wide, rather one too many."""
    return -(-len(text.encode("gb18030", "replace")) * 11 // (width * 10))


def _write_row(
    sheet: Any,
    line: int,
    row: Sequence[Cell],
    columns: Sequence[Column],
    formats: dict[str, Any],
    ending: str,
) -> None:
    for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
        style = formats[column.kind + ending]
        if cell is None:
            sheet.write_blank(line, place, None, style)
        elif isinstance(cell, date):
            sheet.write_datetime(line, place, datetime(cell.year, cell.month, cell.day), style)  # noqa: DTZ001 - a day
        elif isinstance(cell, int):
            sheet.write_number(line, place, Decimal(cell) / _PARTS.get(column.kind, 1), style)
        else:
            # Never `write`: it would make a formula of a name that begins with =.
            sheet.write_string(line, place, cell, style)
