"""Table files as people send them, real ones made here, and those built to do harm."""

import io
import re
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from app.errors import FileFault
from app.files.cells import Formula, Merge
from app.files.faults import (
    FileEmpty,
    FileIsPicture,
    FileIsWebPage,
    FileTooBig,
    WorkbookBroken,
    WorkbookEncrypted,
    WorkbookMacros,
    WorkbookOld,
    WorkbookOther,
    WorkbookTooBig,
    WorkbookUnsafe,
)
from app.files.kind import MAX_BYTES
from app.files.preflight import MAX_ENTRIES
from app.files.rows import NotRows
from app.files.text import TextUnreadable
from app.files.workbook import read_book
from app.roster.sheet import read_roster
from tests.factories import (
    csv_bytes,
    formula,
    make_id,
    make_name,
    roster_csv,
    roster_rows,
    roster_xlsx,
    xlsx_bytes,
)

TODAY = date(2024, 6, 1)
SHEET = "xl/worksheets/sheet1.xml"


def rebuilt(data: bytes, change=lambda name, content: content, add=()) -> bytes:
    """A workbook's zip with its parts changed and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in add:
            new.writestr(name, content)
    return out.getvalue()


def with_sheet(pattern: bytes, text: bytes) -> bytes:
    """A small roster in whose worksheet's XML something is replaced."""

    def change(name, content):
        if name != SHEET:
            return content
        changed, times = re.subn(pattern, text, content, count=1)
        assert times == 1
        return changed

    return rebuilt(xlsx_bytes(roster_rows(2)), change)


def test_a_workbook_is_read_as_it_was_written():
    rows = [["姓名", None, 12, 1.5, True, date(1988, 2, 29)], [], [None, "堃㛃䶮𬭚", "a\nb"]]
    book = read_book(xlsx_bytes(rows))
    assert [list(row) for row in book.sheets[0].rows] == rows
    assert (book.kind, book.sheets[0].name, book.hidden) == ("xlsx", "花名册", ())


def test_types_survive_the_way():
    text, number, whole, yes, day = (
        read_book(xlsx_bytes([["12", 410599198802290019, 7, True, date(2024, 2, 29)]]))
        .sheets[0]
        .rows[0]
    )
    assert [type(cell) for cell in (text, number, whole, yes, day)] == [str, float, int, bool, date]


def test_a_workbook_of_another_writer():
    made = openpyxl.Workbook()
    made.active.append(["姓名", "身份证号", "出生日期"])
    made.active.append(["王安", make_id(1), datetime.combine(date(1960, 1, 1), time(12, 30))])
    out = io.BytesIO()
    made.save(out)
    roster = read_roster(read_book(out.getvalue()), TODAY)
    assert [row.certno for row in roster.rows] == [make_id(1)]


@pytest.mark.parametrize(
    "rows",
    [
        [[], [], [None, None, "姓名"], [], ["王安"]],
        [[None, None, "姓名"], [None, None, None, "王安"]],
        [[], [None, "姓名"]],
    ],
)
def test_rows_begin_at_line_one_wherever_the_first_cell_stands(rows):
    sheet = read_book(xlsx_bytes(rows)).sheets[0]
    assert [list(row) for row in sheet.rows] == rows


def test_a_formula_is_seen_and_so_is_what_it_showed():
    sheet = read_book(
        xlsx_bytes(
            [["姓名"], [formula('=HYPERLINK("http://example.invalid","王安")|王安')], ["李平"]]
        )
    ).sheets[0]
    assert sheet.rows[1][0] == Formula('=HYPERLINK("http://example.invalid","王安")', "王安")
    assert sheet.rows[2][0] == "李平"


def test_formulas_without_a_value_errors_and_arrays_are_no_empty_cells():
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["姓名", "身份证号"])
    sheet["A2"] = "=B1"
    sheet["A3"] = "#N/A"
    sheet["B4"] = ArrayFormula("B4:B6", "=A1:A3")
    sheet["A9"] = "=1+1"
    out = io.BytesIO()
    made.save(out)
    rows = read_book(out.getvalue()).sheets[0].rows
    assert rows[1] == [Formula("=B1")]
    assert rows[2] == [Formula("#N/A")]
    assert [row[1].text for row in rows[3:6]] == ["{=}", "{=}", "{=}"]
    assert rows[8] == [Formula("=1+1")]
    assert len(rows) == 9


def test_an_error_value_alone_is_no_empty_cell():
    made = openpyxl.Workbook()
    made.active.append(["姓名", "身份证号"])
    made.active["B2"] = "#REF!"
    out = io.BytesIO()
    made.save(out)
    assert read_book(out.getvalue()).sheets[0].rows[1] == [None, Formula("#REF!")]


