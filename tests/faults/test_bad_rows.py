"""The roster rows of the list of bad inputs, 16 to 31: each gets what it should, none is lost."""

import csv
import io
import json
import os
from datetime import date

import openpyxl
import pytest

from app.files.cells import Book, Formula, Merge, Sheet
from app.files.workbook import read_book, read_in_child
from app.roster.returned import copy_for
from app.roster.sheet import MAX_ROWS, RosterTooLong, read_roster
from app.texts import LANGUAGES, say, word
from tests import forks
from tests.factories import (
    csv_bytes,
    formula,
    make_account,
    make_id,
    make_name,
    make_uscc,
    roster_csv,
    roster_rows,
    roster_xlsx,
    xlsx_bytes,
)
from tests.workers.town import YEAR, town_in

TODAY = date(2024, 6, 1)
HEADINGS = ["姓名", "身份证号", "银行卡号", "出生日期"]
BORN = date(1988, 2, 29)
ONE = make_id(1, born=BORN)
GOOD = ["李平", make_id(2), make_account(2)]
USCC = make_uscc(1)


def read(data: bytes):
    """What both readers of workbooks say, which is the same."""
    book = read_book(data)
    roster = read_roster(book, TODAY)
    if book.kind == "xlsx":
        other = read_roster(read_in_child(data), TODAY)
        assert (other.rows, other.faults) == (roster.rows, roster.faults)
        assert other.notes == [note for note in roster.notes if note.reason != "WorkbookLinked"]
    for fault in roster.faults:
        assert all(say(fault, lang) for lang in LANGUAGES)
    for note in roster.notes:
        assert all(word(note.reason, lang, **note.facts) for lang in LANGUAGES)
    return roster


def xlsx(*rows, headings=HEADINGS, **given):
    return read(xlsx_bytes([headings, *rows], **given))


def reasons(roster):
    return [(fault.line, fault.field, fault.reason) for fault in roster.faults]


def assert_only_first_refused(roster, field, reason):
    """The first row is refused for its own reason, the second goes in."""
    assert reasons(roster) == [(2, field, reason)]
    assert [row.name for row in roster.rows] == ["李平"]


def test_16_a_name_that_is_a_formula():
    roster = xlsx([formula('=HYPERLINK("http://example.invalid","王安")|王安'), ONE], GOOD)
    assert_only_first_refused(roster, "name", "NameFormula")
    assert_only_first_refused(xlsx(["=cmd|'/c calc'!A1", ONE], GOOD), "name", "NameFormula")


def test_17_an_id_typed_as_a_number():
    assert_only_first_refused(xlsx(["王安", 410599198802290019], GOOD), "certno", "CertnoIsNumber")
    assert_only_first_refused(xlsx(["王安", "4.10599E+17"], GOOD), "certno", "CertnoIsNumber")


def test_18_a_wrong_check_digit():
    wrong = ONE[:-1] + ("0" if ONE[-1] != "0" else "1")
    assert_only_first_refused(xlsx(["王安", wrong], GOOD), "certno", "CertnoCheckDigit")


def test_19_full_width_and_zero_width_are_tidied_up_and_told():
    wide = "".join(chr(ord(c) + 0xFEE0) for c in ONE)
    roster = xlsx(["王安", wide], ["李平", f"\u200b{make_id(2)}\ufeff"])
    assert [row.certno for row in roster.rows] == [ONE, make_id(2)]
    assert [(x.line, x.reason) for x in roster.notes] == [(2, "CertnoTidied"), (3, "CertnoTidied")]


def test_20_an_id_of_15_digits():
    assert_only_first_refused(xlsx(["王安", "410503700101123"], GOOD), "certno", "CertnoOldStyle")


def test_21_one_person_twice_in_the_file():
    roster = xlsx(GOOD, ["王安", ONE], ["王安", ONE.lower()])
    assert reasons(roster) == [(4, "certno", "CertnoTwice")]
    assert roster.faults[0].facts == {"first_line": 3}
    assert len(roster.rows) == 2


def test_23_a_hidden_sheet_is_reported():
    roster = xlsx(["王安", ONE], hidden=["旧名单"])
    assert [(x.line, x.reason, x.facts) for x in roster.notes] == [
        (0, "SheetHidden", {"sheet": "旧名单"})
    ]


def test_24_merged_cells_are_nobodys():
    made = openpyxl.Workbook()
    for row in [HEADINGS, ["王安", ONE], ["", make_id(3)], GOOD]:
        made.active.append(row)
    made.active.merge_cells("A2:A3")
    out = io.BytesIO()
    made.save(out)
    roster = read(out.getvalue())
    assert reasons(roster) == [(2, "row", "CellsMerged"), (3, "row", "CellsMerged")]
    assert [row.name for row in roster.rows] == ["李平"]


