"""The copy that goes back with the reasons, and the template it began with."""

import csv
import io
from datetime import date

import openpyxl
import pytest

from app.files.cells import Formula, Sheet
from app.files.marked import Marks, marked_copy
from app.files.workbook import read_book
from app.roster.phones import phones_in
from app.roster.sheet import read_roster
from app.roster.template import HEADINGS, roster_template
from tests.factories import csv_bytes, formula, make_account, make_id, roster_rows, xlsx_bytes

TODAY = date(2024, 6, 1)


def marks(by_line, heading_line=1):
    return Marks(by_line, heading_line, "错误说明", "共 3 行")


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def test_a_workbooks_copy_has_its_cells_in_order_and_the_reason_beside_them():
    rows = [
        ["花名册"],
        ["姓名", "身份证号", "人数", "日期", "在职"],
        ["王安", make_id(1), 3, date(2024, 2, 29), True],
        [],
        ["李平", "x", None, None, False],
    ]
    sheet = opened(
        marked_copy(Sheet("花名册", rows), "xlsx", marks({5: "身份证号不是 18 位。"}, 2))
    )
    assert sheet.title == "花名册"
    assert [cell.value for cell in sheet[2]][:6] == [*rows[1], "错误说明(共 3 行)"]
    assert [cell.value for cell in sheet[3]][:2] == ["王安", make_id(1)]
    assert sheet["C3"].value == 3
    assert sheet["D3"].value.date() == date(2024, 2, 29)
    assert sheet["E5"].value is False
    assert sheet["F5"].value == "身份证号不是 18 位。"
    assert sheet["F3"].value is None
    assert sheet["B3"].data_type == "s"


def test_refused_rows_are_red_and_ids_are_text_cells():
    rows = roster_rows(2)
    sheet = opened(marked_copy(Sheet("a", rows), "xlsx", marks({3: "x"})))
    assert sheet["A3"].fill.start_color.rgb == "FFFFC7CE"
    assert sheet["A2"].fill.fill_type is None
    assert sheet["B2"].number_format == sheet["B3"].number_format == "@"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")'])
def test_no_text_becomes_a_formula(text):
    rows = [["姓名", text], [text, make_id(1)]]
    sheet = opened(marked_copy(Sheet("a", rows), "xlsx", marks({2: text})))
    assert {sheet[at].data_type for at in ("B1", "A2", "C2")} == {"s"}
    assert sheet["A2"].value == text
    out = marked_copy(Sheet("", rows), "csv", marks({2: text})).decode("utf-8-sig")
    first, second = csv.reader(io.StringIO(out))
    assert (first[1], second[0], second[2]) == (f"'{text}", f"'{text}", f"'{text}")


def test_a_formula_is_text_where_refused_and_its_value_elsewhere():
    rows = [["姓名"], [Formula("=A9", "王安")], [Formula("=A9", "王安")], [Formula("#N/A")]]
    sheet = opened(marked_copy(Sheet("a", rows), "xlsx", marks({2: "x", 4: "y"})))
    assert [(sheet[at].value, sheet[at].data_type) for at in ("A2", "A3", "A4")] == [
        ("=A9", "s"),
        ("王安", "s"),
        ("#N/A", "s"),
    ]


def test_a_csvs_copy_is_the_csv_with_a_column_more():
    rows = [["姓名", "身份证号"], ["王安", make_id(1)], [], ["李平", "x", "备,注"]]
    data = marked_copy(Sheet("", rows), "csv", marks({4: "身份证号不是 18 位。"}))
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig")))) == [
        ["姓名", "身份证号", "", "错误说明(共 3 行)"],
        ["王安", make_id(1)],
        [],
        ["李平", "x", "备,注", "身份证号不是 18 位。"],
    ]


def test_lines_of_a_csv_keep_their_numbers_where_a_cell_has_several_lines():
    text = f'姓名,身份证号,备注\r\n王安,{make_id(1)},"甲\r\n乙\r丙"\r\n\r\n李平,x,\r\n'
    roster, copy = marked_roster(text.encode())
    assert [fault.line for fault in roster.faults] == [6]
    again, second = marked_roster(copy)
    assert [fault.line for fault in again.faults] == [6]
    assert second.count(b"\n") == copy.count(b"\n")


