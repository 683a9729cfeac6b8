"""An officer files for a member at the counter: found by a posted number, filed once."""

import io
import re

from flask import Flask
from pypdf import PdfReader
from sqlalchemy import text

from app.db import transaction
from app.dispatch import drain_all
from tests.factories import make_id
from tests.pictures import pdf, photo
from tests.web.browser import Browser, words
from tests.web.fund import QIAN, ZHAO, Fund
from tests.web.test_file_claim import sheet

NEW = "/office/claims/new"
CONSENT = text(
    "SELECT c.way, c.lang, a.login FROM claim_consent c JOIN account a ON a.id = c.given_by"
    " WHERE c.claim_id = :claim"
)


def find(browser: Browser, certno: str):
    return browser.client.post(NEW, data={"csrf_token": browser.token(NEW), "certno": certno})


def test_a_sheet_is_filed_for_a_member_and_waits_for_another(web: Flask, officer: Browser) -> None:
    assert "代职工申请" in officer.read("/office/claims/review")
    found = find(officer, f" {make_id(QIAN)} ")
    assert found.status_code == 302
    assert re.fullmatch(r"/office/members/[0-9]+/claims/new", found.location)
    page = officer.get(found.location).text
    assert make_id(QIAN) not in page
    token = officer.token(found.location)
    sent = officer.client.post(found.location, data={"csrf_token": token, **sheet()})
    assert sent.status_code == 302
    with web.app_context():
        assert drain_all().in_trouble == 0
    shown = officer.read(sent.location)
    assert "须由另一名经办人员核对材料" in shown
    with web.app_context(), transaction() as session:
        claim = int(sent.location.rsplit("/", 1)[1])
        said = session.execute(CONSENT, {"claim": claim}).one()
    assert said == ("paper", "zh", "officer1")
    assert "撤回" in shown


def test_faults_stay_in_the_form(officer: Browser) -> None:
    path = find(officer, make_id(QIAN)).location
    typed = {"csrf_token": officer.token(path), **sheet(hifp_pay="-1", consent=None)}
    answer = officer.client.post(path, data=typed)
    assert answer.status_code == 400
    assert 'value="12,000.00"' in answer.text
    assert "未经职工同意" in answer.text
    doubled = officer.client.post(path, data={**typed, "hifp_pay": ["1", "2"]})
    assert doubled.status_code == 400


def test_nobody_is_found_out_of_reach(web: Flask, fund: Fund, officer: Browser) -> None:
    north = Browser(web).sign_in("north")
    for browser, certno in ((officer, make_id(998)), (north, make_id(ZHAO))):
        answer = find(browser, certno)
        assert answer.status_code == 404
        assert "没有这名职工，或不在您的范围内" in answer.text
    mistyped = make_id(ZHAO)[:-1] + ("0" if make_id(ZHAO)[-1] != "0" else "1")
    for typed, why in (("赵安", "不是 18 位"), (mistyped, "校验码不对")):
        answer = find(officer, typed)
        assert answer.status_code == 400
        assert why in answer.text
    path = find(officer, make_id(ZHAO)).location
    assert north.get(path).status_code == 404
    assert north.post(path, **sheet()).status_code == 404


def test_scans_go_along_and_are_not_asked_for_twice(web: Flask, officer: Browser) -> None:
    path = find(officer, make_id(QIAN)).location
    page = officer.get(path).text
    assert 'enctype="multipart/form-data"' in page
    good = sheet(fixmedins_name="市第二人民医院") | {"csrf_token": officer.token(path)}
    scans = {
        "papers_settlement_sheet": [(io.BytesIO(pdf(2)), "a.pdf"), (io.BytesIO(b"<svg>"), "b.jpg")],
        "papers_invoice": [(io.BytesIO(photo("scan")), "c.jpg")],
    }
    faulty = officer.client.post(path, data=good | {"hifp_pay": "-1"} | scans)
    assert faulty.status_code == 400
    said = words(faulty.text)
    assert "已收下 3 页" in said
    assert "第 2 个文件“b.jpg”" in said
    # Said above all fields, too: the photos' place is two screens below.
    assert said.index("b.jpg") < said.index("就医情况") < said.rindex("b.jpg")
    assert 'href="#scans"' in faulty.text
    assert 'id="scans"' in faulty.text
    kept = re.search(r'name="kept" value="([0-9,]+)"', faulty.text)[1]
    mended = good | {"kept": f"{kept},1,x"}
    for _ in range(2):  # the second click
        sent = officer.client.post(path, data=mended)
        assert sent.status_code == 302
        assert officer.get(sent.location).text.count("/small") == 3
    slip = officer.get(f"{sent.location}/slip.pdf")
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(slip.data)).pages)
    assert "受理回执" in said
    assert "市第二人民医院" in said
    assert "结算单 2 页" in said
    assert make_id(QIAN) not in said
