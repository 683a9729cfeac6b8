"""The empty roster that units download: columns of text, so that no number loses its digits.

It has no example row: an example is imported by mistake sooner or later. Examples stand on the
sheet of instructions, which has no headings and is therefore never read as a roster.
"""

import io
from datetime import UTC, datetime
from typing import Final

import xlsxwriter

from app.roster.identity import CERTNO_LENGTH
from app.roster.sheet import MAX_ROWS
from app.texts.roster import TEMPLATE_STEPS

HEADINGS: Final = ("姓名", "身份证号", "银行账号", "手机号")
_WIDTHS: Final = (16, 24, 28, 18)
_CERTNO_COLUMN: Final = 1
# The same bytes every time.
_MADE_AT: Final = datetime(2019, 10, 1, tzinfo=UTC)


def roster_template() -> bytes:
    """A workbook to fill in."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": "花名册", "created": _MADE_AT})
        _add_roster(book)
        _add_instructions(book)
    return out.getvalue()


def _add_roster(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("花名册")
    text = book.add_format({"num_format": "@"})
    heading = book.add_format({"num_format": "@", "bold": True, "bg_color": "#D9EAD3", "border": 1})
    for column, (name, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width, text)
        sheet.write_string(0, column, name, heading)
    sheet.freeze_panes(1, 0)
    sheet.data_validation(
        1,
        _CERTNO_COLUMN,
        MAX_ROWS,
        _CERTNO_COLUMN,
        {
            "validate": "length",
            "criteria": "==",
            "value": CERTNO_LENGTH,
            "error_title": "身份证号",
            "error_message": "身份证号应为 18 位。",
        },
    )


def _add_instructions(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("填写说明")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 100, wrapped)
    for line, step in enumerate(TEMPLATE_STEPS):
        sheet.write_string(line, 0, f"{line + 1}. {step.zh}\n{step.en}", wrapped)
