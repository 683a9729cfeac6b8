"""Names of sheets: as they read, and as spreadsheets take them."""

import io

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.files.sheet_names import sheet_names

TITLES = {
    "The fund's balance": "The fund's balance",
    "Claims: paid/sent [2023]?": "Claims paid-sent (2023)",
    "办理时长（2023 年 5 月到账）": "办理时长（2023 年 5 月到账）",
    "How long it took (money that arrived in 2023-05)": "How long it took",
    "Contributions of the units and their workers": "Contributions of the units and",
    "很" * 40: "很" * 31,
    "\N{CJK UNIFIED IDEOGRAPH-2CB5A}" * 20: "\N{CJK UNIFIED IDEOGRAPH-2CB5A}" * 15,
    "'quoted'": "quoted",
    "History": "History 2",
    "?*": "Sheet",
}


def test_a_name_reads_as_its_title_does() -> None:
    assert {title: sheet_names([title])[0] for title in TITLES} == TITLES


def test_those_alike_are_numbered_and_stay_as_short() -> None:
    titles = ["By union", "by union", "By union", "很" * 40, "很" * 41]
    made = ["By union", "by union 2", "By union 3", "很" * 31, "很" * 29 + " 2"]
    assert sheet_names(titles) == made


@given(st.lists(st.one_of(st.text(), st.sampled_from([*TITLES, "x 2", "X"])), max_size=12))
def test_whatever_the_titles_every_spreadsheet_takes_the_names(titles: list[str]) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in sheet_names(titles):
            book.add_worksheet(name)  # refuses what is too long, forbidden or there already
            assert len(name.encode("utf-16-le")) <= 62
            assert name == name.strip()
            assert name.casefold() != "history"
    assert not titles or load_workbook(io.BytesIO(out.getvalue())).sheetnames == sheet_names(titles)
