"""Worksheets that stay within every limit a file is looked over for, and take as much as they can.

Each is a roster with its headings, and goes back with reasons: a refused row or two, and what is
added beside them, below them or around them.
"""

import random
import re
from collections.abc import Callable
from typing import Final

from tests.faults.hostile_books import SHEET, STRINGS, rebuilt, roster

_STYLES: Final = "xl/styles.xml"
_BOOK: Final = "xl/workbook.xml"
_NAMESPACE: Final = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
# Bytes that do not shrink: with them the workbook shrinks no more than an honest one.
_PICTURE: Final = ("xl/media/image1.png", random.Random(1).randbytes(1_600_000))  # noqa: S311
_SHARED: Final = "<si><t>姓名</t></si><si><t>身份证号</t></si><si><t>王安</t></si>".encode()
_HEADINGS: Final = b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
_REASONS: Final = '<c r="C1" t="inlineStr"><is><t>错误说明</t></is></c></row>'.encode()
_BAD: Final = b'<row r="%d"><c r="A%d" t="s"><v>2</v></c><c r="B%d" t="s"><v>2</v></c>%s</row>'
_ALL_ROWS: Final = 1_048_576
_RED: Final = (
    b'<fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/></patternFill></fill>'
)
Changes = dict[str, Callable[[bytes], bytes]]


def book(
    rows: bytes, *, head: bytes = b"", tail: bytes = b"", strings: bytes = b"", **changes: bytes
) -> bytes:
    """A roster with `rows` below its headings; `changes`: other parts, by `styles` or `book`."""
    sheet = b"<worksheet %s>%s<sheetData>%s%s</sheetData>%s</worksheet>" % (
        _NAMESPACE, head, _HEADINGS, rows, tail,
    )  # fmt: skip
    shared = b"<sst %s>%s%s</sst>" % (_NAMESPACE, _SHARED, strings)
    parts = {SHEET: sheet, STRINGS: shared}
    parts |= {{"styles": _STYLES, "book": _BOOK}[name]: part for name, part in changes.items()}
    return rebuilt(roster(), parts.get, [_PICTURE], level=1)


def bad(first: int, last: int = 0, more: bytes = b"") -> bytes:
    """Rows whose ID is a name, with `more` cells, in which @ stands for the row."""
    lines = range(first, max(first, last) + 1)
    return b"".join(_BAD % (n, n, n, more.replace(b"@", b"%d" % n)) for n in lines)


def cells(first: int, last: int, inside: bytes) -> bytes:
    """Cells of these columns, for `bad`."""
    return b"".join(b'<c r="%s@">%s</c>' % (_letters(n), inside) for n in range(first, last + 1))


def _letters(column: int) -> bytes:
    letters, rest = b"", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = bytes([65 + letter]) + letters
    return letters


def styles(fills: bytes, formats: bytes, numbers: bytes = b"") -> bytes:
    return b"<styleSheet %s>%s<fills>%s</fills><cellXfs>%s</cellXfs></styleSheet>" % (
        _NAMESPACE, numbers, fills, formats,
    )  # fmt: skip


def as_wide_as_can_be() -> bytes:
    """Two million cells in 110 rows."""
    return book(bad(2, 111, cells(2, 16_000, b"<v>1</v>")))


def fractions() -> bytes:
    """1.8 million numbers that are read one by one."""
    return book(bad(2, 99_000, cells(2, 19, b"<v>0.125</v>")))


def refused_cells() -> bytes:
    """Two million cells of refused rows, each to be made red."""
    return book(bad(2, 99_000, cells(2, 19, b"<v>1</v>")))


def refused_cells_a_comment_hides() -> bytes:
    """As many as the general reader takes, in a sheet that is not changed but written anew."""
    return book(b"<!---->" + bad(2, 99_000, cells(2, 7, b"<v>1</v>")))


def gaps_in_refused_rows() -> bytes:
    """Rows of two cells, and eighteen more to be made red in each."""
    return book(bad(2, 2, b'<c r="T2"><v>1</v></c>') + bad(3, 99_000))


