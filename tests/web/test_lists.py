"""Lists by their description: pages in every order, filters, searches, views, files."""

import csv
import gc
import io
import re

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.pool import QueuePool

from app.db import db, transaction
from app.lists.listing import Asks
from app.lists.listings import LISTINGS
from app.roster.members import add_members, set_names
from app.texts import word
from app.texts.listed import CHOICES, COLUMNS, FILTERS, NAMES, ORDERS
from tests.factories import make_id, make_name
from tests.web.browser import Browser, words
from tests.web.fund import ZHAO, Fund
from tests.web.rich import Rich

LISTS = "/office/lists/{}"
ROW = re.compile(r'<td class="lead-cell"><a href="([^"]+)">')


@pytest.fixture(scope="module")
def rich(web: Flask, fund: Fund) -> Rich:
    return Rich(web, fund).make()


def shown(browser: Browser, address: str) -> list[str]:
    """The rows of a list by where they lead, page after page."""
    found, at = [], address
    while at:
        page = browser.get(at)
        assert page.status_code == 200, at
        found += ROW.findall(page.text)
        following = re.search(r'href="([^"]*after=[^"]*)"', page.text)
        at = following[1].replace("&amp;", "&") if following else ""
    return found


def rows_of(content: bytes) -> list[list[str]]:
    return [*csv.reader(io.StringIO(content.decode("utf-8-sig")))]


def test_every_order_has_every_row_once(rich: Rich) -> None:
    for name, listing in LISTINGS.items():
        every = shown(rich.one, LISTS.format(name))
        assert every or name == "recoveries", name
        assert not every or f"共 {len(every)} 条" in rich.one.read(LISTS.format(name)), name
        for sort in listing.sorts:
            paged = f"{LISTS.format(name)}?order={sort.name}&size=2"
            assert sorted(shown(rich.one, paged)) == sorted(every), (name, sort.name)
    first = shown(rich.one, LISTS.format("payments"))
    assert shown(rich.one, LISTS.format("payments?order=oldest")) == first[::-1]


def test_a_filter_leaves_the_rows_that_fit_and_no_other(rich: Rich) -> None:
    tried = 0
    for name, listing in LISTINGS.items():
        every = shown(rich.one, LISTS.format(name))
        for each in listing.filters:
            at = LISTS.format(f"{name}?{each.name}=")
            if each.asks is Asks.CHOICE:
                parts = [shown(rich.one, at + choice) for choice in each.choices]
                assert sorted(x for part in parts for x in part) == sorted(every), (name, each)
                tried += len([part for part in parts if part]) > 1
            assert shown(rich.one, f"{at}nonsense&x=1") == every or each.asks is Asks.WORDS
    assert tried >= 2
    every = shown(rich.one, LISTS.format("payments"))
    large = shown(rich.one, LISTS.format("payments?least=1000.01"))
    small = shown(rich.one, LISTS.format("payments?most=1000"))
    assert large
    assert small
    assert sorted(large + small) == sorted(every)
    assert len(shown(rich.one, LISTS.format("units?q=小学"))) == 1
    assert shown(rich.one, LISTS.format("members?capped=2021")) == ["/office/members/1"]
    assert len(shown(rich.one, LISTS.format("rosters?year=2019"))) == 1


def test_13_a_list_and_its_file_hold_nothing_of_another_union(web: Flask, rich: Rich) -> None:
    north = Browser(web).sign_in("north")
    for name in ("payments", "rosters", "members", "units"):
        own = shown(north, LISTS.format(name))
        city = shown(rich.one, LISTS.format(name))
        assert 0 < len(own) < len(city), name
        assert {*own} < {*city}, name
        district = LISTS.format(f"{name}?district={rich.fund.district_id}")
        assert sorted(shown(rich.one, district)) == sorted(own), name
        assert north.get(LISTS.format(f"{name}?district=1")).status_code == 404
        file = rows_of(north.post(LISTS.format(f"{name}/file"), form="csv").data)
        assert len(file) == len(own) + 1
        assert make_name(ZHAO) not in {row[0] for row in file}
    begins_after = LISTS.format("units?order=code&after={}")
    assert shown(rich.one, begins_after.format(1))
    assert shown(north, begins_after.format(1)) == [], "no order by a row that is not seen"
    assert north.get(LISTS.format("suspense")).status_code == 404
    assert north.post(LISTS.format("suspense/file"), form="csv").status_code == 404
    assert north.get(LISTS.format("claims")).status_code == 404


