"""The copy of an officer's own workbook: everything as it was, and the reasons."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from app.files.marked import Marks, marked_copy
from app.files.workbook import read_book
from app.roster.returned import copy_for
from app.roster.sheet import read_roster
from tests.factories import make_account, make_id, make_name, roster_rows, xlsx_bytes
from tests.faults.hostile_books import SHEET, rebuilt

TODAY = date(2024, 6, 1)
RED = "FFFFC7CE"
BLUE = "FF4472C4"


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def officers_own() -> bytes:
    """A title over five columns, coloured headings, an instruction sheet; lines 6, 8 are bad."""
    book = openpyxl.Workbook()
    book.active.title = "填写说明"
    book.active["A1"] = "一、照身份证填写"
    book.active.column_dimensions["A"].width = 61
    sheet = book.create_sheet("花名册")
    sheet.merge_cells("A1:E1")
    sheet["A1"] = "某单位花名册"
    sheet["A1"].font = Font(size=18, bold=True)
    sheet.row_dimensions[1].height = 36
    for column, text in enumerate(["序号", "姓名", "身份证号", "银行卡号", "入职日期"], 1):
        cell = sheet.cell(3, column, text)
        cell.fill = PatternFill("solid", start_color=BLUE)
        cell.font = Font(bold=True, color="FFFFFFFF")
    for n in range(6):
        sheet.append([n + 1, make_name(n), make_id(n), make_account(n), date(2020, 1, 1 + n)])
    sheet["C6"], sheet["C8"] = 410599198802290019, None
    sheet["B5"].fill = PatternFill("solid", start_color="FF00FF00")
    sheet["C9"].number_format = "@"
    sheet["B9"].alignment = Alignment(horizontal="center")
    for letter, width in zip("ABCDE", (6, 12, 24, 26, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "C4"
    sheet.row_dimensions[8].hidden = True
    allowed = DataValidation(type="textLength", operator="equal", formula1="18")
    allowed.add("C4:C100")
    sheet.add_data_validation(allowed)
    sheet["D4"].comment = Comment("工资卡", "经办人")
    return saved(book)


def marked(data: bytes, lang="zh", **given):
    book = read_book(data)
    roster = read_roster(book, TODAY)
    return roster, copy_for(data, book, roster, roster.faults, lang, **given)


def opened(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))["花名册"]


def looks(cell):
    fill = cell.fill.start_color.rgb if cell.fill.fill_type else None
    return (
        cell.value,
        cell.number_format,
        cell.font.b,
        cell.font.sz,
        fill,
        cell.alignment.horizontal,
    )


def test_the_layout_stays_and_the_reasons_stand_at_the_right():
    data = officers_own()
    before, after = opened(data), opened(marked(data)[1])
    assert after.merged_cells.ranges == before.merged_cells.ranges
    assert after.freeze_panes == before.freeze_panes
    assert after.row_dimensions[1].height == 36
    assert after.data_validations.dataValidation[0].sqref == "C4:C100"
    assert after["D4"].comment.text == "工资卡"
    assert [after.column_dimensions[x].width for x in "ABCDEF"] == [6, 12, 24, 26, 14, 60]
    for row in before.iter_rows():
        for cell in row:
            same = looks(after[cell.coordinate])
            assert same == looks(cell) or (cell.row in (6, 8) and same[0] == cell.value)
    assert [(x.row, x.value) for x in after["F"] if x.value] == [
        (3, "错误说明(共 6 行，可登记 4 行，有误 2 行)"),
        (6, "身份证号存成了数字，后几位已经丢失。请把该列设为文本，重新填写。"),
        (8, "没有身份证号。"),
    ]


def test_other_parts_are_copied_byte_for_byte():
    data = officers_own()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(io.BytesIO(marked(data)[1])) as new,
    ):
        assert sorted(old.namelist()) == sorted(new.namelist())
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
        assert changed == {"xl/worksheets/sheet2.xml", "xl/styles.xml"}
        assert new.testzip() is None


def test_refused_rows_are_red_from_end_to_end_and_shown():
    after = opened(marked(officers_own())[1])
    for line in (6, 8):
        assert {cell.fill.start_color.rgb for cell in after[line]} == {RED}
    assert after["F6"].alignment.wrap_text
    assert not after.row_dimensions[8].hidden
    heading = after["F3"]
    assert (heading.fill.start_color.rgb, heading.font.b) == (BLUE, True)


def test_a_refused_row_is_as_high_as_its_reason_and_no_lower_than_it_was():
    book = openpyxl.load_workbook(io.BytesIO(officers_own()))
    sheet = book["花名册"]
    sheet["C7"], sheet["C9"] = "4.1E+17", "4.1E+17"
    sheet.row_dimensions[7].height = 18
    sheet.row_dimensions[9].height = 90
    after = opened(marked(saved(book), "en")[1])
    assert [after.row_dimensions[x].height for x in (5, 6, 7, 8, 9)] == [None, 30, 30, None, 90]
    assert after["F3"].value == "What is wrong (6 rows: 2 good, 4 refused)"


@pytest.mark.parametrize("only_refused", [False, True])
def test_a_row_looks_the_same_however_its_cells_are_written(only_refused):
    """Attributes in the usual order are changed in one pass, others cell by cell."""

    def change(name, content):
        return (
            re.sub(rb'( s="[0-9]+")( t="[a-z]+")', rb"\2\1", content)
            if "sheet2" in name
            else content
        )

    data = officers_own()
    other = rebuilt(data, change)
    assert other != data
    one, two = (opened(marked(x, only_refused=only_refused)[1]) for x in (data, other))
    assert [[looks(x) for x in row] for row in one] == [[looks(x) for x in row] for row in two]
    assert one.max_row == (5 if only_refused else 9)


def test_numbers_stay_numbers_and_days_days():
    after = opened(marked(officers_own())[1])
    assert after["C6"].data_type == "n"
    assert after["E6"].value.date() == date(2020, 1, 3)
    assert after["A6"].value == 3


def test_a_second_copy_has_the_second_reasons_only():
    book = openpyxl.load_workbook(io.BytesIO(marked(officers_own())[1]))
    book["花名册"]["C6"] = make_id(2)
    book["花名册"]["C7"] = "x"
    roster, copy = marked(saved(book))
    after = opened(copy)
    assert [(fault.line, fault.reason) for fault in roster.faults] == [
        (7, "CertnoLength"),
        (8, "CertnoMissing"),
    ]
    assert [x.row for x in after["F"] if x.value] == [3, 7, 8]
    assert after.max_column == 6
    assert {cell.fill.fill_type for cell in after[6][:5]} == {None}
    assert {cell.fill.start_color.rgb for cell in after[7]} == {RED}


def test_only_the_refused_rows():
    roster, copy = marked(officers_own(), only_refused=True)
    after = opened(copy)
    assert [[cell.value for cell in row][:3] for row in after.iter_rows()] == [
        ["某单位花名册", None, None],
        [None, None, None],
        ["序号", "姓名", "身份证号"],
        [3, make_name(2), opened(officers_own())["C6"].value],
        [5, make_name(4), None],
    ]
    assert len(roster.faults) == 2
    assert [str(x) for x in after.merged_cells.ranges] == ["A1:E1"]
    again = read_roster(read_book(copy), TODAY)
    assert [(x.line, x.reason) for x in again.faults] == [
        (4, "CertnoIsNumber"),
        (5, "CertnoMissing"),
    ]


def test_no_formula_of_the_sheet_goes_back():
    book = openpyxl.load_workbook(io.BytesIO(officers_own()))
    sheet = book["花名册"]
    sheet["B4"] = '=HYPERLINK("http://example.invalid","王安")'
    sheet["A7"] = "=A6+1"
    roster, copy = marked(saved(book))
    after = opened(copy)
    assert (after["B4"].value, after["B4"].data_type) == (sheet["B4"].value, "s")
    assert [fault.line for fault in roster.faults] == [4, 6, 8]
    assert after["A7"].value is None
    with zipfile.ZipFile(io.BytesIO(copy)) as parts:
        assert not re.search(rb"<f[ >/]", parts.read("xl/worksheets/sheet2.xml"))


def test_the_order_of_computing_goes_with_the_formulas():
    chain = b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    kind = b'<Override PartName="/xl/calcChain.xml" ContentType="x"/></Types>'
    book = openpyxl.load_workbook(io.BytesIO(officers_own()))
    book["花名册"]["A7"] = "=A6+1"

    def change(name, content):
        return content.replace(b"</Types>", kind) if name == "[Content_Types].xml" else content

    data = rebuilt(saved(book), change, add=[("xl/calcChain.xml", chain)])
    with zipfile.ZipFile(io.BytesIO(marked(data)[1])) as parts:
        assert "xl/calcChain.xml" not in parts.namelist()
        assert b"calcChain" not in parts.read("[Content_Types].xml")


@pytest.mark.parametrize(
    "columns",
    [
        b'<cols><col min="1" max="16384" width="11" style="0" customWidth="1"/></cols>',
        b'<cols><col min="4" max="4" width="11" customWidth="1"/></cols>',
        b'<cols><col min="2" max="3" width="11" customWidth="1"/></cols>',
        b"",
    ],
)
def test_the_new_column_is_wide_whatever_widths_there_are(columns):
    rows = roster_rows(3)
    rows[2][1] = "x"

    def change(name, content):
        return (
            content.replace(b"<sheetData>", columns + b"<sheetData>") if name == SHEET else content
        )

    after = opened(marked(rebuilt(xlsx_bytes(rows), change))[1])
    assert after.column_dimensions["D"].width == 60
    assert after["D3"].value == "身份证号不是 18 位。"


def test_a_sheet_written_in_a_way_of_its_own_gets_a_plain_copy():
    rows = roster_rows(3)
    rows[2][1] = "x"

    def change(name, content):
        return (
            content.replace(b"<sheetData>", b"<!-- > --><sheetData>") if name == SHEET else content
        )

    after = opened(marked(rebuilt(xlsx_bytes(rows), change))[1])
    assert after["D3"].value == "身份证号不是 18 位。"


def test_reasons_are_text_whatever_they_say():
    data = xlsx_bytes(roster_rows(2))
    book = read_book(data)
    roster = read_roster(book, TODAY)

    marks = Marks({2: "=1+1<b>&\x01"}, 1, "错误说明", "x")
    after = opened(marked_copy(roster.sheet, "xlsx", marks, original=data))
    assert (after["D2"].value, after["D2"].data_type) == ("=1+1<b>&", "s")
