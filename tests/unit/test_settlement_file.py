"""The bureau's settlement file: what is read, what refuses a row, what refuses the file."""

from collections.abc import Callable
from datetime import date, datetime, time

import pytest

from app.claims.settlement import NEEDED, Settlement, read_settlements
from app.errors import FileFault
from app.files.rows import ColumnMissing, ColumnTwice, NoHeader, NotRows
from app.files.text import TextUnreadable
from app.texts import say
from tests.factories import csv_bytes, make_id, make_name

ONE = {
    "setl_id": "S0001",
    "certno": make_id(1),
    "psn_name": make_name(1),
    "med_type": "21",
    "begndate": "2023-05-01",
    "enddate": "2023-05-09",
    "setl_time": "2023-05-09 10:30:00",
    "inscp_scp_amt": "1000.00",
    "hifp_pay": "600.00",
    "hifob_pay": "",
    "hifmi_pay": "0",
}


def file_of(*rows: dict[str, str], encoding: str = "utf-8-sig") -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[row.get(name, "") for name in names] for row in rows]
    return csv_bytes([names, *cells], encoding)


def faults_of(content: bytes) -> list[tuple[int, str, str]]:
    file = read_settlements(content)
    assert len(file.rows) + len({fault.line for fault in file.faults}) == file.rows_in
    assert all(say(fault, lang) for fault in file.faults for lang in ("zh", "en"))
    return [(fault.line, fault.field, fault.reason) for fault in file.faults]


def only(content: bytes) -> Settlement:
    file = read_settlements(content)
    assert not file.faults
    (row,) = file.rows
    return row


def test_a_row_is_read() -> None:
    row = only(
        file_of(ONE | {"psn_part_amt": "400.00", "dise_name": "高血压, 2级", "invono": "007"})
    )
    assert row.setl_id == "S0001"
    assert row.certno == make_id(1)
    assert row.psn_name == make_name(1)
    assert (row.begndate, row.enddate) == (date(2023, 5, 1), date(2023, 5, 9))
    assert row.setl_time == datetime.combine(date(2023, 5, 9), time(10, 30))
    assert (row.inscp_scp_amt, row.hifp_pay, row.hifob_pay, row.hifmi_pay) == (
        100_000,
        60_000,
        0,
        0,
    )
    assert row.psn_part_amt == 40_000
    assert (row.dise_name, row.invono, row.line) == ("高血压, 2级", "007", 2)
    assert row.refd_setl_flag is False
    assert row.certno_changed is False


def test_missing_columns_count_as_empty_and_unknown_ones_are_ignored() -> None:
    row = only(file_of({name: ONE[name] for name in NEEDED} | {"col_x": "1e5", "": "NaN"}))
    assert row.psn_part_amt is None
    assert (row.mdtrt_id, row.init_setl_id, row.fulamt_ownpay_amt) == ("", "", 0)


@pytest.mark.parametrize("name", NEEDED)
def test_a_needed_column_that_is_missing_refuses_the_file_by_name(name: str) -> None:
    with pytest.raises(ColumnMissing) as refused:
        read_settlements(file_of({key: value for key, value in ONE.items() if key != name}))
    assert refused.value.facts["field"] == name
    assert name in say(refused.value)


def test_columns_in_any_order_case_and_with_blanks() -> None:
    turned = {f" {name.upper()} ": value for name, value in reversed(ONE.items())}
    assert only(file_of(turned)) == only(file_of(ONE))


def test_names_some_exports_use() -> None:
    row = only(file_of(ONE | {"psn_pay": "12.34", "cash_payamt": "5"}))
    assert (row.psn_part_amt, row.psn_cash_pay) == (1_234, 500)
    both = only(file_of(ONE | {"psn_pay": "12.34", "psn_part_amt": "7"}))
    assert both.psn_part_amt == 700


