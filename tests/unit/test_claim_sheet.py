"""A settlement sheet as people type it: read exactly, refused by field, and never guessed at."""

from dataclasses import asdict
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.benefits.care import CareClass, package_med_types
from app.claims.settlement import Settlement
from app.claims.sheet import (
    AMOUNTS,
    DAYS,
    FIELDS,
    KINDS,
    LONGEST,
    MOST_FEN,
    TEXTS,
    faults_of,
    is_own_number,
    own_number,
    read_sheet,
)
from app.texts import say
from tests.db.typed import TEXTS as RIGHT
from tests.factories import make_id

TODAY = date(2024, 6, 30)
COMPARED = {
    "med_type": ("begndate", "enddate", "dise_codg"),
    "begndate": ("enddate", "setl_time"),
    "enddate": ("setl_time",),
    "medfee_sumamt": ("inscp_scp_amt",),
}
"""Fields that what is typed in another can make wrong."""


def reasons(**changed: str) -> dict[str, str]:
    """What is wrong with the right sheet after these changes: the reason by field."""
    read, faults = read_sheet(RIGHT | changed, TODAY)
    assert (read is None) == bool(faults)
    assert all(fault.line == 1 and say(fault, "en") and say(fault, "zh") for fault in faults)
    return {fault.field: fault.reason for fault in faults}


def test_a_right_sheet_is_read_to_the_fen():
    read, faults = read_sheet(RIGHT, TODAY)
    assert faults == []
    assert read is not None
    assert (read.medfee_sumamt, read.psn_part_amt, read.hifob_pay) == (300_000, 150_000, 0)
    assert (read.begndate, read.enddate) == (date(2023, 5, 1), date(2023, 5, 10))
    assert read.setl_time == datetime(2023, 5, 10)  # noqa: DTZ001 - the bureau's time has no zone
    assert faults_of(read, TODAY) == []


def test_its_fields_are_the_bureaus_and_each_is_said_once():
    assert set(FIELDS) - {"stated_setl_id"} <= set(Settlement._fields)
    assert sorted(FIELDS) == sorted({*TEXTS, *DAYS, *AMOUNTS})
    read, _ = read_sheet(RIGHT, TODAY)
    assert read is not None
    assert list(asdict(read)) == [*FIELDS]


def test_every_kind_that_can_be_chosen_is_in_the_table():
    classes = {package_med_types().class_of(kind, TODAY) for kind in KINDS}
    assert classes == {CareClass.INPATIENT, CareClass.CHRONIC, CareClass.HELD}


@pytest.mark.parametrize("field", AMOUNTS)
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("-0.01", "SheetNegative"),  # bad input 32
        ("1.005", "AmountDecimals"),  # 33
        ("Inf", "AmountMalformed"),  # 34
        ("1e5", "AmountMalformed"),
        ("NaN", "AmountMalformed"),
        ("1,000.00", "AmountMalformed"),
        ("=1+1", "AmountMalformed"),
        ("9" * 400, "AmountTooLarge"),
        ("100000000.01", "SheetTooLarge"),
    ],
)
def test_an_amount_that_cannot_be_is_refused_at_its_field(field, typed, reason):
    assert reasons(**{field: typed}) == {field: reason}


ID = make_id(1)


@pytest.mark.parametrize(
    "written",
    [
        ID,
        f"张三{ID}",
        f"1{ID}",
        f"{ID}1",
        f"{ID[:6]} {ID[6:14]} {ID[14:]}",
        "-".join((ID[:6], ID[6:14], ID[14:])),
        ID.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
        ID.translate({ord("0") + n: 0x0660 + n for n in range(10)}),
    ],
)
def test_an_id_number_is_no_text_however_it_is_written(written):
    assert reasons(fixmedins_name=written) == {"fixmedins_name": "SheetHoldsCertno"}


