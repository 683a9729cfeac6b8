"""Statements as banks write them: the same lines whatever the file; what is unclear is refused."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.banking.bank_lines import BankLine, BankLines, Proven, ProvenLines
from app.banking.matching import As, Open, matched
from app.banking.statement import (
    StatementAccountMissing,
    StatementAhead,
    StatementDaysUnordered,
    StatementDebitWrong,
    StatementEmpty,
    StatementOtherAccount,
    proven,
)
from app.banking.statement_columns import Unplain, are_inert, by_columns, inert
from app.banking.statement_format import statement_format, statement_formats
from app.banking.statement_table import (
    StatementGoesOn,
    StatementHeadingsMissing,
    StatementUnreadable,
    by_rows,
)
from app.banking.statementfile import StatementNotSwift, read_statement
from app.contributions.reference import Named, notice_reference, references_in
from app.files.cells import Formula
from app.texts import say
from tests.factories import csv_bytes, formula, xlsx_bytes

NUMBER = "6222000000000000017"
TODAY = date(2024, 3, 1)
A_ROWS = [
    ["某银行对公账户明细"],
    ["账号：" + NUMBER, "", "期初余额", "1,000.00"],
    [
        "交易日期",
        "交易流水号",
        "借方发生额(元)",
        "贷方发生额(元)",
        "余额",
        "对方户名",
        "对方账号",
        "摘要",
        "附言",
    ],
    ["20240105", "A1", "", "1,234.50", "2,234.50", "甲公司", "62220001", "转账", "互助金"],
    ["20240106", "A2", "34.50", "", "2,200.00", "", "", "手续费", ""],
    ["合计", "", "34.50", "1,234.50"],
    ["借方合计", "34.50", "贷方合计", "1,234.50", "期末余额", "2,200.00"],
]
B_ROWS = [
    ["查询账号", NUMBER],
    ["交易时间", "流水号", "支出金额", "收入金额", "账户余额", "对方户名", "摘要"],
    ["2024/01/06 10:11:12", "A2", "3450", "", "220000", "", "手续费"],
    ["2024/01/05 09:00:00", "A1", "", "123450", "223450", "甲公司", "互助金"],
]
C_ROWS = [
    ["账号", NUMBER, "期初余额", "1000.00", "期末余额", "2200.00"],
    ["交易日期", "流水号", "借贷标志", "交易金额（元）", "账户余额", "对方户名", "摘要"],
    ["2024-01-05", "A1", "贷", "1234.50", "2234.50", "甲公司", "互助金"],
    ["2024-01-06", "A2", "借", "34.50", "2200.00", "", "手续费"],
    ["合计", "", "", "1269.00"],
]
SWIFT = f"""\
:20:START
:25:{NUMBER}
:28C:1/1
:60F:C240101CNY1000,00
:61:2401050105C1234,50NTRFREF1//A1
:86:/NAME/甲公司/REMI/互助金
:61:2401060106D34,50NCHGNONREF//A2
:86:CHARGE 手续费
:62F:C240106CNY2200,00
"""


def read(data: bytes, form: str):
    return proven(read_statement(data, statement_format(form)), NUMBER, TODAY)


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (csv_bytes(A_ROWS), "bank_a"),
        (csv_bytes(A_ROWS, "gb18030"), "bank_a"),
        (xlsx_bytes(A_ROWS), "bank_a"),
        (csv_bytes(B_ROWS), "bank_b"),
        (csv_bytes(C_ROWS), "bank_c"),
        (xlsx_bytes(C_ROWS), "bank_c"),
        (SWIFT.encode(), "mt940"),
    ],
)
def test_every_bank_says_the_same(data: bytes, form: str):
    found = read(data, form)
    assert (found.opening_fen, found.closing_fen) == (100_000, 220_000)
    said = [(x.said.booked_on, x.said.amount_fen, x.said.serial) for x in found.lines]
    assert said == [(date(2024, 1, 5), 123_450, "A1"), (date(2024, 1, 6), -3_450, "A2")]
    assert found.lines[0].said.payer_name == "甲公司"
    assert "互助金" in found.lines[0].said.remark
    words = statement_format(form).words
    assert matched([x.said for x in found.lines], Open(), words)[1].taken_as is As.FEE


def test_formats_name_columns_or_a_reader():
    assert set(statement_formats()) >= {"plain", "bank_a", "bank_b", "bank_c", "mt940"}


def test_formats_are_named_in_both_languages():
    for form in statement_formats().values():
        assert form.says.split(" · ")[-1].isascii()


def test_a_word_that_says_no_way_is_named():
    rows = [list(row) for row in C_ROWS]
    rows[3][2] = "转"
    with pytest.raises(StatementUnreadable) as refused:
        read(csv_bytes(rows), "bank_c")
    assert refused.value.facts == {"line": 4, "field": "借贷标志"}
    rows[3][2:4] = ["贷", "-34.50"]  # a booking taken back, in red
    assert read(csv_bytes(rows), "bank_c").lines[1].said.amount_fen == -3_450
    rows[1][2] = "标志"
    with pytest.raises(StatementHeadingsMissing):
        read(csv_bytes(rows), "bank_c")


def changed(row: int, column: int, value: str) -> bytes:
    rows = [list(x) for x in A_ROWS]
    rows[row][column] = value
    return csv_bytes(rows)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (changed(6, 1, "34.51"), StatementDebitWrong),
        (changed(1, 0, "账号：6222000000000000018"), StatementOtherAccount),
        (changed(1, 0, ""), StatementAccountMissing),
        (changed(3, 3, "NaN"), StatementUnreadable),
        (changed(3, 3, "1e5"), StatementUnreadable),
        (changed(3, 3, "0.005"), StatementUnreadable),
        (changed(3, 0, "20240230"), StatementUnreadable),
        (changed(3, 2, "1.00"), StatementUnreadable),
        (changed(3, 0, "20240107"), StatementDaysUnordered),
        (changed(4, 0, "20240302"), StatementAhead),
        (changed(2, 0, "日"), StatementHeadingsMissing),
        (csv_bytes(A_ROWS[:3]), StatementEmpty),
    ],
)
def test_what_is_unclear_refuses_the_file(data: bytes, fault: type[Exception]):
    with pytest.raises(fault):
        read(data, "bank_a")


@pytest.mark.parametrize("make", [csv_bytes, xlsx_bytes])
def test_blank_rows_around_the_table_say_nothing(make):
    form = statement_format("bank_a")
    whole = read_statement(make(A_ROWS), form)
    for at in (0, 1, 2, 5, 6):
        read = read_statement(make([*A_ROWS[:at], [""] * 9, *A_ROWS[at:]]), form)
        assert read.stated == whole.stated
        assert [x._replace(line=0) for x in read.lines] == [x._replace(line=0) for x in whole.lines]


@pytest.mark.parametrize(
    ("at", "between"),
    [(3, [""] * 9), (4, [""] * 9), (4, A_ROWS[2]), (4, ["", *A_ROWS[3][1:]]), (4, ["小计"])],
)
def test_no_line_below_the_end_of_the_table_is_dropped(at: int, between: list[str]):
    """Without a closing balance in the file nothing else would tell."""
    rows = [*A_ROWS[:at], between, *A_ROWS[at:5]]
    with pytest.raises(StatementGoesOn) as refused:
        read_statement(csv_bytes(rows), statement_format("bank_a"))
    assert refused.value.facts["line"] == at + 2


def test_what_does_not_add_up_is_said_in_yuan():
    with pytest.raises(StatementDebitWrong) as refused:
        read(changed(6, 1, "34.51"), "bank_a")
    assert say(refused.value) == ("付款合计写的是 34.51 元，各行合计为 34.50 元，整个文件未导入。")
    assert " 34.50 yuan" in say(refused.value, "en")


@pytest.mark.parametrize(("row", "place"), [(3, 0), (3, 3)])
def test_what_cannot_be_read_is_named_as_the_bank_names_it(row: int, place: int):
    with pytest.raises(StatementUnreadable) as refused:
        read(changed(row, place, "1e5"), "bank_a")
    assert A_ROWS[2][place].startswith(str(refused.value.facts["field"]))


@pytest.mark.parametrize("text", ["", "nonsense", SWIFT + SWIFT, SWIFT.replace(":62F:", ":9:")])
def test_what_is_no_swift_message_is_refused(text: str):
    with pytest.raises(StatementNotSwift):
        read(text.encode() or b" ", "mt940")


def test_a_formula_is_shown_inert_and_its_money_taken():
    found = read(changed(3, 5, "=HYPERLINK(1)"), "bank_a")
    assert found.lines[0].said.payer_name == "HYPERLINK(1)"
    assert [x.reason for x in found.faults] == ["StatementTextOdd"]


def test_a_computed_text_is_what_it_showed_and_is_listed():
    rows = [list(x) for x in A_ROWS]
    rows[3][5], rows[3][8] = formula("=A1"), formula('=CONCAT("HZ","1")|HZ1')
    found = read(xlsx_bytes(rows), "bank_a")
    first = found.lines[0].said
    assert (first.payer_name, first.remark) == ("", "转账 HZ1")
    listed = [(x.line, x.field, x.reason) for x in found.faults]
    assert listed == [(4, x, "StatementTextComputed") for x in ("payer_name", "remark")]


def test_references_are_found_however_they_are_written():
    reference = notice_reference(42, 2024)
    ways = (
        reference,
        reference.lower(),
        f"转 {reference[:6]} {reference[6:]}元",
        f"款{reference}号",
    )
    for text in ways:
        assert references_in(text).right == (Named(42, 2024),), text
    for at in range(2, len(reference)):
        wrong = reference[:at] + str((int(reference[at]) + 1) % 10) + reference[at + 1 :]
        assert references_in(wrong).right == ()
        assert references_in(wrong).wrong == 1


plain_cells = st.sampled_from(["", "1.00", "-1.00", "0.00", "20.5", "1,000.00", "--", "x", "7"])
days = st.sampled_from(["2024-01-05", "2024-01-06 10:00", "20240107", "", "合计", "2024-13-01"])
said = st.text(st.sampled_from("=-@赵 \x07a9"), max_size=4) | st.sampled_from(
    ["长" * 301, "借", "贷", Formula("=A1", "甲"), Formula("=A1")]
)
ways = st.sampled_from(["借", "贷"])
cells = st.one_of(st.none(), st.integers(0, 2), st.booleans(), st.dates(), said, plain_cells)
row = st.one_of(
    st.tuples(days | st.dates(), plain_cells, plain_cells, plain_cells, said, said, said, said),
    st.tuples(days, *[st.just("1.00")] * 3, *[st.just("甲")] * 4),
    st.tuples(st.just("2024-01-05"), *[plain_cells] * 3, ways, *[st.just("甲")] * 3),
    st.lists(cells, max_size=9).map(tuple),
)
PLACES = [
    {"booked_on": [0], "amount": [1], "balance": [2], "payer_name": [4], "remark": [5, 6]},
    {"booked_on": [0], "debit": [1], "credit": [2], "serial": [4], "value_day": [7]},
    {"booked_on": [0], "amount": [1], "direction": [4], "remark": [5]},
]


@example(
    [("2024-01-05", "1.00", None, None, way, "甲") for way in ("贷", "借")], PLACES[2], "bank_c"
)
@given(st.lists(row, max_size=6), st.sampled_from(PLACES), st.sampled_from([*statement_formats()]))
def test_columns_say_what_rows_say(rows, places, form):
    form = statement_format(form)
    try:
        found = by_columns(rows, 0, places, form)
    except Unplain:
        return
    assert found == by_rows(rows, 0, places, form)


lines_of_all_kinds = st.lists(
    st.builds(
        BankLine,
        st.integers(1, 9),
        st.dates(),
        st.none() | st.dates(),
        st.integers(-9, 9),
        st.none() | st.integers(-9, 9),
        *[st.text(max_size=2)] * 4,
    ),
    max_size=4,
)


@given(lines_of_all_kinds, st.slices(4))
def test_lines_by_columns_are_the_same_lines(lines, some):
    kept = BankLines.of(lines)
    assert [*kept] == lines == [kept[at] for at in range(len(kept))]
    assert [*kept[some]] == lines[some]
    balances, keys = [x.amount_fen for x in lines], [x.remark for x in lines]
    held = ProvenLines(kept, balances, keys)
    assert [*held] == [*map(Proven, lines, balances, keys)]
    assert [*held[some]] == [*held][some]


@given(st.lists(st.text("=-+@＝ 甲a\n", max_size=3), min_size=1))
def test_texts_are_inert_together_where_each_is(texts):
    odd: list[str] = []
    alone = [inert(text, lambda: odd.append("")) for text in texts]
    assert are_inert(texts) == (alone == texts and not odd)


def test_what_is_no_message_is_not_written_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    line = ":61:6222999900001111 not a line of any bank"
    message = f":20:X\n:25:1\n:28C:1/1\n:60F:C211120CNY0,00\n{line}\n:62F:C211120CNY0,00\n"
    with pytest.raises(StatementNotSwift):
        read_statement(message.encode(), statement_format("mt940"))
    assert not caplog.records
