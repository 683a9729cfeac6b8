"""Tables as an XLSX workbook. Pure: the same tables, the same bytes."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from app.books.table import Cell, Column, Table
from app.files.sheet_names import sheet_names

_MONEY: Final = "#,##0.00"
_PARTS: Final = {"money": 100, "share": 1000}
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A workbook says when it was made; this one says nothing of the kind, to stay the same."""


def workbook(tables: Sequence[Table], lang: str) -> bytes:
    """One sheet a table: numbers as numbers, texts as texts, sums as values, frozen heads."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": _MADE})
    formats = _formats(book)
    names = sheet_names([table.title[lang == "en"] for table in tables])
    for name, table in zip(names, tables, strict=True):
        _fill(book.add_worksheet(name), table, lang, formats)
    book.close()
    return out.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    cell = {"font_name": "Noto Sans SC", "font_size": 10, "valign": "top"}
    lined = cell | {"border": 1, "border_color": "#BFBFBF"}
    strong = lined | {"bold": True}
    styles = {
        "title": cell | {"bold": True, "font_size": 14},
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
    sheet.write_string(0, 0, table.title[english], formats["title"])
    for line, said in enumerate(table.about, 1):
        sheet.write_string(line, 0, said[english], formats["about"])
    head = len(table.about) + 1
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(head, place, column.name[english], formats["head"])
    sheet.freeze_panes(head + 1, 0)
    for line, row in enumerate(table.rows, head + 1):
        _write_row(sheet, line, row, table.columns, formats, "")
    if table.sums:
        _write_row(sheet, head + 1 + len(table.rows), table.sums, table.columns, formats, " sum")
    sheet.repeat_rows(head)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


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
