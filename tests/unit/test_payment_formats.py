"""The banks' templates: what each file looks like, and what is refused in each."""

import io
import re
import zipfile
from datetime import date

import pytest

from app.banking.formats import NoSuchFormat, format_named, formats
from app.banking.payfile import (
    EncodingNotOfFormat,
    Head,
    NameNotInEncoding,
    PayLine,
    PayLineUnfit,
    pay_file,
    written,
)
from app.banking.returnfile import (
    ReturnBatchMissing,
    ReturnCountWrong,
    ReturnTotalWrong,
    ReturnTrailerMissing,
    read_return,
)
from app.banking.returnrecords import ReturnNotText, ReturnNotWorkbook, ReturnRecordLength
from app.banking.template import TemplateWrong, template_of
from app.errors import FileFault
from app.files.workbook import read_book
from tests.db.bank import return_of

HEAD = Head("P2024-0001", date(2024, 6, 3), "市总工会", "41050100000000001234")
LINES = [
    PayLine(1, "王安", "6221990000000000008", 123_456, "补助金"),
    PayLine(2, "买买提·艾力", "41050100000000009999", 5, "补助金"),
]
FORMS = sorted(formats())


def test_the_plain_template_writes_what_the_plain_format_wrote():
    plain = [PayLine(x.line_no, x.name, x.account, x.amount_fen, x.remark) for x in LINES]
    data = written(format_named("plain"), HEAD, LINES)
    assert data == pay_file(HEAD.batch_no, HEAD.made_on, plain)
    assert data.decode("utf-8-sig").split("\r\n") == [
        "批次号,P2024-0001,制单日期,2024-06-03",
        "序号,户名,账号,金额,附言",
        "1,王安,6221990000000000008,1234.56,补助金",
        "2,买买提·艾力,41050100000000009999,0.05,补助金",
        "合计,2,1234.61",
        "",
    ]


def test_fixed_width_counts_bytes_of_its_encoding():
    rows = written(format_named("fixed"), HEAD, LINES).split(b"\r\n")
    assert [len(row) for row in rows] == [84, 156, 156, 24, 0]
    assert rows[0] == (
        b"HP2024-0001          2024060341050100000000001234            00000002000000000123461"
    )
    assert rows[1][:41] == b"D000000016221990000000000008             "
    assert rows[1][41:101].decode("gbk").rstrip() == "王安"
    assert rows[1][101:116] == b"000000000123456"
    assert rows[3] == b"T00000002000000000123461"


def test_a_workbook_has_numbers_as_numbers_and_accounts_as_text():
    data = written(format_named("workbook"), HEAD, LINES)
    rows = [list(row) for row in read_book(data).sheets[0].rows]
    assert rows[1][:2] == ["付款账号", "41050100000000001234"]
    assert rows[2] == ["总笔数", 2, "总金额", 1234.61]
    assert rows[4] == [1, "6221990000000000008", "王安", 1234.56, "补助金"]
    assert rows[5][1:4] == ["41050100000000009999", "买买提·艾力", 0.05]
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert {x.compress_type for x in book.infolist()} == {zipfile.ZIP_STORED}
    assert "<v>1234.56</v>" in sheet
    assert "<v>0.05</v>" in sheet
    # The largest amount keeps its fen.
    large = [PayLine(1, "王安", "6221990000000000008", 10**14 + 1)]
    with zipfile.ZipFile(io.BytesIO(written(format_named("workbook"), HEAD, large))) as book:
        assert "<v>1000000000000.01</v>" in book.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("form", FORMS)
def test_the_same_batch_gives_the_same_bytes(form):
    template = format_named(form)
    for encoding in template.out.encodings:
        assert written(template, HEAD, LINES, encoding) == written(
            template, HEAD, list(LINES), encoding
        )
    with pytest.raises(EncodingNotOfFormat):
        written(template, HEAD, LINES, "utf-16")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "account", "field"),
    [
        ("=1+1", "6221990000000000008", "name"),
        ("王 安 ", "6221990000000000008", "name"),
        ("", "6221990000000000008", "name"),
        ("王\n安", "6221990000000000008", "name"),
        ("王安", "622-199", "account"),
    ],
)
def test_a_field_no_bank_takes_names_its_line(form, name, account, field):
    with pytest.raises(PayLineUnfit) as refused:
        written(format_named(form), HEAD, [LINES[0], PayLine(2, name, account, 100)])
    assert refused.value.facts == {"line_no": 2, "field": field}