def test_a_column_twice_refuses_the_file() -> None:
    with pytest.raises(ColumnTwice) as refused:
        read_settlements(csv_bytes([[*ONE, "hifp_pay"], [*ONE.values(), "1"]]))
    assert refused.value.facts["field"] == "hifp_pay"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_encodings(encoding: str) -> None:
    row = only(
        file_of(ONE | {"psn_name": "石毛", "fixmedins_name": "市人民医院"}, encoding=encoding)
    )
    assert (row.psn_name, row.fixmedins_name) == ("石毛", "市人民医院")


def test_an_id_is_normalised_and_the_change_is_known() -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    certno = make_id(1)
    for written in (certno.translate(wide), f"\u200b{certno}", certno[:6] + "\ufeff" + certno[6:]):
        row = only(file_of(ONE | {"certno": written}))
        assert (row.certno, row.certno_changed) == (certno, True)
    small_x = next(x for x in map(make_id, range(99)) if x.endswith("X")).lower()
    assert only(file_of(ONE | {"certno": small_x})).certno == small_x.upper()


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("setl_id", "", "SetlIdMissing"),
        ("setl_id", "  ", "SetlIdMissing"),
        ("hifp_pay", "0.005", "AmountDecimals"),
        ("inscp_scp_amt", "100.000", "AmountDecimals"),
        ("inscp_scp_amt", "NaN", "AmountMalformed"),
        ("inscp_scp_amt", "1e5", "AmountMalformed"),
        ("inscp_scp_amt", "=1+1", "AmountMalformed"),
        ("hifob_pay", "Infinity", "AmountMalformed"),
        ("psn_part_amt", "1,5", "AmountMalformed"),
        ("medfee_sumamt", "1e400", "AmountMalformed"),
        ("hosp_part_amt", "1 000", "AmountMalformed"),
        ("acct_pay", "100000000000000.00", "AmountTooLarge"),
        ("hifmi_pay", "-0.01", "AmountNegative"),
        ("psn_part_amt", "-1", "AmountNegative"),
        ("maf_pay", "-1", "AmountNegative"),
        ("begndate", "2023-02-29", "DateMalformed"),
        ("enddate", "2023-04-30", "DischargedBeforeAdmitted"),
        ("enddate", "2023-04-30 23:59:59", "DischargedBeforeAdmitted"),
        ("enddate", "20230509", "DateMalformed"),
        ("enddate", "2023/05/09", "DateMalformed"),
        ("setl_time", "2023-05-09T10:30:00Z", "MomentMalformed"),
        ("setl_time", "2023-05-09 10:30:00+08:00", "MomentMalformed"),
        ("setl_time", "", "DateMissing"),
        ("refd_setl_flag", "2", "RefundFlagWrong"),
        ("refd_setl_flag", "Y", "RefundFlagWrong"),
        ("refd_setl_flag", "01", "RefundFlagWrong"),
    ],
)
def test_one_wrong_field_refuses_its_row_alone(field: str, text: str, reason: str) -> None:
    content = file_of(ONE | {"setl_id": "A"}, ONE | {field: text}, ONE | {"setl_id": "Z"})
    assert faults_of(content) == [(3, field, reason)]
    assert [row.setl_id for row in read_settlements(content).rows] == ["A", "Z"]


def test_every_fault_of_a_row_is_told() -> None:
    content = file_of(ONE | {"hifp_pay": "x", "enddate": "x", "hifob_pay": "-1"})
    assert faults_of(content) == [
        (2, "enddate", "DateMalformed"),
        (2, "hifp_pay", "AmountMalformed"),
        (2, "hifob_pay", "AmountNegative"),
    ]


def test_a_refund_may_be_negative() -> None:
    row = only(
        file_of(
            ONE
            | {"refd_setl_flag": "1", "inscp_scp_amt": "-1000.00", "hifp_pay": "-600"}
            | {"psn_part_amt": "-400", "init_setl_id": "S0000"}
        )
    )
    assert row.refd_setl_flag is True
    assert (row.inscp_scp_amt, row.psn_part_amt, row.init_setl_id) == (-100_000, -40_000, "S0000")