def test_a_formula_in_a_cell_without_a_reference_is_seen():
    data = with_sheet(rb'<c r="A2"[^>]*><v>[0-9]+</v></c>', rb'<c t="str"><f>B1</f><v>x</v></c>')
    assert read_book(data).sheets[0].rows[1][0] == Formula("=B1", "x")


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_dates_of_either_epoch(epoch_1904):
    rows = [["姓名", "身份证号", "出生日期"], ["王安", make_id(1), date(1960, 1, 1)]]
    roster = read_roster(read_book(xlsx_bytes(rows, epoch_1904=epoch_1904)), TODAY)
    assert (len(roster.rows), roster.notes) == (1, [])


def test_an_id_typed_as_a_number_is_refused_though_its_digits_look_right():
    certno = next(n for n in (make_id(s) for s in range(999)) if n[-1] != "X")
    roster = read_roster(read_book(roster_xlsx([["王安", int(certno)], ["李平", "x"]])), TODAY)
    assert [fault.reason for fault in roster.faults] == ["CertnoIsNumber", "CertnoLength"]


def test_hidden_sheets_are_named_and_not_read():
    book = read_book(xlsx_bytes(roster_rows(1), hidden=["旧名单", "更旧的"]))
    assert book.hidden == ("旧名单", "更旧的")
    assert len(book.sheets) == 1


def test_merged_cells_are_told():
    made = openpyxl.Workbook()
    for row in roster_rows(3):
        made.active.append(row)
    made.active.merge_cells("A2:A3")
    out = io.BytesIO()
    made.save(out)
    book = read_book(out.getvalue())
    assert book.sheets[0].merges == (Merge(2, 3, 0, 0),)
    roster = read_roster(book, TODAY)
    assert [(fault.line, fault.reason) for fault in roster.faults] == [
        (2, "CellsMerged"),
        (3, "CellsMerged"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_every_encoding_keeps_rare_characters(encoding):
    people = [[name, make_id(n)] for n, name in enumerate(["赵堃", "李㛃", "龚䶮", "王𬭚", "石毛"])]
    roster = read_roster(read_book(roster_csv(people, encoding)), TODAY)
    assert [row.name for row in roster.rows] == ["赵堃", "李㛃", "龚䶮", "王𬭚", "石毛"]


def test_csv_in_gbk():
    roster = read_roster(read_book(roster_csv([["赵堃", make_id(1)]], "gbk")), TODAY)
    assert [row.name for row in roster.rows] == ["赵堃"]


def test_blank_lines_of_a_csv_keep_the_line_numbers():
    data = f"\n姓名,身份证号\n\n,\n王安,{make_id(1)}\n".encode()
    roster = read_roster(read_book(data), TODAY)
    assert (roster.heading_line, roster.rows[0].line, roster.total) == (2, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        '姓名,身份证号,备注\n王安,1,"x\n李平,2,"\n张宁,3,\n',
        '姓名,身份证号,备注\n王安,1,"x\n李平,2,y\n',
        '姓名,身份证号,备注\n"王"安,1,x\n',
    ],
)
def test_a_stray_quotation_mark_swallows_no_row(text):
    with pytest.raises(NotRows):
        read_book(text.encode())


def test_a_csv_cell_of_two_lines_is_fine():
    rows = [["姓名", "身份证\n号码"], ["王安", make_id(1)]]
    assert len(read_roster(read_book(csv_bytes(rows)), TODAY).rows) == 1


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
OPEN_DOCUMENT = io.BytesIO()
with zipfile.ZipFile(OPEN_DOCUMENT, "w") as made:
    made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    made.writestr("content.xml", "<x/>")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", FileEmpty),
        (b"\xef\xbb\xbf \r\n", FileEmpty),
        (b"<html><table><tr><td>x</td></tr></table></html>", FileIsWebPage),
        (b"\xef\xbb\xbf\n <!DOCTYPE html>", FileIsWebPage),
        (b'<?xml version="1.0"?><Workbook/>', FileIsWebPage),
        (OLE, WorkbookOld),
        (OLE + "EncryptedPackage".encode("utf-16-le"), WorkbookEncrypted),
        (OPEN_DOCUMENT.getvalue(), WorkbookOther),
        (b"PK\x03\x04", WorkbookBroken),
        (b"PK\x05\x06" + bytes(18), WorkbookOther),
        (b"\xff\xfe" + "姓名".encode("utf-16-le"), TextUnreadable),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), FileIsPicture),
        (b"x" * (MAX_BYTES + 1), FileTooBig),
    ],
)
def test_what_is_no_table_is_told_what_it_is(data, fault):
    with pytest.raises(fault):
        read_book(data)


