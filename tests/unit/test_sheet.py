"""A roster's cells become people, faults and notes, and every row is one of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import FileFault
from app.files import faults
from app.files.cells import Book, Formula, Merge, Sheet
from app.roster import sheet
from app.roster.columns import HeadingTwice
from app.roster.sheet import (
    MAX_ROWS,
    RosterEmpty,
    RosterHeadingsMissing,
    RosterTooLong,
    read_roster,
)
from app.texts.roster import WORDS
from tests.factories import make_account, make_id, make_name, roster_rows

TODAY = date(2024, 6, 1)
HEADINGS = ["姓名", "身份证号", "银行账号", "出生日期"]
BORN = date(1988, 2, 29)
ONE = make_id(1, born=BORN)


def read(*rows, headings=HEADINGS, merges=(), hidden=()):
    made = Sheet("花名册", [headings, *rows], tuple(merges))
    return read_roster(Book("xlsx", (made,), tuple(hidden)), TODAY)


def reasons(roster):
    return [(fault.line, fault.field, fault.reason) for fault in roster.faults]


def notes(roster):
    return [(note.line, note.reason) for note in roster.notes]


def test_a_clean_roster_is_all_people():
    roster = read_roster(Book("csv", (Sheet("", roster_rows(50)),)), TODAY)
    assert roster.total == len(roster.rows) == 50
    assert roster.faults == roster.notes == []
    assert roster.heading_line == 1
    third = roster.rows[2]
    assert (third.line, third.name, third.certno, third.bank_account) == (
        4,
        make_name(2),
        make_id(2),
        make_account(2),
    )


@pytest.mark.parametrize(
    "headings",
    [
        ["姓名", "身份证号"],
        [" 姓 名 ", "身份证号码"],
        ["*姓名", "公民身份号码\uff08必填\uff09"],
        ["姓名*\uff1a", "身份证号 (18 位)"],
        ["Name", "Citizen ID"],
        ["psn_name", "certno"],
        ["姓名", "居民身份证\n号码"],
    ],
)
def test_headings_as_people_write_them(headings):
    assert len(read(["王安", ONE], headings=headings).rows) == 1


def test_columns_come_in_any_order_and_others_are_ignored():
    roster = read(
        [1, "13800000000", ONE, "男", "王安"], headings=["序号", "电话", "身份证号", "性别", "姓名"]
    )
    assert roster.rows[0].name == "王安"
    assert roster.rows[0].bank_account is None


def test_a_title_above_the_headings_and_blank_rows_between_keep_the_line_numbers():
    sheet = Sheet("", [["某单位花名册"], [], ["姓名", "身份证号"], [], ["王安", ONE], [None, " "]])
    roster = read_roster(Book("xlsx", (sheet,)), TODAY)
    assert (roster.heading_line, roster.total) == (3, 1)
    assert roster.rows[0].line == 5


def test_rows_where_only_the_printed_number_stands_are_blank():
    roster = read([1, "王安", ONE], [2, "", None], [3], headings=["序号", "姓名", "身份证号"])
    assert (roster.total, roster.faults) == (1, [])


def test_a_row_with_anything_else_in_it_is_never_dropped():
    roster = read(["", "", "", "13800000000"], headings=["序号", "姓名", "身份证号", "电话"])
    assert reasons(roster) == [(2, "certno", "CertnoMissing")]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (None, "NameMissing"),
        ("   ", "NameMissing"),
        ("\u3000", "NameMissing"),
        ('=HYPERLINK("http://example.invalid","王安")', "NameFormula"),
        (" =1+1", "NameFormula"),
        ("+王安", "NameFormula"),
        ("-", "NameFormula"),
        ("@SUM(A1)", "NameFormula"),
        ("\uff1d1", "NameFormula"),
        ("\uff20王", "NameFormula"),
        ("'=1+1", "NameFormula"),
        (Formula("=A1", "王安"), "NameFormula"),
        (Formula("#N/A"), "NameFormula"),
        (12, "NameIsNumber"),
        (True, "NameIsNumber"),
        (date(2024, 1, 1), "NameIsNumber"),
        ("王\u202e安", "NameUnseen"),
        ("王\u2066安", "NameUnseen"),
        ("王\u200b安", "NameUnseen"),
        ("王\x00安", "NameUnseen"),
        ("王\n安", "NameUnseen"),
        ("王\u2028安", "NameUnseen"),
        ("王?", "NameDamaged"),
        ("王\uff1f", "NameDamaged"),
        ("王\ufffd", "NameDamaged"),
        ("王" * 51, "NameTooLong"),
    ],
)
def test_a_name_that_is_refused(name, reason):
    roster = read([name, ONE], ["李平", make_id(2)])
    assert reasons(roster) == [(2, "name", reason)]
    assert [row.name for row in roster.rows] == ["李平"]


@pytest.mark.parametrize(
    "name",
    [
        "赵堃",
        "李㛃",
        "龚䶮",
        "王𬭚",
        "买买提·艾力",
        "Anna-Maria O'Neil",
        "欧阳 明",
        "王" * 50,
        "𠮷田",
    ],
)
def test_a_name_that_is_rare_and_right(name):
    roster = read([f" {name} ", ONE])
    assert [row.name for row in roster.rows] == [name]
    assert roster.notes == []


def test_a_private_use_character_is_noted():
    roster = read(["王\ue863", ONE])
    assert notes(roster) == [(2, "NamePrivate")]
    assert len(roster.rows) == 1


@pytest.mark.parametrize(
    ("certno", "reason"),
    [
        (None, "CertnoMissing"),
        (" ", "CertnoMissing"),
        (float(ONE[:-1] + "0"), "CertnoIsNumber"),
        (410599198802290019, "CertnoIsNumber"),
        (410503700101123, "CertnoIsNumber"),
        (float("nan"), "CertnoIsNumber"),
        ("4.10599E+17", "CertnoIsNumber"),
        (True, "CertnoIsNumber"),
        (date(1988, 2, 29), "CertnoIsNumber"),
        (Formula("=A1&B1", ONE), "CertnoFormula"),
        (f'="{ONE}"', "CertnoFormula"),
        ("410503700101123", "CertnoOldStyle"),
        (ONE[:-1], "CertnoLength"),
        (ONE[:9] + "\x00" + ONE[10:], "CertnoCharacters"),
        (ONE[:-1] + ("0" if ONE[-1] != "0" else "1"), "CertnoCheckDigit"),
        (make_id(1, born=date(2024, 6, 2)), "CertnoBornLater"),
    ],
)
def test_an_id_that_is_refused(certno, reason):
    roster = read(["王安", certno], ["李平", make_id(2)])
    assert reasons(roster) == [(2, "certno", reason)]
    assert len(roster.rows) == 1


def test_full_width_and_zero_width_are_tidied_up_and_noted():
    wide = "".join(chr(ord(c) + 0xFEE0) for c in ONE)
    roster = read(["王安", wide], ["李平", f"\u200b{make_id(2)}"], ["张宁", f" {make_id(3)} "])
    assert [row.certno for row in roster.rows] == [ONE, make_id(2), make_id(3)]
    assert notes(roster) == [(2, "CertnoTidied"), (3, "CertnoTidied")]


def test_an_unusual_region_is_noted():
    roster = read(["王安", make_id(1, region="991231")], ["李平", make_id(2, region="000000")])
    assert (len(roster.rows), notes(roster)) == (2, [(3, "CertnoRegion")])


def test_the_same_person_twice_names_the_first_line():
    roster = read(["王安", ONE], ["李平", make_id(2)], ["王安", ONE.lower()], ["王安", f" {ONE}"])
    assert reasons(roster) == [(4, "certno", "CertnoTwice"), (5, "certno", "CertnoTwice")]
    assert {fault.facts["first_line"] for fault in roster.faults} == {2}


def test_twice_counts_also_where_the_first_row_is_refused_for_another_reason():
    roster = read(["=1", ONE], ["王安", ONE])
    assert reasons(roster) == [(2, "name", "NameFormula"), (3, "certno", "CertnoTwice")]


@pytest.mark.parametrize(
    "account", [make_account(1), "6221 9900 0000 0000 008", "6221-9900-0000-0000-008", None, ""]
)
def test_an_account_is_optional_and_loses_its_blanks(account):
    roster = read(["王安", ONE, account])
    assert roster.rows[0].bank_account in (None, make_account(1), "6221990000000000008")
    assert roster.notes == []


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        (6221990000000000008, "AccountIsNumber"),
        (6.22199e18, "AccountIsNumber"),
        ("6.22199E+18", "AccountIsNumber"),
        ("1234567", "AccountFormat"),
        ("1" * 33, "AccountFormat"),
        ("工商银行", "AccountFormat"),
        (Formula("=C1", "6221990000000000008"), "AccountFormula"),
        ("=6221990000000000008", "AccountFormula"),
    ],
)
def test_an_account_that_is_refused(account, reason):
    assert reasons(read(["王安", ONE, account])) == [(2, "account", reason)]


def test_a_card_number_that_fails_luhn_is_noted_and_a_passbooks_is_not():
    wrong_card = make_account(1)[:-1] + str((int(make_account(1)[-1]) + 1) % 10)
    roster = read(["王安", ONE, wrong_card], ["李平", make_id(2), "1706020001000000012345"])
    assert notes(roster) == [(2, "AccountLuhn")]
    assert len(roster.rows) == 2


@pytest.mark.parametrize(
    "birth",
    [
        None,
        "",
        BORN,
        "1988-02-29",
        "1988/2/29",
        "1988.02.29",
        "1988年2月29日",
        "19880229",
        19880229,
        "1988-02",
        "1988年2月",
        "198802",
        Formula("=MID(B2,7,8)", "19880229"),
    ],
)
def test_a_birth_date_that_agrees(birth):
    roster = read(["王安", ONE, None, birth])
    assert (len(roster.rows), roster.notes) == (1, [])


@pytest.mark.parametrize(
    "birth",
    [date(1988, 2, 28), "1988-03", "19880301", "1988-02-30", Formula("=C2", "1988-02-28")],
)
def test_a_birth_date_that_differs_refuses_the_row(birth):
    assert reasons(read(["王安", ONE, None, birth])) == [(2, "birth", "BirthDiffers")]


def test_a_birth_date_of_the_other_epoch_is_called_by_its_name():
    assert reasons(read(["王安", ONE, None, date(1992, 3, 1)])) == [(2, "birth", "Birth1904")]
    assert reasons(read(["王安", ONE, None, date(1984, 2, 28)])) == [(2, "birth", "Birth1904")]


@pytest.mark.parametrize("birth", ["不详", 32202, 1988.1, True])
def test_an_unreadable_birth_date_is_noted(birth):
    roster = read(["王安", ONE, None, birth])
    assert (len(roster.rows), notes(roster)) == (1, [(2, "BirthUnreadable")])


def test_merged_cells_refuse_the_rows_they_join():
    roster = read(
        ["王安", ONE],
        [None, make_id(2)],
        ["李平", make_id(3)],
        merges=[Merge(2, 3, 0, 0), Merge(4, 4, 4, 5)],
    )
    assert reasons(roster) == [(2, "row", "CellsMerged"), (3, "row", "CellsMerged")]
    assert [row.line for row in roster.rows] == [4]


def test_a_merged_title_and_headings_over_two_lines_are_no_hindrance():
    rows = [
        ["某单位", None, None],
        ["姓名", "身份证号", "住址"],
        [None, None, "街道"],
        ["王安", ONE],
    ]
    merges = (Merge(1, 1, 0, 2), Merge(2, 3, 0, 0), Merge(2, 3, 1, 1))
    roster = read_roster(Book("xlsx", (Sheet("", rows, merges),)), TODAY)
    assert (roster.total, len(roster.rows)) == (1, 1)


def test_merges_without_end_are_read_once():
    merges = [Merge(2, 1_048_576, 0, 16_383)] * 2_000
    roster = read(*[["王安", make_id(n)] for n in range(500)], merges=merges)
    assert (len(roster.faults), roster.total) == (500, 500)


def test_a_hidden_sheet_is_reported():
    roster = read(["王安", ONE], hidden=["旧名单"])
    assert [(note.line, note.reason, note.facts) for note in roster.notes] == [
        (0, "SheetHidden", {"sheet": "旧名单"})
    ]


def test_the_first_visible_roster_is_read_and_the_others_are_named():
    instructions = Sheet("说明", [["请填写姓名和身份证号"]])
    first = Sheet("一车间", [["姓名", "身份证号"], ["王安", ONE]])
    second = Sheet("二车间", [["姓名", "身份证号"], ["李平", make_id(2)]])
    roster = read_roster(Book("xlsx", (instructions, first, second)), TODAY)
    assert [row.name for row in roster.rows] == ["王安"]
    assert roster.sheet is first
    assert [(note.reason, note.facts) for note in roster.notes] == [
        ("SheetNotRead", {"sheet": "二车间"})
    ]


def test_two_tables_side_by_side_are_refused():
    with pytest.raises(HeadingTwice):
        read(["王安", ONE, "李平", make_id(2)], headings=["姓名", "身份证号", "姓名", "身份证号"])


@pytest.mark.parametrize("rows", [[], [["姓名", "电话"]], [[]] * 20 + [["姓名", "身份证号"]]])
def test_no_headings_is_a_fault_of_the_file(rows):
    with pytest.raises(RosterHeadingsMissing):
        read_roster(Book("csv", (Sheet("", rows),)), TODAY)


def test_nobody_below_the_headings_is_a_fault_of_the_file():
    with pytest.raises(RosterEmpty):
        read([None, " "])


def test_one_row_over_the_limit_is_a_fault_of_the_file():
    over = [["王安", "x"]] * (MAX_ROWS + 1)
    with pytest.raises(RosterTooLong) as refused:
        read(*over)
    assert refused.value.facts == {"limit": 100_000, "rows": 100_001}
    assert isinstance(refused.value, FileFault)
    assert read(*over[1:]).total == MAX_ROWS


CELLS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.sampled_from([make_id(n) for n in range(5)]),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.builds(Formula, st.text(max_size=5), st.none() | st.text(max_size=5)),
)


@given(st.lists(st.lists(CELLS, max_size=5), min_size=1, max_size=20))
def test_rows_in_are_rows_out_whatever_the_cells(rows):
    roster = read(*rows, ["王安", ONE])
    lines = [row.line for row in roster.rows] + [fault.line for fault in roster.faults]
    filled = [
        line
        for line, row in enumerate([*rows, ["王安", ONE]], 2)
        if any(cell is not None and str(cell).strip() for cell in row)
    ]
    assert sorted(lines) == filled
    assert roster.total == len(lines)
    assert len({row.certno for row in roster.rows}) == len(roster.rows)
    for fault in [*roster.faults, *roster.notes]:
        assert all(text % fault.facts for text in WORDS[fault.reason])


def test_every_fault_of_a_file_has_words():
    kinds = [
        kind
        for module in (faults, sheet)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, FileFault) and kind is not FileFault
    ]
    assert len(kinds) > 10
    assert {kind.__name__ for kind in kinds} <= WORDS.keys()


def test_no_fault_or_note_carries_personal_data():
    roster = read(
        ["王安", ONE], ["王\u202e安", make_id(2)], ["李平", ONE], ["张宁", make_id(3), "12"]
    )
    assert roster.faults
    told = repr([roster.faults, roster.notes])
    assert not any(secret in told for secret in ("王", "李平", ONE, make_id(2), make_id(3)))