def test_whom_somebody_looks_for_stands_in_no_address(web: Flask, rich: Rich) -> None:
    for name, typed in (("members", make_id(ZHAO)[-6:]), ("payments", make_name(ZHAO))):
        answer = rich.one.post(LISTS.format(f"{name}/search?order=oldest"), words=typed)
        assert re.fullmatch(r"/office/lists/\w+\?order=oldest&search=[0-9]+", answer.location)
        found = shown(rich.one, answer.location)
        assert found
        assert {x.split("/")[3] for x in found} == {"1"}
        assert shown(rich.two, answer.location) == [], "another's search is nobody's"
        none = rich.two.post(answer.location.replace("?", "/file?"), form="csv")
        assert len(rows_of(none.data)) == 1, "nor is its file the whole list"
        file = rich.one.post(answer.location.replace("?", "/file?"), form="csv")
        assert len(rows_of(file.data)) == len(found) + 1
    nobody = rich.one.post(LISTS.format("members/search"), words="没有这个人").location
    assert shown(rich.one, nobody) == []
    assert "没有符合条件的记录" in rich.one.read(nobody)
    with web.app_context():
        logged = db.session.scalars(text("SELECT filters FROM export_log")).all()
    assert not [each for each in logged if make_name(ZHAO) in each or "search" in each]


def test_a_view_is_of_its_list_and_its_account(rich: Rich) -> None:
    rich.one.post(LISTS.format("payments/view?state=failed&order=oldest&after=3"), name="退回")
    rich.one.post(LISTS.format("units/view?q=厂"), name="退回")
    page = rich.one.get(LISTS.format("payments")).text
    assert '/office/lists/payments?state=failed&amp;order=oldest"' in page
    assert "退回" not in words(rich.one.get(LISTS.format("members")).text)
    assert "退回</a>" not in rich.two.get(LISTS.format("payments")).text
    view = re.search(r"/office/lists/payments/views/([0-9]+)/forget", page)[1]
    assert rich.two.post(LISTS.format(f"payments/views/{view}/forget")).status_code == 404
    assert rich.one.post(LISTS.format(f"payments/views/{view}/forget")).status_code == 302
    assert "退回</a>" in rich.one.get(LISTS.format("units")).text, "a view of another list stands"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_view_is_not_named_by_somebodys_number(web: Flask, rich: Rich, lang: str) -> None:
    """What identifies a person is kept sealed; a view's name stands there in clear."""
    officer = Browser(web).sign_in("officer2").choose(lang)
    said = word("ViewNamesSomebody", lang)
    for place in ("lists/payments", "claims/review"):
        for name in (make_id(ZHAO), f"赵 {make_id(ZHAO)}", "13812345678", "138 1234 5678"):
            answer = officer.post(f"/office/{place}/view", name=name)
            page = officer.read(answer.location)
            assert said in page, (place, name)
            assert name not in page
    with web.app_context():
        kept = db.session.scalars(text("SELECT name FROM saved_view")).all()
    assert not [name for name in kept if re.search("[0-9]{11}", name.replace(" ", ""))]


