"""Without a provider nothing is offered; the demonstration city simulates one."""

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import transaction
from tests import online
from tests.factories import make_uscc
from tests.web.browser import Browser
from tests.web.fund import Fund


@pytest.fixture
def unit(web: Flask, fund: Fund) -> int:
    with web.app_context(), transaction() as session:
        found = session.execute(
            text("SELECT id FROM unit WHERE uscc = :uscc"), {"uscc": make_uscc(3)}
        )
        return int(found.scalar_one())


def test_nobody_is_offered_to_pay_online(web: Flask, officer: Browser, unit: int) -> None:
    assert "线上缴费，元" not in officer.get(f"/office/unit/{unit}/2021").text
    assert officer.post(f"/office/unit/{unit}/2021/online", amount="1.00").status_code == 404
    body = online.notice(online.transaction("HZ1", 100))
    answer = web.test_client().post("/online/notice", data=body, headers=online.headers(body))
    assert answer.status_code == 404


def test_the_demonstration_simulates(web: Flask, officer: Browser, fund: Fund, unit: int) -> None:
    with web.app_context(), transaction() as session:
        session.execute(text("INSERT INTO demo_account (account_id) VALUES (:id)"), {"id": 1})
    assert "线上缴费，元" in officer.get(f"/office/unit/{unit}/2021").text
    answer = officer.post(f"/office/unit/{unit}/2021/online", amount="60.00")
    page = officer.get(answer.location).text
    assert "模拟缴费" in page
    assert officer.post(f"{answer.location}/simulate").status_code == 302
    assert "已缴" in officer.get(answer.location).text
    assert officer.post(f"{answer.location}/simulate").status_code == 409
    assert "¥60.00" not in officer.read("/office/units/2021").split("还差")[-1]
