"""A payment file as a workbook: texts as texts, numbers as numbers where the bank wants them.

The parts are stored unpacked with one fixed time: a compressor's next version would give other
bytes, and the file of a batch is the same for ever.
"""

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import xlsxwriter

from app.banking.template import Cell, Out

_MADE_AT: Final = datetime(2019, 10, 1, tzinfo=UTC)
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)


def workbook(out: Out, batch: dict[str, str], lines: Iterable[dict[str, str]]) -> bytes:
    """The workbook's bytes."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE_AT})
        sheet = book.add_worksheet(out.sheet or "Sheet1")
        rows = _Rows(sheet, book)
        for place, cell in enumerate(out.columns):
            sheet.set_column(place, place, cell.width or 10)
        for record in out.header:
            rows.add(record, batch)
        if out.headed:
            rows.add([Cell(text=cell.heading) for cell in out.columns], {})
        for line in lines:
            rows.add(out.columns, line)
        for record in out.trailer:
            rows.add(record, batch)
    return _unpacked(made.getvalue())


class _Rows:
    """Writes rows one below the other."""

    def __init__(self, sheet: xlsxwriter.worksheet.Worksheet, book: xlsxwriter.Workbook) -> None:
        self._sheet = sheet
        self._amount = book.add_format({"num_format": "0.00"})
        self._text = book.add_format({"num_format": "@"})
        self._next = 0

    def add(self, record: Iterable[Cell], values: dict[str, str]) -> None:
        for place, cell in enumerate(record):
            text = values[cell.field] if cell.field else cell.text
            if cell.number:
                looks = self._amount if "." in text else None
                self._sheet.write_number(self._next, place, Decimal(text), looks)
            else:
                self._sheet.write_string(self._next, place, text, self._text)
        self._next += 1


def _unpacked(packed: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            after.writestr(zipfile.ZipInfo(name, _ZIP_TIME), before.read(name))
    return out.getvalue()
