"""The file to the bank and the bank's answer."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.banking.payfile import (
    NameNotInEncoding,
    PayBatchEmpty,
    PayLine,
    PayLineTwice,
    PayLineUnfit,
    pay_file,
)
from app.banking.returnfile import (
    ReturnBatchMissing,
    ReturnCountWrong,
    ReturnTotalUnproven,
    ReturnTotalWrong,
    ReturnTrailerMissing,
    read_return,
)
from app.banking.returnrecords import ReturnNotText
from app.errors import FileFault
from app.files.faults import FileEmpty, FileIsWebPage, WorkbookOld
from app.files.rows import ColumnMissing, ColumnTwice, NotRows
from app.files.text import TextUnreadable
from app.texts.banking import WORDS
from tests.factories import csv_bytes, make_account, make_name, return_file, roster_rows, xlsx_bytes

MADE_ON = date(2024, 6, 3)
ACCOUNT = make_account(1)


def line(line_no=1, name="王安", account=ACCOUNT, amount_fen=100_000, remark="职工医疗互助保障金"):
    return PayLine(line_no, name, account, amount_fen, remark)


def reasons(answer):
    return [(fault.line, fault.field, fault.reason) for fault in answer.faults]


def test_the_file_is_what_its_documentation_shows():
    data = pay_file("P2024-0001", MADE_ON, [line(account="6221990000000000008")])
    assert (
        data
        == (
            "\ufeff批次号,P2024-0001,制单日期,2024-06-03\r\n"
            "序号,户名,账号,金额,附言\r\n"
            "1,王安,6221990000000000008,1000.00,职工医疗互助保障金\r\n"
            "合计,1,1000.00\r\n"
        ).encode()
    )


@pytest.mark.parametrize(
    ("encoding", "reads_as"), [("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("gbk", "gbk")]
)
def test_the_same_batch_gives_the_same_bytes(encoding, reads_as):
    lines = [line(n, make_name(n), make_account(n), n * 101) for n in range(1, 60)]
    data = pay_file("P1", MADE_ON, lines, encoding)
    assert data == pay_file("P1", MADE_ON, list(lines), encoding)
    rows = list(csv.reader(io.StringIO(data.decode(reads_as))))
    assert len(rows) == 62
    assert rows[-1] == ["合计", "59", f"{sum(range(1, 60)) * 101 / 100:.2f}"]


@pytest.mark.parametrize("character", "㛃䶮𬭚")
def test_gbk_that_cannot_hold_a_name_is_refused_and_the_line_named(character):
    lines = [line(1), line(7, f"李{character}")]
    with pytest.raises(NameNotInEncoding) as refused:
        pay_file("P1", MADE_ON, lines, "gbk")
    assert refused.value.facts == {"line_no": 7, "character": character, "encoding": "gbk"}
    for encoding in ("utf-8-sig", "gb18030"):
        assert character in pay_file("P1", MADE_ON, lines, encoding).decode(encoding)


def test_gbk_holds_what_gb2312_does_not():
    assert "赵堃" in pay_file("P1", MADE_ON, [line(name="赵堃")], "gbk").decode("gbk")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "=1+1"}, "name"),
        ({"name": "@王"}, "name"),
        ({"name": "\uff1d王"}, "name"),
        ({"name": "王\n安"}, "name"),
        ({"name": "王\u202e安"}, "name"),
        ({"name": "王安 "}, "name"),
        ({"account": "1234567"}, "account"),
        ({"account": "6221 9900"}, "account"),
        ({"account": ""}, "account"),
        ({"account": "6221990\N{FULLWIDTH DIGIT ONE}"}, "account"),
        ({"amount_fen": 0}, "amount"),
        ({"amount_fen": -1}, "amount"),
        ({"remark": "+1"}, "remark"),
        ({"remark": "x\x00"}, "remark"),
    ],
)
def test_what_the_bank_cannot_take_is_refused_and_not_repaired(changes, field):
    with pytest.raises(PayLineUnfit) as refused:
        pay_file("P1", MADE_ON, [line(1), line(2, **changes)])
    assert refused.value.facts == {"line_no": 2, "field": field}


def test_an_empty_batch_and_a_number_twice_are_refused():
    with pytest.raises(PayBatchEmpty):
        pay_file("P1", MADE_ON, [])
    with pytest.raises(PayLineTwice) as refused:
        pay_file("P1", MADE_ON, [line(1), line(2), line(1)])
    assert refused.value.facts == {"line_no": 1}


PAID = (1, "1000.00", "成功", "2024-06-05")
FAILED = (2, "0.50", "失败", "", "账号户名不符")


def test_an_answer_is_read_line_by_line():
    answer = read_return(return_file("P1", [PAID, FAILED]))
    assert (answer.batch_no, answer.faults) == ("P1", [])
    one, two = answer.lines
    assert (one.line, one.line_no, one.amount_fen, one.outcome) == (3, 1, 100_000, "paid")
    assert (one.booked_on, one.reason, one.account_tail) == (date(2024, 6, 5), "", None)
    assert (two.amount_fen, two.outcome, two.booked_on) == (50, "failed", None)
    assert two.reason == "账号户名不符"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_an_answer_in_any_encoding(encoding):
    answer = read_return(return_file("P1", [PAID, FAILED], encoding=encoding))
    assert len(answer.lines) == 2
    assert answer.lines[1].reason == "账号户名不符"


def test_columns_in_any_order_with_others_between_and_only_an_accounts_tail_is_kept():
    answer = read_return(
        csv_bytes(
            [
                ["批次号", "P1", "", "回盘日期", "2024-06-06"],
                ["结果", "账号", "摘要", "金额", "入账日期", "序号"],
                ["成功", ACCOUNT, "=1", "12.3", "2024-06-05", "9"],
                [],
                ["合计", "1", "12.30", "", ""],
            ]
        )
    )
    assert answer.lines[0].account_tail == ACCOUNT[-4:]
    assert (answer.lines[0].line_no, answer.lines[0].amount_fen) == (9, 1230)
    assert ACCOUNT not in repr(answer)


@pytest.mark.parametrize(
    ("changed", "field", "reason"),
    [
        (("x", "0.50", "失败"), "序号", "ReturnNumberUnreadable"),
        (("0", "0.50", "失败"), "序号", "ReturnNumberUnreadable"),
        (("=2", "0.50", "失败"), "序号", "ReturnNumberUnreadable"),
        (("2", "0.50", "大概"), "结果", "ReturnOutcomeUnknown"),
        (("2", "0.50", "=A1"), "结果", "ReturnOutcomeUnknown"),
        (("2", "0.005", "失败"), "金额", "ReturnAmount"),
        (("2", "0.500", "失败"), "金额", "ReturnAmount"),
        (("2", "-0.50", "失败"), "金额", "ReturnAmount"),
        (("2", "0.00", "失败"), "金额", "ReturnAmount"),
        (("2", "0.50", "成功"), "入账日期", "ReturnDayMissing"),
        (("2", "0.50", "成功", "2024-02-30"), "入账日期", "ReturnDayUnreadable"),
        (("2", "0.50", "成功", "=TODAY()"), "入账日期", "ReturnDayUnreadable"),
        (
            ("2", "0.50", "失败", "", '=HYPERLINK("http://example.invalid")'),
            "原因",
            "ReturnFormula",
        ),
        (("2", "0.50", "失败", "", "@SUM(A1)"), "原因", "ReturnFormula"),
        (("2", "0.50", "失败", "", "户名\u202e不符"), "原因", "ReturnUnseen"),
    ],
)
def test_one_bad_line_is_listed_and_the_others_go_in(changed, field, reason):
    total = {"0.005": "1000.005", "-0.50": "999.50", "0.00": "1000.00"}.get(changed[1], "1000.50")
    answer = read_return(return_file("P1", [PAID, changed], total=total))
    assert reasons(answer) == [(4, field, reason)]
    assert [one.line_no for one in answer.lines] == [1]


def test_a_bare_dash_is_no_formula():
    assert read_return(return_file("P1", [(*PAID, "-")])).faults == []


def test_of_a_number_twice_neither_line_counts():
    failed = (1, "1000.00", "失败", "", "退汇")
    answer = read_return(return_file("P1", [PAID, FAILED, failed]))
    assert reasons(answer) == [(3, "序号", "ReturnLineTwice"), (5, "序号", "ReturnLineTwice")]
    assert [one.line_no for one in answer.lines] == [2]


@pytest.mark.parametrize("again", [PAID, ("1", "1000.00", "处理中")])
def test_a_line_twice_is_held_even_where_both_say_the_same_or_one_is_unreadable(again):
    answer = read_return(return_file("P1", [PAID, again]))
    assert (answer.lines, len(answer.faults)) == ([], 2)


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"total": "1000.51"}, ReturnTotalWrong),
        ({"total": "1000.5"}, None),
        ({"total": "1,000.50"}, ReturnTotalUnproven),
        ({"total": "x"}, ReturnTotalUnproven),
        ({"total": "NaN"}, ReturnTotalUnproven),
        ({"total": "=SUM(B3:B4)"}, ReturnTotalUnproven),
        ({"count": 1}, ReturnCountWrong),
        ({"count": 3}, ReturnCountWrong),
        ({"trailer": False}, ReturnTrailerMissing),
    ],
)
def test_a_file_that_does_not_add_up_is_refused_as_a_whole(options, fault):
    data = return_file("P1", [PAID, FAILED], **options)
    if fault is None:
        assert len(read_return(data).lines) == 2
    else:
        with pytest.raises(fault):
            read_return(data)


@pytest.mark.parametrize(
    "amount", ["", "NaN", "1e400", "1e5", "Inf", "=1+1", "1 000", "100元", "\uff11\uff10\uff10"]
)
def test_an_amount_that_is_no_number_leaves_the_total_unproven(amount):
    with pytest.raises(ReturnTotalUnproven) as refused:
        read_return(return_file("P1", [PAID, (2, amount, "失败")], total="1000.00"))
    assert refused.value.facts == {"line": 4}


def test_a_line_behind_the_trailer_is_refused():
    with pytest.raises(ReturnTrailerMissing):
        read_return(return_file("P1", [PAID]) + "2,1.00,成功,2024-06-05,\r\n".encode())


def test_two_files_joined_are_refused():
    with pytest.raises(FileFault):
        read_return(return_file("P1", [PAID]) + return_file("P2", [FAILED], encoding="utf-8"))


def test_a_swallowed_line_shows_in_the_count():
    data = '批次号,P1\n序号,金额,结果,入账日期,原因\n1,1.00,失败,,"x\n2,1.00,失败,,"\n合计,2,2.00\n'
    with pytest.raises(ReturnCountWrong):
        read_return(data.encode())


def test_a_file_cut_short_anywhere_is_refused():
    data = return_file("P1", [PAID, FAILED], encoding="utf-8")
    whole = read_return(data)
    for length in range(len(data) - len("\r\n") - 1):
        try:
            cut = read_return(data[:length])
        except FileFault:
            continue
        # The total's last zeros may go: the sum is the same.
        assert cut == whole, length


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", FileEmpty),
        (b",,\r\n,\r\n", FileEmpty),
        (b"<html></html>", FileIsWebPage),
        (b"\xd0\xcf\x11\xe0" + bytes(100), WorkbookOld),
        (xlsx_bytes(roster_rows(1)), ReturnNotText),
        (b"\xff\xfe\x79\x62", TextUnreadable),
        ("序号,金额,结果\n".encode(), ReturnBatchMissing),
        ("批次号\n".encode(), ReturnBatchMissing),
        ("批次号,\n".encode(), ReturnBatchMissing),
        ("批次号,=1\n".encode(), ReturnBatchMissing),
        ("批次号,P1\n".encode(), ReturnTrailerMissing),
        ("批次号,P1\n合计,0,0\n".encode(), ReturnTrailerMissing),
        ("批次号,P1\n序号,金额\n合计,0,0.00\n".encode(), ColumnMissing),
        ("批次号,P1\n序号,金额,结果,金额\n合计,0,0.00\n".encode(), ColumnTwice),
        ("批次号,P1\n序号,金额,结果\n合计\n".encode(), ReturnCountWrong),
        ("批次号,P1\n序号,金额,结果\n合计,0\n".encode(), ReturnTotalUnproven),
        ('批次号,"P1\n'.encode(), NotRows),
    ],
)
def test_what_is_no_answer_is_told_what_is_missing(data, fault):
    with pytest.raises(fault):
        read_return(data)


CELLS = st.text(max_size=6) | st.sampled_from(["成功", "失败", "1", "2", "3", "=1", "2024-06-05"])
AMOUNTS = st.decimals(-10, 10**6, places=3, allow_nan=False).map(str)


@given(
    st.lists(
        st.tuples(st.just(5) | CELLS, AMOUNTS, CELLS, CELLS, CELLS).filter(
            lambda r: "合计" not in r
        )
    )
)
def test_lines_in_are_lines_out_whatever_the_cells(lines):
    try:
        answer = read_return(return_file("P1", lines, total=_total(lines)))
    except (TextUnreadable, NotRows):  # a NUL, a bare carriage return
        return
    assert len(answer.lines) + len(answer.faults) == len(lines)
    numbers = [one.line_no for one in answer.lines]
    assert len(set(numbers)) == len(numbers)
    for fault in answer.faults:
        assert all(text % fault.facts for text in WORDS[fault.reason])


def _total(lines):
    thousandths = sum(round(float(one[1]) * 1000) for one in lines)
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{abs(thousandths) // 1000}.{abs(thousandths) % 1000:03d}"