def marked_roster(data):
    book = read_book(data)
    roster = read_roster(book, TODAY)
    by_line = {fault.line: fault.reason for fault in roster.faults}
    done = marked_copy(roster.sheet, book.kind, marks(by_line, roster.heading_line))
    return roster, done


FAULTY = [
    ["王安", make_id(1), make_account(1)],
    ["=1+1", make_id(2), None],
    [formula("=A2|王安"), make_id(3), None],
    ["李平", int(make_id(4)[:-1] + "0"), None],
    ["张宁", make_id(1), None],
    ["赵\u202e山", make_id(6), None],
    ["钱\x00山", make_id(7), None],
]


@pytest.mark.parametrize("make", [xlsx_bytes, csv_bytes])
def test_the_copy_sent_back_uncorrected_has_the_same_faults(make):
    rows = [["花名册"], ["姓名", "身份证号", "银行账号"], *FAULTY]
    if make is csv_bytes:
        rows = [[str(c).partition("|")[0] if c else "" for c in row] for row in rows[:-1]]
    first, copy = marked_roster(make(rows))
    second, again = marked_roster(copy)
    assert len(first.faults) >= 4
    assert [(f.line, f.reason) for f in second.faults] == [(f.line, f.reason) for f in first.faults]
    assert second.rows == first.rows
    third, _ = marked_roster(again)
    assert [len(row) for row in third.sheet.rows] == [len(row) for row in second.sheet.rows]


def test_a_corrected_copy_goes_in():
    _, copy = marked_roster(xlsx_bytes([["姓名", "身份证号"], ["王安", "x"], ["李平", make_id(2)]]))
    book = openpyxl.load_workbook(io.BytesIO(copy))
    book.worksheets[0]["B2"] = make_id(1)
    out = io.BytesIO()
    book.save(out)
    roster = read_roster(read_book(out.getvalue()), TODAY)
    assert (len(roster.rows), roster.faults) == (2, [])


def test_numbers_no_spreadsheet_knows_are_written_as_text():
    rows = [["x"], [float("nan")], [float("inf")], [1e300]]
    sheet = opened(marked_copy(Sheet("a", rows), "xlsx", marks({})))
    assert [sheet[at].value for at in ("A2", "A3", "A4")] == ["nan", "inf", 1e300]


def test_the_template_is_the_same_every_time_and_begins_with_text_columns():
    data = roster_template()
    assert data == roster_template()
    book = openpyxl.load_workbook(io.BytesIO(data))
    roster, instructions = book.worksheets
    assert [cell.value for cell in roster[1]] == list(HEADINGS)
    assert roster.max_row == 1
    assert {roster.column_dimensions[letter].number_format for letter in "ABCD"} == {"@"}
    (validation,) = roster.data_validations.dataValidation
    assert (validation.type, validation.formula1, str(validation.sqref)) == (
        "textLength",
        "18",
        "B2:B100001",
    )
    assert any("11010519491231002X" in row[0].value for row in instructions.iter_rows())


def test_a_filled_template_is_a_clean_roster():
    book = openpyxl.load_workbook(io.BytesIO(roster_template()))
    for n in range(20):
        book.worksheets[0].append(
            [f"王安{'宁' * (n % 3)}", make_id(n), make_account(n), "13900000001"]
        )
    out = io.BytesIO()
    book.save(out)
    roster = read_roster(read_book(out.getvalue()), TODAY)
    assert (len(roster.rows), roster.faults, roster.notes) == (20, [], [])
    phones = phones_in(roster)
    assert (set(phones.by_line.values()), len(phones.by_line)) == ({"13900000001"}, 20)


@pytest.mark.parametrize("name", ["", "a[b]:/\\*?", "'", "王" * 40, "[]"])
def test_a_sheet_name_that_no_workbook_can_bear_is_no_hindrance(name):
    assert opened(marked_copy(Sheet(name, [["姓名"]]), "xlsx", marks({})))["A1"].value == "姓名"


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(1900, 1, 1), date(9999, 12, 31)])
def test_any_day_can_be_written(day):
    sheet = opened(marked_copy(Sheet("a", [["日期"], [day]]), "xlsx", marks({})))
    assert sheet["A2"].value is not None
