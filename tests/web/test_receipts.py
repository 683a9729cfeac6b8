"""An officer types in money that comes with no statement: it counts once."""

import re

from flask import Flask

from tests.web.browser import Browser
from tests.web.fund import Fund

TYPED = {"amount": "1,000.50", "received_on": "2024-01-02", "reference": "现金-0102"}


def test_it_is_booked_once_and_the_unit_shows_it(web: Flask, fund: Fund, officer: Browser) -> None:
    path = "/office/unit/1/2021/receipts"
    assert "登记不在对账单上的收款" in officer.read("/office/unit/1/2021")
    for name, wrong, code, said in (
        ("amount", "12,5.x", 400, "1234.50"),
        ("amount", "0.005", 400, "1234.50"),
        ("amount", "-3", 409, "金额"),
        ("received_on", "2024-02-30", 400, "2024-02-30"),
        ("received_on", "2999-01-01", 409, "2999"),
        ("reference", " ", 409, "流水号"),
    ):
        answer = officer.post(path, **(TYPED | {name: wrong}))
        assert answer.status_code == code, (name, wrong)
        assert said in answer.text, (name, wrong)
    assert TYPED["reference"] not in officer.read("/office/unit/1/2021")
    assert officer.post(path, **TYPED).status_code == 302
    page = officer.read("/office/unit/1/2021")
    assert "已登记 ¥1,000.50" in page
    assert TYPED["reference"] in page
    assert officer.post(path, **TYPED).status_code == 302
    page = officer.read("/office/unit/1/2021")
    assert "已经登记过" in page
    assert page.count(TYPED["reference"]) == 1
    other = officer.post(path, **(TYPED | {"amount": "7.00"}))
    assert other.status_code == 409


def test_a_unit_of_another_union_has_no_such_page(web: Flask, fund: Fund) -> None:
    north = Browser(web).sign_in("north")
    assert north.get("/office/unit/1/2021/receipts").status_code == 404
    assert north.post("/office/unit/1/2021/receipts", **TYPED).status_code == 404


def test_two_take_back_what_was_entered_wrongly(web: Flask, fund: Fund, officer: Browser) -> None:
    typed = TYPED | {"reference": "现金-0203"}
    assert officer.post("/office/unit/1/2021/receipts", **typed).status_code == 302
    page = officer.get("/office/unit/1/2021").text
    page = page.split(typed["reference"])[1].split("</tr>")[0]
    [link] = re.findall(r'href="(/books/\?entry=\d+)#reverse"', page)
    assert link.split("=")[1] in re.findall(
        r'name="entry"[^>]* value="(\d+)"', officer.get(link).text
    )
    ask = {"entry": link.split("=")[1], "why": "金额记错", "csrf_token": officer.token("/books/")}
    assert officer.client.post("/books/reverse", data=ask).status_code == 302
    assert typed["reference"] in officer.read("/office/unit/1/2021"), "one person is not enough"
    second = Browser(web).sign_in("officer2")
    asked = re.findall(r"/books/asked/(\d+)/approve", second.get("/books/").text)[-1]
    token = {"csrf_token": second.token("/books/")}
    assert second.client.post(f"/books/asked/{asked}/approve", data=token).status_code == 302
    assert typed["reference"] not in officer.read("/office/unit/1/2021")
    right = typed | {"amount": "100.05"}
    assert officer.post("/office/unit/1/2021/receipts", **right).status_code == 302
    assert f"{typed['reference']}#2" in officer.read("/office/unit/1/2021")