def test_a_file_has_numbers_as_numbers_and_texts_as_texts(rich: Rich) -> None:
    answer = rich.one.post(LISTS.format("rosters/file"), form="xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, sheet[2], strict=True))
    assert (row["人数"].data_type, row["应缴"].data_type, row["单位"].data_type) == ("n", "n", "s")
    assert row["确认日"].is_date
    members = rows_of(rich.one.post(LISTS.format("members/file"), form="csv").data)
    assert make_id(ZHAO) not in str(members)
    assert make_id(ZHAO)[:6] in str(members)


def test_every_name_of_a_list_has_its_words() -> None:
    for listing in LISTINGS.values():
        assert listing.name in NAMES
        assert {x.name for x in listing.shown} <= COLUMNS.keys()
        assert {x.name for x in listing.filters} <= FILTERS.keys()
        assert {x.name for x in listing.sorts} <= ORDERS.keys()
        assert {y for x in listing.filters for y in x.choices} <= CHOICES.keys()


def called(web: Flask, names: list[str], seeds: int) -> list[int]:
    """People of these names, whom searches find."""
    certnos = [make_id(seeds + number) for number in range(len(names))]
    with web.app_context(), transaction() as session:
        added = add_members(session, certnos)
        told = {added[certno]: name for certno, name in zip(certnos, names, strict=True)}
        set_names(session, told, {}, by=None)
    return [*told]


def test_a_search_that_finds_more_than_it_lists_says_so(web: Flask, rich: Rich) -> None:
    search = LISTS.format("members/search")
    called(
        web,
        [f"鲍{'一二三四五六七八九十'[n % 10]}{'甲乙丙丁戊己'[n // 10]}" for n in range(51)],
        7_000,
    )
    page = rich.one.read(rich.one.post(search, words="鲍").location)
    assert "至少 50 条" in page
    assert "最先找到的 50 人" in page
    fewer = rich.one.read(rich.one.post(search, words="鲍一").location)
    assert "共 6 条" in fewer
    assert "最先找到的" not in fewer


def test_a_name_is_found_whatever_stands_between_its_signs(web: Flask, rich: Rich) -> None:
    padded, dotted = called(web, ["鲁\u3000班", "阿依\u00b7古丽"], 8_000)
    ways = {
        padded: ("鲁班", "鲁 班", "鲁\u3000班"),
        dotted: ("阿依古丽", "阿依\u2022古丽", "阿依\u00b7古", "依古"),
    }
    for member_id, typed in ways.items():
        for each in typed:
            found = rich.one.post(LISTS.format("members/search"), words=each).location
            assert shown(rich.one, found) == [f"/office/members/{member_id}"], each


def test_an_amount_to_narrow_by_is_read_as_people_write_it_or_named(rich: Rich) -> None:
    large = shown(rich.one, LISTS.format("payments?least=1000.01"))
    assert 0 < len(large) < len(shown(rich.one, LISTS.format("payments")))
    for typed in ("1,000.01", "\uff11\uff10\uff10\uff10.01", "¥1000.01元"):
        assert shown(rich.one, LISTS.format(f"payments?least={typed}")) == large, typed
    page = words(rich.one.read(LISTS.format("payments?least=many&first=2024-13-01&year=24")))
    assert page.count("列表没有按它筛选") == 3
    for name, told in (("over=1,000", 0), ("over=many", 1)):
        page = words(rich.one.read(f"/office/reviews/?{name}"))
        assert page.count("列表没有按它筛选") == told, name


def test_a_file_gives_its_connection_back(web: Flask, rich: Rich) -> None:
    """Also one that nobody reads to its end; and not by chance, when memory is cleared."""
    path = LISTS.format("payments/file")
    gc.disable()
    try:
        for _ in range(3):
            assert rows_of(rich.one.post(path, form="csv").data)
        data = {"csrf_token": rich.one.token("/office/"), "form": "csv"}
        begun = rich.one.client.post(path, data=data, buffered=False)
        assert next(begun.iter_encoded())
        begun.close()
        with web.app_context():
            assert isinstance(db.engine.pool, QueuePool)
            assert db.engine.pool.checkedout() == 0
    finally:
        gc.enable()