def test_25_dates_of_1904():
    assert xlsx(["王安", ONE, None, BORN], epoch_1904=True).faults == []
    moved = xlsx(["王安", ONE, None, date(1992, 3, 1)], GOOD)
    assert_only_first_refused(moved, "birth", "Birth1904")


def test_26_a_birth_date_that_is_not_the_ids():
    assert_only_first_refused(
        xlsx(["王安", ONE, None, "1988-02-28"], GOOD), "birth", "BirthDiffers"
    )
    assert len(xlsx(["王安", ONE, None, "1988-02-29"], GOOD).rows) == 2


@pytest.mark.parametrize("name", ["赵堃", "李㛃", "龚䶮", "王𬭚", "买买提·艾力", "𠮷田"])
def test_27_rare_characters_are_accepted(name):
    roster = xlsx([name, ONE])
    assert ([row.name for row in roster.rows], roster.notes) == ([name], [])


def test_28_a_right_to_left_override():
    assert_only_first_refused(xlsx(["王\u202e安", ONE], GOOD), "name", "NameUnseen")
    turned = f"\u202e{ONE}"
    assert_only_first_refused(xlsx(["王安", turned], GOOD), "certno", "CertnoLength")


@pytest.mark.parametrize("amount", ["NaN", "1e400", "0.005", float("1e300"), 0.005, -1])
def test_29_a_column_of_amounts_is_told_and_not_read(amount):
    roster = xlsx(["王安", ONE, amount], headings=["姓名", "身份证号", "缴费金额"])
    assert len(roster.rows) == 1
    assert [(x.reason, x.facts) for x in roster.notes] == [
        ("ColumnsIgnored", {"columns": "缴费金额"})
    ]


def test_29_numbers_no_program_shows():
    book = Book("xlsx", (Sheet("", [HEADINGS, [float("nan"), float("inf")], GOOD]),))
    assert reasons(read_roster(book, TODAY)) == [(2, "certno", "CertnoIsNumber")]


def test_30_one_row_over_the_limit():
    rows = [["王安", "x"]] * (MAX_ROWS + 1)
    with pytest.raises(RosterTooLong) as refused:
        read_roster(read_book(csv_bytes([HEADINGS, *rows])), TODAY)
    assert refused.value.facts == {"limit": MAX_ROWS, "rows": MAX_ROWS + 1}
    assert read_roster(read_book(csv_bytes([HEADINGS, *rows[1:]])), TODAY).total == MAX_ROWS


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig"])
def test_csv_in_any_of_these_encodings_is_accepted(encoding):
    roster = read(roster_csv([["赵堃", ONE], ["石毛", make_id(2)]], encoding))
    assert [row.name for row in roster.rows] == ["赵堃", "石毛"]


def test_totals_and_signatures_are_told_and_nobody():
    roster = xlsx(
        GOOD,
        ["合计", "1人"],
        ["填表人：王安", None, "审核人："],
        ["备注:以上人员均已核对"],
        ["合计明", ONE],
        ["共计", None, "13800000000"],
    )
    assert [row.name for row in roster.rows] == ["李平", "合计明"]
    assert [(x.line, x.reason) for x in roster.notes] == [(n, "LineNoPerson") for n in (3, 4, 5, 7)]
    assert (roster.total, roster.faults) == (2, [])


def test_a_person_without_an_id_is_no_remark():
    roster = xlsx(["王安", None], ["备注", "41059919880229"], ["单位", None, make_account(1)], GOOD)
    assert [(x.line, x.reason) for x in roster.faults] == [
        (2, "CertnoMissing"),
        (3, "CertnoLength"),
        (4, "CertnoMissing"),
    ]


@pytest.fixture
def town(database):
    with town_in(database, people=3):
        yield {**os.environ, **database.environ, "HUZHU_LANG": "zh"}


@pytest.fixture
def send(town, tmp_path):
    """`huzhu roster import` for another unit of the year; exit code, answer, marked copy."""

    def run(data: bytes, *more: str, year=YEAR, name="花名册.xlsx", uscc=USCC, copy=""):
        path, marked = tmp_path / name, tmp_path / f"marked-{copy or name}"
        path.write_bytes(data)
        marked.unlink(missing_ok=True)
        given = ["roster", "import", str(path), "--unit", uscc, "--year", str(year), *more]
        done = forks.run(*given, "--marked", str(marked), "--json", env=town)
        assert "Traceback" not in done.stderr
        answer = json.loads(done.stdout)
        if "rows_in" in answer:
            told = answer["enrolled"] + answer["unchanged"] + answer["refused"]
            assert answer["rows_in"] == told
        return done.returncode, answer, marked.read_bytes() if marked.exists() else None

    return run