def test_what_does_not_fit_is_refused_and_never_cut():
    fixed = format_named("fixed")
    fits = "王" * 30
    assert fits in written(fixed, HEAD, [PayLine(1, fits, "62219900", 1)]).decode("gbk")
    with pytest.raises(PayLineUnfit) as refused:
        written(fixed, HEAD, [LINES[0], PayLine(2, f"{fits}安", "62219900", 1)])
    assert refused.value.facts == {"line_no": 2, "field": "name"}


@pytest.mark.parametrize("character", ["㛃", "䶮", "𬭚"])
def test_gbk_refuses_the_name_it_cannot_hold(character):
    lines = [LINES[0], PayLine(2, f"王{character}", "6221990000000000008", 1)]
    with pytest.raises(NameNotInEncoding) as refused:
        written(format_named("fixed"), HEAD, lines)
    assert refused.value.facts == {"line_no": 2, "character": character, "encoding": "gbk"}
    assert f"王{character}" in written(format_named("plain"), HEAD, lines).decode("utf-8-sig")
    written(format_named("workbook"), HEAD, lines)


ANSWERS = [(1, 123_456, "paid"), (2, 5, "failed"), (3, 700, "unknown")]


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_says_the_same_in_every_format(form):
    answer = read_return(return_of("P2024-0001", form, ANSWERS), format_named(form))
    assert answer.batch_no == "P2024-0001"
    assert [(x.line_no, x.amount_fen, x.outcome) for x in answer.lines] == ANSWERS
    assert [x.booked_on for x in answer.lines] == [date(2024, 3, 5)] * 2 + [None]
    assert answer.faults == []


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_that_does_not_add_up_is_refused_whole(form):
    with pytest.raises(ReturnTotalWrong):
        read_return(return_of("P1", form, ANSWERS, total_fen=1), format_named(form))


@pytest.mark.parametrize("form", FORMS)
def test_a_line_that_stands_twice_counts_neither_time(form):
    answer = read_return(return_of("P1", form, [*ANSWERS, ANSWERS[0]]), format_named(form))
    assert [x.line_no for x in answer.lines] == [2, 3]
    assert [x.reason for x in answer.faults] == ["ReturnLineTwice"] * 2
    assert {x.field for x in answer.faults} == {"序号"}, "as the bank's people call it"


def test_a_fixed_answer_cut_joined_or_bent_is_refused():
    fixed = format_named("fixed")
    whole = return_of("P1", "fixed", ANSWERS)
    rows = whole.split(b"\r\n")
    for faulty, fault in (
        (b"\r\n".join(rows[:-2]), ReturnTrailerMissing),
        (b"\r\n".join([*rows[:2], *rows[3:]]), ReturnCountWrong),
        (b"X" + whole[1:], ReturnBatchMissing),
        (whole.replace(b"000000000123456", b"00000000123456", 1), ReturnRecordLength),
        (return_of("P1", "workbook", ANSWERS), ReturnNotText),
    ):
        with pytest.raises(fault):
            read_return(faulty, fixed)
    for length in range(len(whole) - 2):
        with pytest.raises(FileFault):
            read_return(whole[:length], fixed)


def test_text_is_no_workbook():
    with pytest.raises(ReturnNotWorkbook):
        read_return(return_of("P1", "plain", ANSWERS), format_named("workbook"))


def test_a_template_that_cannot_be_followed_stops_the_start():
    good = {
        "title": {"zh": "一", "en": "one"},
        "out": {
            "kind": "csv",
            "encodings": ["gbk"],
            "amounts": "fen",
            "days": "%Y%m%d",
            "header": [],
            "trailer": [],
            "column": [{"field": "line"}],
        },
        "back": {
            "kind": "csv",
            "amounts": "fen",
            "batch": "B",
            "trailer": "T",
            "columns": {"line": "a", "amount": "b", "outcome": "c"},
            "outcomes": {"paid": ["1"], "failed": ["2"], "unknown": []},
        },
    }
    assert not template_of("x", good).out.headed
    bad = [
        {"out": good["out"] | {"column": [{"field": "certno"}]}},
        {"out": good["out"] | {"kind": "fixed"}},
        {"back": good["back"] | {"columns": {"line": "a"}}},
        {"back": good["back"] | {"outcomes": {"paid": []}}},
        {"out": good["out"] | {"colour": "red"}},
    ]
    for each in bad:
        with pytest.raises(TemplateWrong):
            template_of("x", good | each)
    with pytest.raises(NoSuchFormat):
        format_named("../plain")


def test_every_template_has_both_titles():
    for form in formats().values():
        assert set(form.title) == {"zh", "en"}
        assert re.search("[\u4e00-\u9fff]", form.title["zh"])
