"""Officers' pages for what changes in a year: joiners, leavers, deaths, late money, credit."""

import io
import re
from datetime import date

from flask import Flask
from werkzeug.test import TestResponse

from app.contributions.credit import credit_of
from app.contributions.receive import receive
from app.db import transaction
from app.enrolment.enrol import Asked, enrol
from app.roster.models import Unit
from app.roster.units import Registered, add_unit
from tests.db.office import person
from tests.factories import csv_bytes, make_account, make_id, make_name, make_uscc, xlsx_bytes
from tests.web.browser import Browser, words
from tests.web.fund import Fund


def send(browser: Browser, path: str, content: bytes, **fields: str) -> TestResponse:
    file = (io.BytesIO(content), "名单.xlsx")
    data = {"csrf_token": browser.token("/office/"), "file": file, **fields}
    return browser.client.post(path, data=data)


def roster(web: Flask, people: list[int], starts_on: date, paid_on: date | None = None) -> int:
    """A roster of unit 3, by the city's officer; its money where a day is given."""
    with web.app_context(), transaction() as session:
        unit = session.get_one(Unit, 3)
        asked = Asked(
            Registered(3, unit.uscc, unit.name, 50), starts_on.year, starts_on, starts_on, 50, ""
        )
        rows = [person(seed, line) for line, seed in enumerate(people, 2)]
        made = enrol(session, asked, rows, by=1).roster_id or 0
        if paid_on:
            receive(
                session,
                unit_id=3,
                year=starts_on.year,
                amount_fen=len(people) * 5_000,
                received_on=paid_on,
                reference=f"late {made}",
                by=1,
            )
    return made


def test_joiners_and_leavers_are_sent_in_one_list(officer: Browser) -> None:
    rows = [
        ["姓名", "身份证号", "增减", "日期"],
        [make_name(40), make_id(40), "增", ""],
        [make_name(2), make_id(2), "减", "2021-06-30"],
        [make_name(41), make_id(41), "变", ""],
    ]
    answer = send(officer, "/office/unit/1/changes", xlsx_bytes(rows))
    page = words(answer.text)
    assert answer.status_code == 200
    assert "1 增员 1 减员，保障到期满 1" in page
    rows = [["姓名", "身份证号", "增减"], ["改了名", make_id(2), "增"]]
    assert "1 人的姓名与以前不同" in words(
        send(officer, "/office/unit/1/changes", xlsx_bytes(rows)).text
    )
    assert "应缴 ¥50.00" in page
    assert "2021-06-30 离开" in officer.read("/office/unit/1/2021")


def test_a_list_of_deaths_is_taken_and_a_wrong_word_goes_by_two(
    web: Flask, fund: Fund, officer: Browser
) -> None:
    rows = [
        ["姓名", "身份证号", "去世/退休", "日期"],
        [make_name(3), make_id(3), "去世", "2021-06-30"],
        [make_name(4), make_id(4), "退休", "2021-06-30"],
        [make_name(99), make_id(99), "去世", "2021-06-30"],
    ]
    for counts in ("2 新登记 0 已登记 1 非本会职工 0", "0 新登记 2 已登记 1 非本会职工 0"):
        answer = send(officer, "/office/fates", csv_bytes(rows))
        assert counts in words(answer.text)
    assert "2021-06-30 去世" in officer.read("/office/fates")
    north = Browser(web).sign_in("north")
    assert make_name(3) not in north.read("/office/fates")
    with web.app_context(), transaction() as session:
        from app.roster.members import certno_index, members_by_index

        index = certno_index(make_id(3))
        member = members_by_index(session, [index])[index]
    for path in ("doubt", "alive"):
        assert north.post(f"/office/members/{member}/fate/{path}").status_code == 409
    assert officer.post(f"/office/members/{member}/fate/alive").status_code == 409
    assert officer.post(f"/office/members/{member}/fate/doubt").status_code == 302
    assert "由另一名经办人员撤销" in officer.read("/office/fates")
    assert officer.post(f"/office/members/{member}/fate/alive").status_code == 409
    second = Browser(web).sign_in("officer2")
    assert second.post(f"/office/members/{member}/fate/alive").status_code == 302
    assert "去世" not in second.read("/office/fates").split("登记情况")[1]
    assert second.post(f"/office/members/{member}/fate/alive").status_code == 409


