"""A contact hands in joiners and leavers by the pages; the union's officer looks and confirms."""

import re

from flask import Flask
from sqlalchemy import text

from app.db import db, transaction
from app.units.ask import ask_contact
from app.units.asked import Contact
from app.units.decide import approve
from tests.factories import csv_bytes, make_id, make_name, xlsx_bytes
from tests.web.browser import Browser
from tests.web.fund import Fund
from tests.web.test_changes import send

HEAD = ["姓名", "身份证号", "增减", "日期"]


def heads(web: Flask, unit: int) -> int:
    asked = text("SELECT coalesce(sum(heads), 0) FROM roster WHERE unit_id = :unit")
    with web.app_context():
        return int(db.session().execute(asked, {"unit": unit}).scalar_one())


def test_from_the_contacts_form_to_the_officers_word(web: Flask, fund: Fund) -> None:
    unit = fund.kindergarten
    contact, north = Browser(web).sign_in(fund.contact), Browser(web).sign_in("north")
    path = f"/office/unit/{unit}/changes/new"
    assert f'href="{path}"' in contact.get("/unit/").text
    key = re.search(r'name="key"[^>]*value="([0-9a-f]{32})"', contact.get(path).text)[1]
    rows = [HEAD, [make_name(61), make_id(61), "增", ""], [make_name(62), "x", "增", ""]]
    before = heads(web, unit)
    # Sent twice, it is one list.
    where = {send(contact, path, xlsx_bytes(rows), key=key).location for _ in range(2)}
    assert len(where) == 1
    [place] = where
    assert heads(web, unit) == before
    page = contact.read(place)
    assert make_name(61) in page
    assert make_id(61) not in page
    assert "拟增员" in page
    assert "等待工会经办人员审核" in contact.read("/unit/")
    assert "审核单位提交的" in north.read("/office/")
    assert place in north.get("/office/changes/").text
    assert contact.post(f"{place}/take").status_code == 403
    assert north.post(f"{place}/refuse", reason="").status_code == 400
    assert north.post(f"{place}/take").status_code == 302
    assert heads(web, unit) == before + 1
    page = contact.read(place)
    assert "已办理" in page
    assert "第 3 行" in page
    assert north.post(f"{place}/take").status_code == 409
    assert heads(web, unit) == before + 1


def test_a_list_is_sent_back_and_taken_back(web: Flask, fund: Fund) -> None:
    contact, north = Browser(web).sign_in(fund.contact), Browser(web).sign_in("north")
    path = f"/office/unit/{fund.kindergarten}/changes/new"
    for number, act in enumerate(("refuse", "withdraw")):
        content = csv_bytes([HEAD, [make_name(63), make_id(63 + number), "增", ""]])
        place = send(contact, path, content, key=f"{number:032x}").location
        who = north if act == "refuse" else contact
        assert who.post(f"{place}/{act}", reason="请核对身份证号").status_code == 302
        page = contact.read(place)
        assert ("请核对身份证号" in page) == (act == "refuse")
        assert north.post(f"{place}/take").status_code == 409


def test_whose_list_it_is(web: Flask, fund: Fund) -> None:
    contact, place = Browser(web).sign_in(fund.contact), f"/office/changes/{fund.list}"
    for path in ("/office/unit/1/changes/new", "/office/changes/999999"):
        assert contact.get(path).status_code == 404
    assert contact.get(f"/office/unit/{fund.kindergarten}/changes").status_code == 403
    assert send(contact, "/office/unit/1/changes/new", b"x", key="0" * 32).status_code == 404
    for content in (b"", b"x", csv_bytes([["姓名"]]), csv_bytes([HEAD])):
        path = f"/office/unit/{fund.kindergarten}/changes/new"
        answer = send(contact, path, content, key=f"{len(content):032x}")
        assert answer.status_code in {400, 409}, content
    token = contact.token("/unit/")
    assert contact.get(place).status_code == 200
    with web.app_context(), transaction() as session:
        named = Contact("郑新", "13800001234")
        wish = ask_contact(session, fund.kindergarten, named, by=fund.of_district)
        approve(session, wish.request_id, by=fund.second)
    # The very next request.
    answer = contact.client.post(f"{place}/withdraw", data={"csrf_token": token})
    assert answer.status_code == 401
    assert contact.get(place).location.startswith("/sign-in")
