"""Headings as people write them, wherever they stand."""

from datetime import date

import pytest

from app.files.cells import Book, Merge, Sheet
from app.roster.columns import HeadingTwice, find_headings
from app.roster.sheet import RosterHeadingsMissing, read_roster
from app.texts import LANGUAGES, say
from tests.factories import make_account, make_id

TODAY = date(2024, 6, 1)
ONE = make_id(1)


def read(*rows, merges=(), sheets=()):
    book = Book("xlsx", (*sheets, Sheet("花名册", rows, tuple(merges))))
    return read_roster(book, TODAY)


@pytest.mark.parametrize(
    "name", ["姓名", "职工姓名", "名字", "*姓名", "姓 名", "【姓名】", "Full name"]
)
@pytest.mark.parametrize(
    "certno",
    [
        "身份证号",
        "身份证号码",
        "公民身份号码",
        "证件号码",
        "身份证号\uff08必填\uff09",
        "身份证\n号码:",
        "3、身份证号",
        "★身份证号(18位)",
        "\u200b身份证号",
        "ID Number",
    ],
)
@pytest.mark.parametrize(
    "account", ["银行卡号", "银行账号", "工资卡号", "银行卡号[选填]", "Bank account"]
)
def test_every_way_of_saying_it(name, certno, account):
    roster = read([account, certno, name], [make_account(1), ONE, "王安"])
    assert roster.rows == [(2, "王安", ONE, make_account(1))]
    assert roster.notes == []


def test_columns_nobody_reads_are_told():
    roster = read(["姓名", "性别", "身份证号", "手机号", ""], ["王安", "男", ONE, "13800000000"])
    assert [(x.line, x.reason, x.facts) for x in roster.notes] == [
        (0, "ColumnsIgnored", {"columns": "性别"})
    ]


def test_a_birth_date_is_compared_and_a_sex_is_not():
    headings = ["姓名", "身份证号", "性别", "出生年月日"]
    roster = read(
        headings, ["王安", ONE, "女", "1960-01-01"], ["李平", make_id(2), "男", "1961-01-01"]
    )
    assert [x.line for x in roster.rows] == [2]
    assert [x.reason for x in roster.faults] == ["BirthDiffers"]


def test_empty_lines_and_columns_a_title_and_instructions_before():
    instructions = Sheet("填写说明", [["一、请填写姓名和身份证号"], ["二、姓名照身份证"]])
    roster = read(
        [],
        [None, None, "某单位花名册"],
        [None, None, "填报日期：2024年"],
        [],
        [None, None, "姓名", None, "身份证号"],
        [None, None, "王安", None, ONE],
        merges=[Merge(2, 2, 2, 4)],
        sheets=[instructions],
    )
    assert [(x.line, x.name) for x in roster.rows] == [(6, "王安")]
    assert roster.heading_line == 5


def test_headings_in_two_lines_some_of_them_merged():
    roster = read(
        ["花名册"],
        ["序号", "姓名", "证件", None, "银行"],
        [None, None, "类型", "身份证号", "卡号"],
        [1, "王安", "身份证", ONE, make_account(1)],
        merges=[Merge(1, 1, 0, 4), Merge(2, 3, 0, 0), Merge(2, 3, 1, 1), Merge(2, 2, 2, 3)],
    )
    assert roster.rows == [(4, "王安", ONE, make_account(1))]


def test_headings_said_again_in_another_language():
    roster = read(["姓名", "身份证号"], ["Name", "ID number"], ["王安", ONE])
    assert [x.line for x in roster.rows] == [3]
    assert (roster.heading_line, roster.last_heading_line) == (1, 2)


def test_a_person_called_like_a_heading_is_a_person():
    roster = read(["姓名", "身份证号"], ["名字", ONE])
    assert [x.name for x in roster.rows] == ["名字"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_columns_of_one_meaning_are_both_named(lang):
    with pytest.raises(HeadingTwice) as refused:
        read(["姓名", "x", "身份证号", "证件 号码"], ["王安", None, ONE, ONE])
    told = say(refused.value, lang)
    assert "C 身份证号" in told
    assert "D 证件 号码" in told
    assert "1" in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_headings_it_is_said_what_was_looked_for_and_where(lang):
    with pytest.raises(RosterHeadingsMissing) as refused:
        read(["王安", ONE], sheets=[Sheet("说明", [["请填写"]])])
    told = say(refused.value, lang)
    assert all(text in told for text in ("姓名", "身份证号", "说明、花名册", "20"))


def test_the_reasons_of_an_earlier_copy_are_no_column_of_a_person():
    rows = [["姓名", "身份证号", "错误说明(共 2 行)"], ["王安", ONE, ""], [None, "", "没有姓名。"]]
    roster = read(*rows)
    assert (roster.total, roster.reasons_column, roster.notes) == (1, 2, [])
    assert find_headings(Sheet("", [["name", "id", "What is wrong (1 rows)"]])).reasons == 2


def test_cells_by_the_million_at_the_top_are_looked_at_in_no_time():
    wide = [["x" * 90] * 16_000] * 23
    with pytest.raises(RosterHeadingsMissing):
        read(*wide)
