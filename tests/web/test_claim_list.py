"""The list of claims: filters in the address, pages that end, views of one's own, and as a file."""

import csv
import io
import re

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import text

from app.db import db, transaction
from app.dispatch import drain_all
from app.lists import read_listing as read
from app.lists.order import Ordered, order_list_file
from app.lists.tables_out import csv_of, workbook_of
from tests.factories import make_id, make_name
from tests.web.browser import Browser, words
from tests.web.fund import ZHAO, Fund

LIST = "/office/claims/{}"
STATES = ("paid", "held", "closed", "payable", "sent", "card_wanted", "review")
CITY = 1
CLAIM = re.compile(r"/office/members/([0-9]+)/claims/([0-9]+)")


@pytest.fixture
def north(web: Flask, fund: Fund) -> Browser:
    """An officer of a district, where Qian is and Zhao is not."""
    return Browser(web).sign_in("north")


def shown(browser: Browser, address: str) -> list[int]:
    """The claims of a list, page after page, in its order."""
    found, at = [], address
    while at:
        page = browser.get(at).text
        found += [int(claim) for _, claim in dict.fromkeys(CLAIM.findall(page))]
        following = re.search(r'href="([^"]*after=[^"]*)"', page)
        at = following[1].replace("&amp;", "&") if following else ""
    return found


def rows_of(content: bytes) -> list[list[str]]:
    return [*csv.reader(io.StringIO(content.decode("utf-8-sig")))]


def test_filters_leave_out_what_does_not_fit(officer: Browser) -> None:
    every = shown(officer, LIST.format("paid"))
    assert len(every) > 3
    some = 0
    for state in STATES:
        whole = shown(officer, LIST.format(state))
        parts = [shown(officer, LIST.format(f"{state}?year={x}")) for x in range(2018, 2023)]
        assert sorted(claim for part in parts for claim in part) == whole
        some += len([part for part in parts if part])
    assert some > 4
    assert shown(officer, LIST.format("paid?care=chronic")) != []
    split = [
        *shown(officer, LIST.format("paid?care=chronic")),
        *shown(officer, LIST.format("paid?care=inpatient")),
    ]
    assert sorted(split) == every
    some = LIST.format("paid?care=chronic")
    assert f"共 {len(shown(officer, some))} 条" in officer.read(some)
    early = shown(officer, LIST.format("paid?last=2021-04-30"))
    late = shown(officer, LIST.format("paid?first=2021-05-01"))
    assert early
    assert late
    assert sorted(early + late) == every
    large = shown(officer, LIST.format("paid?least=1000.01"))
    small = shown(officer, LIST.format("paid?most=1000"))
    assert large
    assert small
    assert sorted(large + small) == every
    assert shown(officer, LIST.format("paid?order=newest")) == every[::-1]
    nonsense = "paid?year=20x1&care=tea&first=soon&least=-1&order=up"
    assert shown(officer, LIST.format(nonsense)) == every


def test_pages_end_and_keep_their_filters_though_few_are_looked_through(
    officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = shown(officer, LIST.format("paid?least=1000"))
    newest = shown(officer, LIST.format("paid?least=1000&order=newest"))
    monkeypatch.setattr(read, "COUNTED_TO", 1)  # the first look finds too few, the second all
    assert shown(officer, LIST.format("paid?least=1000")) == wanted
    monkeypatch.setattr(read, "LOOKED_THROUGH", 2)
    assert shown(officer, LIST.format("paid?least=1000&size=1")) == wanted
    assert (
        shown(officer, LIST.format("paid?least=1000&order=newest&size=1")) == newest == wanted[::-1]
    )


def test_13_a_list_and_its_files_hold_nothing_of_another_union(
    fund: Fund, officer: Browser, north: Browser
) -> None:
    for state in STATES:
        page = north.get(LIST.format(f"{state}?least=0")).text
        assert "/office/members/1/" not in page
        file = north.post(LIST.format(f"{state}/file"), form="csv").data.decode()
        assert make_name(ZHAO) not in file
    assert shown(north, LIST.format("closed"))
    district = LIST.format(f"closed?district={fund.district_id}")
    assert shown(officer, district) == shown(north, LIST.format("closed"))
    assert north.get(LIST.format(f"closed?district={CITY}")).status_code == 404
    for form in ("csv", "xlsx"):
        other = north.post(LIST.format(f"closed/file?district={CITY}"), form=form)
        assert other.status_code == 404


def test_a_file_has_every_row_masked_and_is_on_record(web: Flask, officer: Browser) -> None:
    every = shown(officer, LIST.format("paid?year=2021"))
    answer = officer.post(LIST.format("paid/file?year=2021"), form="csv")
    head, *rows = rows_of(answer.data)
    assert len(rows) == len(every)
    assert len({len(row) for row in (head, *rows)}) == 1
    # What was granted, of claims that are paid: not what is still to be paid.
    assert "补助金额" in head
    assert "应补助" not in head
    assert {row[0] for row in rows} >= {make_name(ZHAO)}
    assert make_id(ZHAO) not in answer.text
    assert make_id(ZHAO)[:6] in answer.text
    book = load_workbook(
        io.BytesIO(officer.post(LIST.format("paid/file?year=2021"), form="xlsx").data)
    )
    days = slice(0, len("2021-04-12"))
    assert [
        [*[cell.value for cell in row][:3], str(row[3].value)[days]]
        for row in book.active.iter_rows(min_row=2)
    ] == [row[:4] for row in rows]
    with web.app_context():
        logged = db.session.execute(
            text("SELECT what, filters, form FROM export_log ORDER BY id DESC")
        ).all()
    assert [tuple(each) for each in logged[:2]] == [
        ("claims.paid", "year=2021", "xlsx"),
        ("claims.paid", "year=2021", "csv"),
    ]


def test_79_no_cell_of_a_file_is_a_formula() -> None:
    rows = [["=1+1", "@x", -100], ["+49", None, 5], ["＝1+1", "＠x", 0], ["＋49", "－1", 1]]
    assert rows_of(b"".join(csv_of(["a", "b", "c"], rows)))[1:] == [
        ["'=1+1", "'@x", "-1.00"],
        ["'+49", "", "0.05"],
        ["'＝1+1", "'＠x", "0.00"],
        ["'＋49", "'－1", "0.01"],
    ]
    sheet = load_workbook(io.BytesIO(workbook_of("a", ["a", "b", "c"], rows) or b"")).active
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "n"]


