"""The units' list: who has paid, searched and in pages; and one unit's page."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import transaction
from tests.factories import make_id, make_uscc
from tests.web.browser import Browser, words
from tests.web.fund import Fund

WORKS, NORTH, LATE = "市纺织机械厂", "北区第三小学", "滨河物业服务有限公司"
YOUNG = "北区幼儿园"


def listed(page: str) -> list[str]:
    return re.findall(r'class="unit-name"[^>]*>([^<]+)</a>', page)


@pytest.mark.parametrize(
    ("paid", "units"),
    [
        ("all", [WORKS, NORTH, LATE]),
        ("paid", [WORKS, NORTH]),
        ("part", [LATE]),
        ("nothing", []),
        ("decide", []),
        ("none", [YOUNG]),
    ],
)
def test_the_list_says_who_has_paid(officer: Browser, paid: str, units: list[str]) -> None:
    page = officer.get(f"/office/units/2021?paid={paid}").text
    assert listed(page) == units
    count = re.search(r'<a [^>]*aria-current="page">[^<]*<span class="count">([0-9]+)', page)
    assert int(count[1]) == len(units)


def test_a_unit_without_a_roster_is_found_in_the_year(officer: Browser) -> None:
    assert listed(officer.get("/office/units/2019?paid=none").text) == [
        NORTH,
        LATE,
        YOUNG,
    ]
    assert officer.get("/office/units/2019?paid=no-such").status_code == 404


def test_the_years_totals_are_the_sums_of_its_units(officer: Browser) -> None:
    page = officer.read("/office/units/2021")
    assert "已报花名册的单位 3 报名 9 已生效 6 应缴 ¥450.00 实缴 ¥390.00 还差 ¥60.00" in page


def test_units_are_found_by_name_and_code(officer: Browser) -> None:
    for asked in ("物业", make_uscc(3), make_uscc(3)[:17], make_uscc(3).lower()):
        assert listed(officer.get("/office/units/2021", query_string={"q": asked}).text) == [LATE]
    for asked in ("%", "_", "\\", "' OR 1=1 --"):
        page = officer.get("/office/units/2021", query_string={"q": asked}).text
        assert listed(page) == []
        assert "没有这样的单位" in page


def test_a_unit_that_stands_under_another_filter_is_pointed_to(officer: Browser) -> None:
    for paid, name in (("all", NORTH), ("paid", LATE)):
        page = officer.get(f"/office/units/2019?paid={paid}&q={name}").text
        assert listed(page) == []
        assert "但在以下分类中有" in page
        (found,) = re.findall(r'<li><a href="(/office/units/[^"]+)"', page)
        assert listed(officer.get(found.replace("&amp;", "&")).text) == [name]
    assert "但在以下分类中有" not in officer.get("/office/units/2019?q=nowhere").text


def test_an_id_number_is_still_refused_in_an_address(officer: Browser) -> None:
    for asked in (make_id(1), "410599199001011239"):
        answer = officer.get("/office/units/2021", query_string={"q": asked})
        assert answer.status_code == 400


def test_pages_keep_what_was_asked(officer: Browser) -> None:
    page, found = officer.get("/office/units/2021?paid=paid&size=1").text, []
    for _ in range(5):
        found += listed(page)
        following = re.search(r'href="([^"]*after=[0-9]+)"', page)
        if not following:
            break
        assert "paid=paid" in following[1]
        page = officer.get(following[1].replace("&amp;", "&") + "&size=1").text
    assert found == [WORKS, NORTH]


def test_a_units_page_shows_its_years_money_and_people(officer: Browser) -> None:
    page = officer.get("/office/unit/3/2021").text
    said = words(page)
    assert f"{LATE}" in said
    assert "报名 3 已生效 0 应缴 ¥150.00 实缴 ¥90.00 还差 ¥60.00" in said
    assert "等待缴费" in said
    assert f"{make_uscc(3)[-6:]}-2021" in said
    masked = f"{make_id(6)[:6]}********{make_id(6)[-4:]}"
    assert masked in page
    assert make_id(6) not in page
    assert officer.get("/office/unit/3/2019").status_code == 404
    works = officer.read("/office/unit/1/2021")
    assert "2021-01-01 – 2021-12-31" in works


def test_covered_is_what_the_outcomes_say(web: Flask, fund: Fund, officer: Browser) -> None:
    with web.app_context(), transaction() as session:
        covered = session.execute(
            text(
                "SELECT count(*) FROM enrolment_outcome o JOIN roster r ON r.id = o.roster_id"
                " WHERE outcome = 'covered' AND benefit_year = 2021"
            )
        ).scalar_one()
    assert f"已生效 {covered}" in officer.read("/office/units/2021")


def test_people_come_in_pages(officer: Browser) -> None:
    page, found = officer.get("/office/unit/1/2021?size=2").text, []
    for _ in range(5):
        found += re.findall(r'<td class="lead-cell">([^<]+)</td>', page)
        following = re.search(r'href="([^"]*after=[0-9]+)"', page)
        if not following:
            break
        page = officer.get(following[1] + "&size=2").text
    assert len(found) == len(set(found)) == 4


def test_a_unit_is_chosen_from_those_in_scope(web: Flask, officer: Browser) -> None:
    assert NORTH in officer.read("/office/upload")
    assert WORKS not in officer.read("/office/upload?q=小学")
    assert WORKS not in Browser(web).sign_in("north").read("/office/upload")
