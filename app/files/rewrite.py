"""Write the rows of a sheet as a workbook of its own, those of refused rows on red.

Texts are written as text whatever they look like, and numbers stay numbers. A formula is written
out as text in a refused row and as its last value in the others.

XlsxWriter makes the workbook and its formats; the rows, of which there may be millions of cells,
are written here, in a third of the time.
"""

import io
import math
import re
import zipfile
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

import xlsxwriter

from app.files.around import REASONS_WIDTH
from app.files.cells import Cell, Formula, Row
from app.files.sheet_names import sheet_names

_RED: Final = "#FFC7CE"
_LONGEST_TEXT: Final = 32_767
_SHEET: Final = "xl/worksheets/sheet1.xml"
_DIMENSION: Final = re.compile(rb"<dimension [^<>]*/>")
_ROWS: Final = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
# What XML cannot hold is written in code, and so is what looks like such a code.
_IN_CODE: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# The programs count a 29 February 1900, which never was.
_FIRST_DAY: Final = date(1899, 12, 31)
_DAYS_RIGHT: Final = 59
# The place among the formats of a text or number and of a date; of a refused row, one more.
_PLAIN, _DATED = 1, 3


def rewritten(
    name: str,
    rows: Sequence[Row],
    beside: Mapping[int, str],
    column: int,
    refused: Container[int],
) -> bytes:
    """A workbook of one sheet, with what is said `beside` a line in one more column."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(_frame(name, column)) as frame,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in frame.infolist():
            content = frame.read(entry)
            if entry.filename != _SHEET:
                new.writestr(entry, content, zipfile.ZIP_DEFLATED)
                continue
            head, tail = _ROWS.split(_DIMENSION.sub(b"", content))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with new.open(entry, "w") as sheet:
                sheet.write(head + b"<sheetData>")
                for line, row in enumerate(rows, 1):
                    red = line in refused
                    told = [*row, *[None] * (column - len(row)), beside.get(line)]
                    cells = "".join(_written(told, red))
                    sheet.write(f'<row r="{line}">{cells}</row>'.encode())
                sheet.write(b"</sheetData>" + tail)
    return out.getvalue()


def _frame(name: str, reasons: int) -> io.BytesIO:
    """A workbook with the formats and one cell in each of them, so that they have numbers."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(*sheet_names([name]))
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 30, 24)
        sheet.set_column(reasons, reasons, REASONS_WIDTH)
        # Text format: what is typed over an ID stays text.
        for column, look in enumerate(("@", "@", "yyyy-mm-dd", "yyyy-mm-dd")):
            red = {"bg_color": _RED} if column % 2 else {}
            sheet.write_blank(0, column, None, book.add_format({"num_format": look} | red))
    return out


def _written(row: Sequence[Cell], red: bool) -> Iterator[str]:
    """Cells as what they are, a formula never as a formula."""
    plain, dated = _PLAIN + red, _DATED + red
    for cell in row:
        shown = (cell.text if red else cell.shown) if isinstance(cell, Formula) else cell
        match shown:
            case str():
                yield _text(shown, plain)
            case None:
                yield f'<c s="{plain}"/>' if red else "<c/>"
            case bool():
                yield f'<c s="{plain}" t="b"><v>{shown:d}</v></c>'
            case date():
                days = (shown - _FIRST_DAY).days
                yield f'<c s="{dated}"><v>{days + (days > _DAYS_RIGHT)}</v></c>'
            case float() if not math.isfinite(shown):
                yield _text(str(shown), plain)
            case _:
                yield f'<c s="{plain}"><v>{shown!r}</v></c>'


def _text(text: str, style: int) -> str:
    coded = _IN_CODE.sub(lambda found: f"_x{ord(found[0]):04X}_", text[:_LONGEST_TEXT])
    inner = escape(coded)
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{inner}</t></is></c>'
