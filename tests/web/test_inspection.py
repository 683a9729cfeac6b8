"""An auditor draws a sample, has a year looked over, and a finding goes to an officer and back."""

import csv
import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.db import transaction
from app.dispatch import drain_all
from app.inspection.look import LOOKS
from tests.pictures import photo
from tests.web.browser import Browser, words
from tests.web.fund import Fund
from tests.web.test_claim_papers import send


def test_a_sample_is_drawn_shown_and_exported(web: Flask, fund: Fund, auditor: Browser) -> None:
    page = words(auditor.get("/audit/2021/samples").text)
    assert "还没有抽过样本" in page
    answer = auditor.post("/audit/2021/samples", method="simple", size="2", seed="a-1")
    assert answer.status_code == 302
    shown = words(auditor.get(answer.location).text)
    assert "a-1" in shown
    rows = list(csv.reader(io.StringIO(auditor.get(f"{answer.location}?as=csv").text)))
    assert len(rows) == 3
    number = rows[1][2]
    link = f"/audit/claims/?number={number}&amp;sample=1&amp;no=1"
    assert link in auditor.get(answer.location).text
    form = auditor.get(link.replace("&amp;", "&")).text
    assert f'value="{number}"' in form
    assert "样本 1 第 1 笔" in form
    assert auditor.get(f"{answer.location}?as=exe").status_code == 404
    for wrong in ({"method": "simple", "size": "99999"}, {"method": "strata", "bounds": "5 x"}):
        refused = auditor.post("/audit/2021/samples", **wrong)
        assert refused.status_code == 400
        assert "trouble" in refused.text
    odd = auditor.post("/audit/2021/samples", method="money", tolerable="0.005", risk="5")
    assert "可容忍错报应至少为 0.01 元" in odd.text, "the field that is wrong, and no other"
    assert auditor.post("/audit/2021/samples", method="none").status_code == 400


def test_samples_say_how_many_were_drawn_and_asked_for(
    web: Flask, fund: Fund, auditor: Browser
) -> None:
    """By money one payment takes several places: fewer are drawn than were asked for."""
    asked = {"method": "money", "size": "500", "seed": "hits"}
    where = auditor.post("/audit/2021/samples", **asked).location
    drawn = len(auditor.get(f"{where}?as=csv").text.splitlines()) - 1
    assert 0 < drawn < 500
    for lang, told in (("zh", "（要求 500 笔）"), ("en", "(500 asked for)")):
        auditor.post("/language", lang=lang, back="/")
        [row] = re.findall("<tr>.*?</tr>", auditor.get("/audit/2021/samples").text, re.DOTALL)[1:2]
        assert words(row).endswith(f"hits {drawn} {told}")
    auditor.post("/language", lang="zh", back="/")
    assert "（要求 500 笔）" in words(auditor.get(where).text)
    whole = auditor.post("/audit/2021/samples", method="simple", size="2", seed="whole").location
    assert "要求" not in words(auditor.get(where.replace(where, whole)).text)
    # Worked out: the number that stands above is not used, as the page says.
    asked |= {"size": "60", "tolerable": "100000", "seed": "worked-out"}
    worked = auditor.post("/audit/2021/samples", **asked)
    assert worked.status_code == 302
    assert "可容忍" in words(auditor.get(worked.location).text)