def test_a_workbook_has_an_end_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.lists.tables_out.MOST_IN_WORKBOOK", 2)
    assert workbook_of("a", ["a"], [["x"]] * 2)
    assert workbook_of("a", ["a"], [["x"]] * 3) is None


def test_a_longer_one_is_made_by_a_worker_for_who_asked(
    web: Flask, fund: Fund, officer: Browser, north: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.lists.tables_out.MOST_IN_WORKBOOK", 1)
    address = LIST.format("closed/file?order=newest")
    page = officer.post(address, form="xlsx").location
    assert "data-poll" in officer.get(page).text
    assert officer.get(f"{page}/file").status_code == 404
    officer.post(address, form="xlsx")
    assert officer.post(address, form="xlsx").location.startswith("/office/claims/closed")
    assert "正在生成" in officer.read(LIST.format("closed"))
    with web.app_context():
        assert drain_all().in_trouble == 0
    assert "data-poll" not in officer.get(page).text
    file = officer.get(f"{page}/file")
    sheet = load_workbook(io.BytesIO(file.data)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [
        row[0] for row in rows_of(officer.post(address, form="csv").data)[1:]
    ]
    for place in (page, f"{page}/file"):
        assert north.get(place).status_code == 404
    second = Browser(web).sign_in("officer2")
    assert second.get(f"{page}/file").status_code == 404


def test_of_a_right_that_was_taken_away_nothing_is_made(web: Flask, fund: Fund) -> None:
    asked = Ordered("claims", "paid", {}, "", None, CITY, "zh")
    with web.app_context(), transaction() as session:  # an officer of a district asks for the city
        made = order_list_file(session, asked, by=fund.of_district)
    with web.app_context():
        assert drain_all().in_trouble == 0
        state = text("SELECT state, trouble, file_id FROM list_file WHERE id = :id")
        found = db.session.execute(state, {"id": made}).one()
    assert tuple(found) == ("failed", "NoRight", None)


def test_a_view_is_kept_for_its_account_alone(officer: Browser, north: Browser) -> None:
    answer = officer.post(LIST.format("paid/view?year=2021&order=newest&q=nobody"), name=" 大额 ")
    assert answer.status_code == 302
    page = officer.get(LIST.format("held"))
    assert "大额" in words(page.text)
    assert '/office/claims/paid?year=2021&amp;order=newest"' in page.text
    assert "大额" not in words(north.get(LIST.format("held")).text)
    view = re.search(r"/office/claims/views/([0-9]+)/forget", page.text)[1]
    assert north.post(f"/office/claims/views/{view}/forget").status_code == 404
    assert officer.post(f"/office/claims/views/{view}/forget").status_code == 302
    assert "大额" not in words(officer.get(LIST.format("held")).text)


def test_a_view_wants_a_name(officer: Browser) -> None:
    officer.post(LIST.format("paid/view"), name=" ")
    assert "40" in words(officer.get(LIST.format("paid")).text)


def test_units_go_out_as_a_file_each_union_its_own(officer: Browser, north: Browser) -> None:
    head, *rows = rows_of(officer.post("/office/units/2021/file", form="csv").data)
    assert {row[0] for row in rows} == {"市纺织机械厂", "北区第三小学", "滨河物业服务有限公司"}
    assert len(head) == 7
    assert rows[0][-3:] == ["200.00", "200.00", "0.00"]
    some = rows_of(officer.post("/office/units/2021/file?paid=part", form="csv").data)
    assert len(some) == 2
    own = rows_of(north.post("/office/units/2021/file", form="csv").data)
    assert [row[0] for row in own[1:]] == ["北区第三小学"]
    assert officer.post("/office/units/2021/file", form="exe").status_code == 400
    assert officer.post("/office/units/2021/file?paid=maybe", form="csv").status_code == 404
