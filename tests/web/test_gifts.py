"""Officers' pages of gift campaigns: opened, given to a list, with places, cost and use."""

import io

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories import csv_bytes, make_id, make_name
from tests.web.browser import Browser, words
from tests.web.fund import Fund

CAMPAIGN = {
    "name": "Autumn",
    "quota": "2",
    "months": "6",
    "opens_on": "2021-09-01",
    "closes_on": "2021-12-31",
    "cares": "inpatient",
}


def give(browser: Browser, number: int, people: list[int], starts_on: str) -> TestResponse:
    rows = [["姓名", "身份证号", "职业"], *([make_name(x), make_id(x), "骑手"] for x in people)]
    file = (io.BytesIO(csv_bytes(rows)), "a.csv")
    data = {"csrf_token": browser.token("/office/"), "file": file, "starts_on": starts_on}
    return browser.client.post(f"/office/gifts/{number}", data=data)


def test_a_campaign_is_opened_and_filled_to_its_quota(officer: Browser) -> None:
    answer = officer.post("/office/gifts/", **CAMPAIGN)
    assert answer.status_code == 302
    number = int(answer.location.rsplit("/", 1)[1])
    page = words(give(officer, number, [70, 71, 72, 2], "2021-09-01").text)
    assert "已赠名额 2 剩余名额 0 工会承担 ¥150.00" in page
    assert "2 人获赠 0 人已有名额 2" in page
    again = words(give(officer, number, [70, 71], "2021-09-01").text)
    assert "0 人获赠 2 人已有名额 0" in again
    assert "Autumn" in officer.read("/office/gifts/")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"quota": "0"}, 400),
        ({"months": "13"}, 400),
        ({"each": "-1"}, 400),
        ({"each": "0.005"}, 400),
        ({"name": "Summer 2021"}, 409),
        ({"closes_on": "2021-08-31"}, 409),
        ({"opens_on": "2018-01-01"}, 409),
    ],
)
def test_what_is_wrong_is_said_in_the_form(
    officer: Browser, wrong: dict[str, str], code: int
) -> None:
    assert (
        officer.post("/office/gifts/", **CAMPAIGN | {"name": "Other"} | wrong).status_code == code
    )


def test_what_is_missing_is_said_in_the_pages_words(officer: Browser) -> None:
    answer = officer.post("/office/gifts/", **CAMPAIGN | {"name": "", "quota": ""})
    assert answer.status_code == 400
    assert (answer.text.count("此项必填"), "该字段" in answer.text) == (2, False)


def test_a_gift_outside_the_campaigns_days_is_refused(officer: Browser) -> None:
    assert give(officer, 1, [80], "2022-01-01").status_code == 409


def test_a_district_sees_the_citys_campaigns_and_its_own(web: Flask, fund: Fund) -> None:
    north, city = Browser(web).sign_in("north"), Browser(web).sign_in("officer1")
    assert north.post("/office/gifts/", **CAMPAIGN | {"name": "North"}).status_code == 302
    assert "Summer 2021" in north.read("/office/gifts/")
    assert "North" in city.read("/office/gifts/")
    assert city.get("/office/gifts/999").status_code == 404


def test_the_union_that_pays_is_the_officers_own_or_one_below(web: Flask, fund: Fund) -> None:
    north, city = Browser(web).sign_in("north"), Browser(web).sign_in("officer1")
    opened = city.post("/office/gifts/", **CAMPAIGN | {"name": "Paid", "payer": fund.district_id})
    assert "北区总工会" in words(city.read(opened.location))
    upward = {"name": "Upward", "payer": fund.city_id}
    assert north.post("/office/gifts/", **CAMPAIGN | upward).status_code == 400