def every_row_empty() -> bytes:
    rows = b"".join(b'<row r="%d"/>' % n for n in range(3, _ALL_ROWS + 1))
    return book(bad(2) + rows)


def every_row_filled() -> bytes:
    rows = (b'<row r="%d"><c r="A%d" t="s"><v>2</v></c></row>' % (n, n) for n in range(3, 980_000))
    return book(bad(2) + b"".join(rows))


def totals_without_end() -> bytes:
    rows = (b'<row r="%d"><c r="A%d" t="s"><v>3</v></c></row>' % (n, n) for n in range(3, 980_000))
    return book(bad(2) + b"".join(rows), strings="<si><t>合计</t></si>".encode())


def numbers_of_letters() -> bytes:
    """A hundred thousand IDs of four hundred characters each, to be narrowed one by one."""
    long = "<si><t>%s</t></si>" % ("一" * 390)
    rows = bad(2, 99_000).replace(b"<v>2</v></c></row>", b"<v>3</v></c></row>")
    return book(rows, strings=long.encode())


def texts_of_nothing() -> bytes:
    return book(bad(2), strings=b"<si/>" * 3_100_000)


def a_format_without_end() -> bytes:
    code = b'<numFmt numFmtId="200" formatCode="%s"/>' % (b"0" * 15_000_000)
    return book(bad(2), styles=styles(b"<fill/>", b'<xf numFmtId="0"/>', code))


def formats_without_end() -> bytes:
    return book(bad(2), styles=styles(b"<fill/>", b"<xf />" * 2_600_000))


def red_styles() -> bytes:
    """A copy that comes back with 60,000 red styles, of which none was made of any other."""
    red = b"".join(b'<xf numFmtId="%d" fillId="1"/>' % n for n in range(1_000, 61_000))
    formats = styles(b"<fill/>" + _RED, b'<xf numFmtId="0" fillId="0"/>' + red)
    reason = b'<row r="%d"><c r="C%d" s="%d" t="inlineStr"><is><t>x</t></is></c></row>'
    rows = b"".join(reason % (n, n, n) for n in range(3, 60_000))
    made = book(bad(2) + rows, styles=formats)
    return rebuilt(
        made, lambda name, old: old.replace(b"</row>", _REASONS, 1) if name == SHEET else old
    )


def one_worksheet_again_and_again() -> bytes:
    sheets = b"".join(
        b'<sheet name="%d" sheetId="%d" r:id="rId1"/>' % (n, n + 1) for n in range(2_000)
    )
    made = book(bad(2), tail=b"<x/>" * 3_000_000)
    listed = b"<sheets>%s</sheets>" % sheets
    return rebuilt(
        made,
        lambda name, old: re.sub(b"<sheets>.*</sheets>", listed, old) if name == _BOOK else old,
    )


def merges_without_end() -> bytes:
    merges = b"".join(b'<mergeCell ref="C%d:D%d"/>' % (n, n) for n in range(3, 500_000))
    return book(bad(2), tail=b"<mergeCells>%s</mergeCells>" % merges)


def widths_over_widths() -> bytes:
    return book(bad(2), head=b"<cols>%s</cols>" % (b'<col min="1" max="16383"/>' * 150_000))


def formulas_over_formulas() -> bytes:
    return book(
        bad(2) + b'<row r="3">%s</row>' % (b'<c><f t="array" ref="A1:A999999">x</f></c>' * 1_000)
    )


def formulas_without_end() -> bytes:
    return book(bad(2, 99_000, cells(2, 4, b"<f>A1</f><v>1</v>")))


def rows_of_long_attributes() -> bytes:
    """A worksheet of 140 MB, of a hundred thousand refused rows."""
    rows = bad(2, 97_000)
    return book(re.sub(rb'<row r="', b'<row x="%s" r="' % (b"ab " * 460), rows))


def lines_without_end() -> bytes:
    return "姓名,身份证号\n".encode() + b"a,b\n" * 1_040_000