def test_late_money_is_decided_and_credit_used(web: Flask, fund: Fund, officer: Browser) -> None:
    late = roster(web, [50, 51], date(2022, 6, 1), paid_on=date(2022, 12, 31))
    page = officer.read("/office/unit/3/2022")
    assert "2 人的款项到得太迟" in page
    newer = roster(web, [54], date(2023, 3, 1))
    said = "决定 1 个单位 2022 年度逾期缴费人员的保障"
    assert said in officer.read("/office/"), "of an older year, too"
    away = officer.post(f"/office/unit/3/rosters/{newer}/withdraw")
    assert away.location == "/office/unit/3/2023", "to the year it was of"
    north = Browser(web).sign_in("north")
    paths = [f"/office/unit/3/rosters/{late}/{how}" for how in ("credit", "carry", "withdraw")]
    for path in paths:
        assert north.post(path).status_code == 404
        assert officer.post(path.replace("unit/3", "unit/1")).status_code == 404
    assert north.post("/office/unit/3/credit", from_year="2022", year="2022").status_code == 404
    assert officer.post(paths[0]).location == "/office/unit/3/2022"
    assert said not in officer.read("/office/")
    assert officer.post(paths[0]).status_code == 409
    assert "2022 年度有 ¥100.00" in officer.read("/office/unit/3/2022")
    roster(web, [52], date(2022, 7, 1))
    use = {"from_year": "2022", "year": "2022"}
    assert officer.post("/office/unit/3/credit", **use).status_code == 302
    assert officer.post("/office/unit/3/credit", **use).status_code == 409
    assert officer.post("/office/unit/3/credit", year="x", from_year="2022").status_code == 400
    with web.app_context(), transaction() as session:
        assert credit_of(session, 3) == {2022: 5_000}
    assert "2022 年度应退款" in officer.read("/office/unit/3/2022")


def test_a_roster_without_money_is_withdrawn(web: Flask, fund: Fund, officer: Browser) -> None:
    number = roster(web, [60, 61], date(2023, 1, 1))
    assert "撤回 2023-01-01 起保的花名册（2 人）" in officer.read("/office/unit/3/2023")
    assert officer.post(f"/office/unit/3/rosters/{number}/withdraw").status_code == 302
    page = officer.read("/office/unit/3/2023")
    assert "已撤回" in page
    assert "应缴 ¥0.00" in page
    assert make_name(60) not in page


def test_a_file_that_is_no_list_is_refused_in_the_form(officer: Browser) -> None:
    for path in ("/office/fates", "/office/unit/1/changes"):
        answer = send(officer, path, b"nothing,here\r\n1,2\r\n")
        assert answer.status_code == 409
        assert "没有找到表头" in answer.text
        assert officer.post(path).status_code == 400


def test_the_public_page_answers_strangers_all_alike(
    web: Flask, fund: Fund, officer: Browser
) -> None:
    """Covered, on record or unknown: but for the reference the pages are the same to the byte."""
    with web.app_context(), transaction() as session:
        unit = add_unit(
            session,
            uscc=make_uscc(8),
            name="市总工会骑手之家",
            union_id=1,
            unit_percent=0,
            by=fund.officer,
        )
    assert "没有工会接受" in Browser(web).read("/join")
    assert officer.post("/office/unit/1/gig").status_code == 409
    assert officer.post(f"/office/unit/{unit}/gig").status_code == 302
    assert Browser(web).post(f"/office/unit/{unit}/gig").status_code == 401
    pages = []
    for seed in (2, 3, 800):
        browser = Browser(web)
        fields = {
            "unit_id": str(unit),
            "name": "某人",
            "certno": make_id(seed),
            "occupation": "rider",
            "phone": ("13900000000", "+86 139-0000-0000", "\uff11\uff13900000000")[seed % 3],
            "account": make_account(8),
            "key": f"{seed:032x}",
        }
        data = {"csrf_token": browser.token("/join"), **fields}
        assert browser.client.post("/join", data=data).status_code == 409, "no consent"
        answer = browser.client.post("/join", data={**data, "consent": "y"})
        assert answer.status_code == 200
        text = words(answer.text)
        assert make_id(seed) not in text
        pages.append(re.sub(r"G[A-Z0-9]{8}", "REF", text))
        for field, odd in (("certno", "1"), ("name", "某" * 51), ("name", "某\u202e人")):
            wrong = browser.client.post("/join", data={**data, "consent": "y", field: odd})
            assert wrong.status_code == 400, field
    assert len(set(pages)) == 1
    assert "¥50.00" in pages[0]