def test_every_bad_row_is_listed_by_the_command_and_the_others_go_in(send):
    rows = [
        [formula("=B1|王安"), make_id(11), None],
        ["王安", 410599198802290019, None],
        ["王安", make_id(12)[:-1] + "Y", None],
        ["王安", "410503700101123", None],
        ["赵堃", "".join(chr(ord(c) + 0xFEE0) for c in make_id(13)), make_account(13)],
        ["赵堃", make_id(13), None],
        ["王\u202e安", make_id(14), None],
        ["合计", "6人", None],
        ["龚䶮", make_id(15), make_account(15)],
    ]
    code, told, marked = send(roster_xlsx(rows))
    assert (code, told["rows_in"], told["enrolled"], told["refused"]) == (1, 8, 2, 6)
    assert [(x["line"], x["reason"]) for x in told["faults"]] == [
        (2, "NameFormula"),
        (3, "CertnoIsNumber"),
        (4, "CertnoCharacters"),
        (5, "CertnoOldStyle"),
        (7, "CertnoTwice"),
        (8, "NameUnseen"),
    ]
    assert [(x["line"], x["reason"]) for x in told["notes"]] == [
        (6, "CertnoTidied"),
        (9, "LineNoPerson"),
    ]
    beside = openpyxl.load_workbook(io.BytesIO(marked)).active["D"]
    assert [cell.row for cell in beside if cell.value] == [1, 2, 3, 4, 5, 7, 8]


def test_22_overlapping_cover_is_listed_with_the_cover_in_the_way(send, town):
    other = make_uscc(2)
    union = ["unit", "add", "--uscc", other, "--name", "另一单位"]
    done = forks.run(*union, env=town)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [[make_name(0), make_id(0)], ["新人", make_id(50)]]
    code, told, _ = send(roster_xlsx(rows), uscc=other)
    assert (code, told["enrolled"]) == (1, 1)
    assert [(x["line"], x["reason"]) for x in told["faults"]] == [(2, "AlreadyCovered")]
    assert f"{YEAR}-12-31" in told["faults"][0]["message"]


def test_31_the_same_file_again_changes_nothing(send):
    data = roster_xlsx([[make_name(n), make_id(n), make_account(n)] for n in range(20, 25)])
    assert send(data)[1]["enrolled"] == 5
    code, told, marked = send(data)
    assert (code, told["enrolled"], told["unchanged"], told["changed"]) == (0, 0, 5, 0)
    assert (told["roster"], marked) == (None, None)


@pytest.mark.parametrize("make", [xlsx_bytes, csv_bytes])
def test_mended_rows_are_sent_alone_or_with_the_others(send, make):
    name = "花名册.xlsx" if make is xlsx_bytes else "花名册.csv"
    rows = roster_rows(8, first=30)
    rows[3][1] = rows[3][1][:-1]
    rows[6][1] = ""
    data = make(rows)
    code, told, marked = send(data, name=name)
    assert (code, told["enrolled"], told["refused"]) == (1, 6, 2)
    assert send(marked, name=name)[1]["unchanged"] == 6
    book = read_book(data)
    roster = read_roster(book, TODAY)
    alone = copy_for(data, book, roster, roster.faults, "zh", only_refused=True)
    mended = with_ids(alone, {2: make_id(32), 3: make_id(35)})
    code, told, _ = send(mended, name=name)
    assert (code, told["rows_in"], told["enrolled"]) == (0, 2, 2)
    assert told["notes"] == []


@pytest.mark.parametrize(("make", "copy"), [(csv_bytes, "a.xlsx"), (xlsx_bytes, "a.CSV")])
def test_the_copy_is_what_its_name_says(send, make, copy):
    rows = roster_rows(3, first=60)
    rows[2][1] = rows[2][1][:-1]
    name = "花名册.xlsx" if make is xlsx_bytes else "花名册.csv"
    code, told, marked = send(make(rows), name=name, copy=copy)
    assert (code, told["refused"]) == (1, 1)
    assert marked.startswith(b"PK") == copy.endswith(".xlsx")
    code, told, _ = send(marked, name=copy)
    assert (code, told["unchanged"], told["refused"]) == (1, told["rows_in"] - 1, 1)


def with_ids(data: bytes, certnos: dict[int, str]) -> bytes:
    """A file with some IDs, by line, typed in."""
    if data.startswith(b"PK"):
        book = openpyxl.load_workbook(io.BytesIO(data))
        for line, certno in certnos.items():
            book.active.cell(line, 2).value = certno
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    for line, certno in certnos.items():
        rows[line - 1][1] = certno
    return csv_bytes(rows)


def test_merged_cells_and_formulas_reach_the_reader_as_what_they_are():
    sheet = Sheet("", [HEADINGS, [Formula("=A9", "王安"), ONE], GOOD], (Merge(3, 4, 0, 0),))
    roster = read_roster(Book("xlsx", (sheet,)), TODAY)
    assert [x.reason for x in roster.faults] == ["NameFormula", "CellsMerged"]