def test_a_year_is_looked_over_by_a_worker(web: Flask, fund: Fund, auditor: Browser) -> None:
    zhao = Browser(web).sign_in("zhao")
    for claim in (1, 2):
        assert send(zhao, f"/my/claims/{claim}/papers", photo("twice")).status_code == 302
    assert auditor.post("/audit/2021/look").status_code == 302
    assert auditor.post("/audit/2021/look").status_code == 302
    assert "正在查看" in words(auditor.get("/audit/2021/look").text)
    with web.app_context():
        assert drain_all().in_trouble == 0
    page = auditor.get("/audit/2021/look").text
    assert "正在查看" not in words(page)
    for key in ("shared_card", "first_digits", "off_hours"):
        assert f"/audit/2021/look/{key}" in page
        assert auditor.get(f"/audit/2021/look/{key}").status_code == 200
        book = auditor.get(f"/audit/2021/look/{key}?as=xlsx")
        assert book.data[:2] == b"PK"
    twice = auditor.get("/audit/2021/look/papers_twice").text
    assert all(f"/audit/claims/?number={claim}" in twice for claim in (1, 2))
    assert auditor.get("/audit/2021/look/nothing").status_code == 404
    assert auditor.get("/audit/2020/look/speed").location == "/audit/2020/look", "not looked yet"
    of_nothing = auditor.post("/audit/1999/look")
    assert of_nothing.status_code == 409
    assert "有理算结果的年度：" in words(of_nothing.text)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/audit/1999", "1999 年度没有任何记账"),
        ("/audit/samples/999", "没有样本 999"),
        ("/findings/999", "没有审计发现 999"),
        ("/audit/bundles/999", "没有资料包 999"),
        ("/audit/bundles/999/file", "没有资料包 999"),
        ("/audit/claims/opened/999", "重新打开这笔申请"),
        ("/audit/identified/999/file", "没有这份带姓名的资料包"),
    ],
)
def test_what_is_not_there_says_what_is_meant(
    web: Flask, fund: Fund, auditor: Browser, path: str, said: str
) -> None:
    answer = auditor.get(path)
    assert answer.status_code == 404
    assert said in words(answer.text)


def test_more_looks_than_one_account_may_have_say_so(
    web: Flask, fund: Fund, auditor: Browser
) -> None:
    with web.app_context(), transaction() as session:
        who = select(Account.id).where(Account.login == "auditor")
        asked = {"asked_by": session.scalars(who).one(), "done": 0, "total": 10}
        for year in (2019, 2020):
            LOOKS.ask(session, benefit_year=year, **asked)
    refused = auditor.post("/audit/2021/look")
    assert refused.status_code == 409
    assert "2 个年度正在查看" in words(refused.text)
    with web.app_context():
        assert drain_all().in_trouble == 0


def test_a_finding_goes_to_an_officer_and_back(web: Flask, fund: Fund, auditor: Browser) -> None:
    assert 'required value="2021"' in auditor.get("/findings/").text  # the last year with rosters
    given = {"year": "2021", "weight": "high", "union": str(fund.district_id)}
    told = {"title": "材料不全", "says": "申请 1 没有出院小结，请说明。", "claim": "1"}
    answer = auditor.post("/findings/", **given, **told)
    assert answer.status_code == 302
    where = answer.location
    officer = Browser(web).sign_in("officer1")
    assert "答复 1 条审计发现" in words(officer.get("/office/").text)
    assert "材料不全" in words(officer.get("/findings/").text)
    assert officer.post(f"{where}/close", says="没有问题的").status_code == 403
    refused = officer.post(f"{where}/answer", says="见 410521198001011234 的材料")
    assert refused.status_code == 400
    assert officer.post(f"{where}/answer", says="已补齐，见申请材料。").status_code == 302
    assert "答复 1 条审计发现" not in words(officer.get("/office/").text)
    said = words(auditor.get(where).text)
    assert ("已答复" in said, "已回盘" in said) == (True, False)
    assert auditor.post(f"{where}/close", says="已看到。", act="close").status_code == 302
    assert "已关闭" in words(auditor.get(where).text)
    assert "材料不全" not in words(auditor.get("/findings/").text)
    assert "材料不全" in words(auditor.get("/findings/?all=1").text)


def test_a_report_is_made_by_a_worker_and_fetched(web: Flask, fund: Fund, auditor: Browser) -> None:
    officer = Browser(web).sign_in("officer1")
    for who, month in ((auditor, 0), (officer, 11)):
        where = f"/books/report/2021/{month}"
        assert who.get(f"{where}/pdf").status_code == 404
        assert who.post(where).status_code == 302
        assert "正在生成报告" in words(who.get(where).text)
        with web.app_context():
            assert drain_all().in_trouble == 0
        assert f"{where}/xlsx" in who.get(where).text
        assert who.get(f"{where}/pdf").data[:5] == b"%PDF-"
        assert who.get(f"{where}/xlsx").data[:2] == b"PK"
    auditor.post("/language", lang="en", back="/")
    assert auditor.get("/books/report/2021/0/pdf").data[:5] == b"%PDF-", "as an old link asks"
    district = Browser(web).sign_in("north")
    assert district.get("/books/report/2021/0").status_code == 403