def test_a_long_number_that_is_nobodys_id_is_taken():
    """Numbers of electronic invoices have 20 digits."""
    for number in ("24117000001234567890", "20231231000000000017", "11112223334445556667"):
        assert reasons(invono=number, stated_setl_id=number) == {}


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"enddate": "2023-04-30"}, {"enddate": "DischargedBeforeAdmitted"}),  # bad input 35
        ({"begndate": ""}, {"begndate": "DateMissing"}),
        ({"enddate": ""}, {"enddate": "DateMissing"}),
        ({"setl_time": ""}, {"setl_time": "DateMissing"}),
        ({"setl_time": "2023-04-30"}, {"setl_time": "SettledBeforeAdmitted"}),
        ({"setl_time": "2024-07-01"}, {"setl_time": "DayToCome"}),
        ({"enddate": "2024-07-01"}, {"enddate": "DayToCome"}),
        ({"setl_time": "0024-05-10"}, {"setl_time": "DayLongAgo"}),
        ({"begndate": "0024-05-01"}, {"begndate": "DayLongAgo"}),
        ({"enddate": "2023-02-30"}, {"enddate": "DateMalformed"}),
        ({"begndate": "5/1/2023"}, {"begndate": "DateMalformed"}),
        ({"setl_time": "2023-05-10 25:00"}, {"setl_time": "MomentMalformed"}),
        ({"setl_time": "2023-05-10 10:00+08:00"}, {"setl_time": "MomentMalformed"}),
        ({"med_type": ""}, {"med_type": "SheetKindWrong"}),
        ({"med_type": "11"}, {"med_type": "SheetKindWrong"}),
        ({"fixmedins_name": "  "}, {"fixmedins_name": "HospitalMissing"}),
        ({"fixmedins_name": "院" * 201}, {"fixmedins_name": "SheetTextTooLong"}),
        ({"fixmedins_name": "某\0院"}, {"fixmedins_name": "SheetUnprintable"}),
        ({"fixmedins_name": "某\u202e院"}, {"fixmedins_name": "SheetUnprintable"}),
        ({"invono": "1\n2"}, {"invono": "SheetUnprintable"}),
        ({"invono": "1" * 21}, {"invono": "SheetTextTooLong"}),
        ({"stated_setl_id": "N" * 31}, {"stated_setl_id": "SheetTextTooLong"}),
        ({"stated_setl_id": "编号"}, {"stated_setl_id": "StatedNumberWrong"}),
        ({"stated_setl_id": own_number(2024, 7)}, {"stated_setl_id": "StatedNumberOwn"}),
        ({"stated_setl_id": make_id(1)}, {"stated_setl_id": "SheetHoldsCertno"}),
        ({"fixmedins_name": f"某院 {make_id(1)}"}, {"fixmedins_name": "SheetHoldsCertno"}),
        ({"med_type": "14", "dise_codg": "K35"}, {"dise_codg": "DiseaseCodeWrong"}),
        ({"dise_codg": "张三 13800000000"}, {"dise_codg": "DiseaseCodeWrong"}),
        ({"invono": "张三"}, {"invono": "InvoiceNumberWrong"}),
        ({"medfee_sumamt": ""}, {"medfee_sumamt": "AmountMissing"}),
        ({"medfee_sumamt": "0"}, {"medfee_sumamt": "AmountMissing"}),
        ({"inscp_scp_amt": "400000"}, {"inscp_scp_amt": "SheetScopeOverTotal"}),
        ({"psn_part_amt": ""}, {"psn_part_amt": "AmountMissing"}),
        ({"inscp_scp_amt": ""}, {"inscp_scp_amt": "AmountMissing"}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(changed, wrong):
    assert reasons(**changed) == wrong


def test_every_field_that_is_wrong_is_told_in_the_order_of_the_paper():
    _, faults = read_sheet({}, TODAY)
    assert [fault.field for fault in faults] == [
        *("med_type", "fixmedins_name", "setl_time"),
        *("medfee_sumamt", "inscp_scp_amt", "psn_part_amt"),
    ]


def test_what_is_no_field_of_a_sheet_is_ignored():
    """Bad input 40: a status or an approved sum is nothing a member says."""
    more = {"status": "paid", "approved_fen": "1", "payable_fen": "1", "setl_id": "X"}
    assert read_sheet(RIGHT | more, TODAY) == read_sheet(RIGHT, TODAY)


def test_markup_and_formulas_are_texts():
    """Bad inputs 47 and 79: kept as they are typed; whoever shows them escapes them."""
    for name in ("{{7*7}}", "<script>alert(1)</script>", '=HYPERLINK("http://x")'):
        read, faults = read_sheet(RIGHT | {"fixmedins_name": name}, TODAY)
        assert faults == []
        assert read is not None
        assert read.fixmedins_name == name


def test_the_largest_amount_is_an_amount():
    assert reasons(oth_pay=f"{MOST_FEN // 100}.00") == {}


def test_own_numbers_are_known_and_nothing_else_is_one():
    assert own_number(2024, 123) == "HZ-2024-000123"
    assert is_own_number(own_number(2024, 12_345_678))
    for other in ("HZ-2024-00012", "hz-2024-000123", "HZ2024000123", " HZ-2024-000123", "S1", ""):
        assert not is_own_number(other)


@given(
    st.dictionaries(
        st.sampled_from(FIELDS),
        st.text(max_size=40)
        | st.sampled_from(
            ["-1", "1.1", "2023-05-05", "2023-05-05T10:00:00", "22", "9" * 30, "\x00", "\ud800"]
        ),
    )
)
def test_whatever_is_typed_gets_a_sheet_or_reasons(typed):
    read, faults = read_sheet(RIGHT | typed, TODAY)
    assert (read is None) == bool(faults)
    named = {*typed}.union(*(COMPARED.get(field, ()) for field in typed))
    assert {fault.field for fault in faults} <= named
    if read is not None:
        assert faults_of(read, TODAY) == []
        assert all(0 <= getattr(read, field) <= MOST_FEN for field in AMOUNTS)
        assert all(len(getattr(read, field)) <= longest for field, longest in LONGEST.items())
