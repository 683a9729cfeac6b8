"""Two officers of the whole fund have personal data erased; nobody else, and none alone."""

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.add import add_account
from app.accounts.models import Role
from app.db import db, transaction
from tests.db.typed import member_of
from tests.web.browser import Browser, words
from tests.web.fund import PASSWORD, QIAN, Fund

PATH = "/office/erasures/"


@pytest.fixture(scope="module")
def second(web: Flask, fund: Fund) -> Browser:
    with web.app_context(), transaction() as session:
        add_account(session, "second", "乙二", Role.OFFICER, PASSWORD, by=None)
    return Browser(web).sign_in("second")


def number(web: Flask, asks: str) -> int:
    with web.app_context():
        found: int = db.session.execute(text(asks)).scalar_one()
        db.session.remove()
    return found


def test_one_asks_another_approves_and_it_is_gone(
    web: Flask, officer: Browser, second: Browser
) -> None:
    with web.app_context(), transaction() as session:
        qian = member_of(session, QIAN)
    assert f'value="{qian}"' in officer.get(f"{PATH}?member={qian}").text
    assert f"{PATH}?member={qian}" in officer.get(f"/office/members/{qian}").text
    asked = {"scope": "reached_by", "why": "person_asks"}
    assert officer.post(PATH, **asked, member="").status_code == 409, "of nobody"
    assert officer.post(PATH, **asked, member="0").status_code == 400
    assert officer.post(PATH, scope="everything", why="person_asks").status_code == 400
    assert officer.post(PATH, **asked, member=str(qian)).status_code == 302
    asked_id = number(web, "SELECT max(id) FROM erasure_asked")
    assert "须由另一名经办人办理" in officer.read(PATH) or "另一名" in officer.read(PATH)
    alone = officer.post(f"{PATH}{asked_id}", sure="1")
    assert alone.status_code == 409
    assert second.post(f"{PATH}{asked_id}").status_code == 400, "not confirmed"
    assert number(web, "SELECT count(*) FROM erasure") == 0
    assert second.post(f"{PATH}{asked_id}", sure="1").status_code == 302
    assert number(web, "SELECT count(*) FROM erasure") == 1
    assert "已删除" in second.read(PATH)
    assert second.post(f"{PATH}{asked_id}", sure="1").status_code == 409, "once"


def test_what_must_be_kept_stays(web: Flask, officer: Browser, second: Browser) -> None:
    asked = {"scope": "statements", "why": "kept_long_enough"}
    assert officer.post(PATH, **asked, before="2021").status_code == 302
    asked_id = number(web, "SELECT max(id) FROM erasure_asked")
    refused = second.post(f"{PATH}{asked_id}", sure="1")
    assert refused.status_code == 409
    assert "保存" in words(refused.text)


def test_a_district_and_others_have_no_such_page(web: Flask, fund: Fund, officer: Browser) -> None:
    for login in ("north", "auditor", "qian"):
        browser = Browser(web).sign_in(login)
        assert browser.get(PATH).status_code == 403
        assert browser.post(PATH, scope="statements", why="person_asks").status_code == 403
    assert officer.client.post(PATH, data={"scope": "statements"}).status_code == 400, "no token"