def test_a_truncated_workbook_at_any_length_is_a_fault_of_the_file():
    data = xlsx_bytes(roster_rows(3))
    for length in range(4, len(data), len(data) // 12):
        with pytest.raises(FileFault):
            read_book(data[:length])


def test_a_damaged_part_is_a_fault_of_the_file():
    data = bytearray(xlsx_bytes(roster_rows(300)))
    at = data.index(SHEET.encode()) + len(SHEET) + 200
    data[at : at + 4] = b"\x00\xff\x00\xff"
    with pytest.raises(WorkbookBroken):
        read_book(bytes(data))


def test_macros_are_refused():
    with pytest.raises(WorkbookMacros):
        read_book(rebuilt(xlsx_bytes(roster_rows(1)), add=[("xl/vbaProject.bin", b"x")]))


def test_a_link_to_another_file_is_not_followed():
    link = "xl/externalLinks/externalLink1.xml"
    data = rebuilt(xlsx_bytes(roster_rows(1)), add=[(link, b"<externalLink/>")])
    assert len(read_roster(read_book(data), TODAY).rows) == 1


@pytest.mark.parametrize(
    "name", ["../../x.xml", "/etc/x", "xl/../../x", "xl\\..\\x", "XL/WORKBOOK.XML"]
)
def test_climbing_and_doubled_names_are_refused(name):
    with pytest.raises(WorkbookUnsafe):
        read_book(rebuilt(xlsx_bytes(roster_rows(1)), add=[(name, b"x")]))


def test_an_encrypted_entry_is_refused():
    data = bytearray(xlsx_bytes(roster_rows(1)))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(WorkbookEncrypted):
        read_book(bytes(data))


def test_more_entries_than_a_workbook_has_are_refused():
    add = [(f"xl/media/{n}", b"") for n in range(MAX_ENTRIES)]
    with pytest.raises(WorkbookTooBig):
        read_book(rebuilt(xlsx_bytes(roster_rows(1)), add=add))


def test_what_unpacks_to_a_hundred_times_its_size_is_refused():
    data = rebuilt(xlsx_bytes(roster_rows(1)), add=[("xl/x.xml", bytes(20_000_000))])
    assert len(data) < 100_000
    with pytest.raises(WorkbookTooBig):
        read_book(data)


@pytest.mark.parametrize(
    "entity",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]>',
        b'<!DOCTYPE x SYSTEM "file:///etc/hostname">',
    ],
)
def test_entities_are_refused(entity):
    with pytest.raises(WorkbookUnsafe):
        read_book(with_sheet(rb"<worksheet", entity + rb"<worksheet"))


def test_a_cell_at_the_far_corner_ends_the_child_and_not_the_server():
    far = rb'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    data = with_sheet(rb"</sheetData>", far)
    assert len(data) < 10_000
    with pytest.raises(WorkbookTooBig):
        read_book(data)


def test_a_wide_sheet_of_nothing_takes_more_memory_than_the_child_may_have():
    wide = rb'<row r="800"><c r="XFD800"><v>1</v></c></row></sheetData>'
    with pytest.raises(WorkbookTooBig):
        read_book(with_sheet(rb"</sheetData>", wide))


def test_a_cell_that_has_no_place_is_a_fault_of_the_file():
    data = with_sheet(rb'<c r="A2"[^>]*><v>[0-9]+</v></c>', rb'<c r="A0A"><f>B1</f><v>1</v></c>')
    with pytest.raises(WorkbookBroken):
        read_book(data)


def test_a_text_with_something_else_in_it_keeps_its_letters():
    def change(name, content):
        return content.replace(b"4105", b"41<x/>05") if name.endswith("Strings.xml") else content

    roster = read_roster(read_book(rebuilt(xlsx_bytes(roster_rows(2)), change)), TODAY)
    assert [row.certno for row in roster.rows] == [make_id(0), make_id(1)]


@pytest.mark.parametrize("width", [256, 257, 800])
def test_a_wide_sheet_is_read_by_either_reader(width):
    rows = [["姓名", "身份证号"], ["王安", make_id(1), *[None] * (width - 3), "右"]]
    book = read_book(xlsx_bytes(rows))
    assert [list(row) for row in book.sheets[0].rows] == rows


def test_a_full_sheet_is_accounted_for_row_by_row():
    rows = roster_rows(3_000)
    rows[7][1] = "x"
    roster = read_roster(read_book(xlsx_bytes(rows)), TODAY)
    assert (roster.total, len(roster.rows)) == (3_000, 2_999)
    assert [fault.line for fault in roster.faults] == [8]
    assert roster.rows[-1].name == make_name(2_999)