@pytest.mark.parametrize(
    "of", [{"refd_setl_flag": "1", "init_setl_id": "S0000"}, {"med_type": "14"}]
)
def test_days_that_run_backwards_hold_nothing_up_where_they_decide_nothing(of) -> None:
    assert only(file_of(ONE | of | {"enddate": "2023-04-30"})).enddate == date(2023, 4, 30)


def test_minus_nothing_is_nothing() -> None:
    assert only(file_of(ONE | {"hifp_pay": "-0.00"})).hifp_pay == 0


def test_an_empty_amount_is_nothing_but_an_empty_part_is_absent() -> None:
    row = only(file_of(ONE | {"psn_part_amt": "", "fulamt_ownpay_amt": ""}))
    assert (row.fulamt_ownpay_amt, row.psn_part_amt) == (0, None)
    assert only(file_of(ONE | {"psn_part_amt": "0"})).psn_part_amt == 0


def test_days_of_a_stay_may_be_empty_or_carry_a_time() -> None:
    row = only(file_of(ONE | {"begndate": "", "enddate": "2023-05-09 00:00:00"}))
    assert (row.begndate, row.enddate) == (None, date(2023, 5, 9))


def test_a_settlement_twice_is_refused_at_the_later_line_even_unchanged() -> None:
    content = file_of(ONE, ONE | {"setl_id": "B"}, ONE, ONE | {"hifp_pay": "1"})
    assert faults_of(content) == [(4, "setl_id", "SetlIdTwice"), (5, "setl_id", "SetlIdTwice")]
    assert read_settlements(content).faults[0].facts == {"first_line": 2}


def test_too_few_and_too_many_cells() -> None:
    """Cut off in mid-row, or a comma that is not quoted: nobody knows which cell is which."""
    lines = file_of(ONE, ONE | {"setl_id": "B"}, encoding="utf-8").decode().splitlines()
    cut = "\r\n".join([lines[0], lines[1], lines[2][:40]])
    ((line, field, reason),) = faults_of(cut.encode())
    assert (line, reason) == (3, "RowWidth")
    assert field in ONE
    wide = "\r\n".join([lines[0], lines[1] + ",", lines[2]])
    assert faults_of(wide.encode()) == [(2, "hifmi_pay", "RowWidth")]


def test_lines_are_those_of_the_editor() -> None:
    """A cell with a line break inside, empty lines, and rows of nothing but commas."""
    rows = [list(ONE), [*ONE.values()], ["" for _ in ONE], [*(ONE | {"setl_id": "B"}).values()]]
    rows[1][2] = "张\r\n三"
    rows[3][-1] = "x"
    assert faults_of(csv_bytes(rows)) == [(5, "hifmi_pay", "AmountMalformed")]
    assert read_settlements(csv_bytes(rows)).rows_in == 2


@pytest.mark.parametrize(
    ("broken", "refused"),
    [
        (lambda content: b"", NoHeader),
        (lambda content: b"\n\n", NoHeader),
        (lambda content: content.replace(b"S0001", b"S\x00001"), TextUnreadable),
        (lambda content: content.decode("utf-8-sig").encode("utf-16"), TextUnreadable),
        (lambda content: content.replace(b"S0001", b'"S0001'), NotRows),
        (lambda content: content.replace(b"S0001", b'"S0001"x'), NotRows),
        (lambda content: b"PK\x03\x04" + bytes(range(256)), TextUnreadable),
        (lambda content: b"<html><body>404</body></html>", ColumnMissing),
    ],
)
def test_what_is_no_table_refuses_the_file(
    broken: Callable[[bytes], bytes], refused: type[FileFault]
) -> None:
    with pytest.raises(refused) as found:
        read_settlements(broken(file_of(ONE)))
    assert say(found.value, "zh")
    assert say(found.value, "en")


def test_a_formula_in_a_text_field_is_text() -> None:
    assert only(file_of(ONE | {"psn_name": '=HYPERLINK("x")'})).psn_name == '=HYPERLINK("x")'


def test_a_header_alone_is_a_file_without_settlements() -> None:
    assert read_settlements(csv_bytes([list(ONE)])) == (0, [], [])
