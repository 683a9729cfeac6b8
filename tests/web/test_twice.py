"""The same form posted twice does one thing: every form that moves money or enrols somebody.

In any order, upon one fund that has one of everything; what is counted is all rows there are.
"""

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from app.clock import today
from app.contributions.receive import receive
from app.db import db, transaction
from app.dispatch import drain_all
from app.roster.units import unit_of
from tests.db.bank import return_of
from tests.db.statements import plain
from tests.factories import csv_bytes, make_account, make_id, make_name, make_uscc
from tests.web.browser import Browser
from tests.web.fund import Fund
from tests.web.rich import Rich
from tests.web.test_file_claim import sheet
from tests.web.test_gifts import CAMPAIGN
from tests.web.test_late import GIVEN

Fields = dict[str, object]
Act = tuple[str, str, Callable[[Rich], tuple[str, Fields]]]
PAYEE = {"payee": "单位", "payee_account": "4100777766665555"}
NO_ACTS = {"job", "stored_file", "stored_part"}
"""Promises and kept copies: what becomes of them is in the other tables."""


@pytest.fixture(scope="module")
def rich(web: Flask, fund: Fund) -> Rich:
    made = Rich(web, fund).make()
    made.accounts()
    return made


def people(*seeds: int, more: tuple[str, ...] = ()) -> tuple[io.BytesIO, str]:
    head = ["姓名", "身份证号", "银行账号", "增减", "日期", "类型"]
    rows = [[make_name(x), make_id(x), make_account(x), *more] for x in seeds]
    return io.BytesIO(csv_bytes([head, *rows])), "名单.csv"


def claim(rich: Rich) -> str:
    return f"/office/members/{rich.member}/claims/{rich.claim}"


def key(rich: Rich, path: str, name: str = "key") -> str:
    page = rich.one.get(path).text
    return re.search(rf'name="{name}"[^>]*value="([0-9a-f]+)"', page)[1]


def statement(rich: Rich) -> tuple[str, Fields]:
    line = (date(2021, 11, 22), "200.00", "滨河物业服务有限公司", "互助金")
    file = (io.BytesIO(plain([line], "144.00", first=4)), "s.csv")
    return "/office/money/statements", {"account": "main", "file": file}


def roster(rich: Rich) -> tuple[str, Fields]:
    path = "/office/unit/1/upload"
    fields = {"year": str(today().year), "starts_on": "", "confirmed_on": today().isoformat()}
    return path, {**fields, "key": key(rich, path), "file": people(910, 911)}


def to_bank(rich: Rich) -> tuple[str, Fields]:
    page = rich.two.get(f"/office/payments/batch/{rich.batch}").text
    return f"/office/payments/batch/{rich.batch}/approve", {
        "sha256": re.search(r"[0-9a-f]{64}", page)[0]
    }


def answer(rich: Rich) -> tuple[str, Fields]:
    page = rich.one.get(f"/office/payments/batch/{rich.batch}").text
    number = re.search(r"P[0-9]{4}-[0-9]{4}", page)[0]
    with rich.web.app_context():
        asked = text("SELECT line, amount_fen FROM payment WHERE batch_id = :id ORDER BY line")
        sent = db.session().execute(asked, {"id": int(number[-4:])}).all()
    data = return_of(number, "plain", [(line, fen, "paid") for line, fen in sent], day="2021-11-02")
    return f"/office/payments/batch/{rich.batch}/return", {"file": (io.BytesIO(data), "r.csv")}


def refund(rich: Rich) -> tuple[str, Fields]:
    """Of money that a unit had paid too much, whatever was done before."""
    asked = {"uscc": make_uscc(3), "year": "2021", "amount": "5.00", "source": "over", **PAYEE}
    with rich.web.app_context(), transaction() as session:
        unit = unit_of(session, make_uscc(3))
        paid = {"amount_fen": 1_000_00, "received_on": date(2021, 12, 1), "reference": "too much"}
        receive(session, unit_id=unit.id, year=2021, by=rich.fund.officer, **paid)
    return "/office/money/refunds", asked


def heir(rich: Rich) -> tuple[str, Fields]:
    page = rich.two.get(f"/office/payments/heirs/{rich.dead}").text
    found = re.search(r'name="heir_id" value="([^"]*)"', page)[1]
    return f"/office/payments/heirs/{rich.dead}/agree", {"heir_id": found}


def money(**fields: str) -> Callable[[Rich], tuple[str, Fields]]:
    return lambda rich: (f"{claim(rich)}/money", {"amount": "1.00", "on": "2022-01-05", **fields})


def at(path: str, **fields: object) -> Callable[[Rich], tuple[str, Fields]]:
    return lambda rich: (path.format(**vars(rich)), {**fields})


WHOLE = {"name": "第80小学", "uscc": make_uscc(80), "union_id": "1", "unit_percent": "50"}
CONTACT = {"contact": "王联系", "phone": "13800001234", "account": "", "bank": ""}
RIDER = {"name": "某人", "certno": make_id(801), "occupation": "rider", "phone": "13900000000"}
RIDER |= {"account": make_account(801), "consent": "y", "key": "0" * 32}
ACTS: list[Act] = [
    ("a statement", "one", statement),
    (
        "a line is a unit's",
        "one",
        at("/office/money/lines/{open_line}", act="unit", uscc=make_uscc(3), year="2021"),
    ),
    ("a refund is proposed", "one", refund),
    ("a refund is approved", "two", at("/office/money/refunds/{refund}/approve")),
    ("a decision is proposed", "one", lambda r: (f"{claim(r)}/decide", {"said": "refuse:work"})),
    (
        "joiners and leavers",
        "one",
        at("/office/unit/1/changes", starts_on="", file=lambda: people(920, more=("增",))),
    ),
    ("a list is taken in", "two", at("/office/changes/{list}/take")),
    ("a roster is sent", "one", roster),
    ("deaths", "one", at("/office/fates", file=lambda: people(3, more=("", "2021-12-20", "去世")))),
    ("a campaign", "one", at("/office/gifts/", **CAMPAIGN)),
    ("gifts", "one", at("/office/gifts/1", starts_on="2021-09-01", file=lambda: people(930))),
    ("a gig worker", "one", lambda r: ("/join", {**RIDER, "unit_id": str(r.gig)})),
    ("late enrolment", "one", at("/office/unit/1/late", **GIVEN)),
    ("a unit asks", "one", at("/office/units/register", **WHOLE, **CONTACT)),
    ("a unit is approved", "two", at("/office/requests/{request}/approve")),
    (
        "a claim at the counter",
        "one",
        lambda r: (f"/office/members/{r.member}/claims/new", dict(sheet())),
    ),
]
FOLLOWING: list[list[Act]] = [
    [("an order is approved", "two", to_bank), ("a bank's answer", "one", answer)],
    [
        ("the books are closed", "two", at("/books/asked/{asked}/approve")),
        ("a closing is asked for", "one", at("/books/close", period="2019-11")),
    ],
    [
        ("a decision is approved", "two", lambda r: (f"{claim(r)}/proposals/{r.proposal}", {})),
        ("a recovery is proposed", "one", money(act="open", liable="third_party", reference="x")),
    ],
    [
        ("an heir is approved", "two", heir),
        ("a death is doubted", "one", at("/office/members/{dead}/fate/doubt")),
        ("a death is taken back", "two", at("/office/members/{dead}/fate/alive")),
    ],
]
"""What can be done only after another, or before: in one test, for each must pass alone."""


def rows(rich: Rich) -> dict[str, int]:
    return {name: count for name, count in rich.rows().items() if name not in NO_ACTS}


def post(browser: Browser, path: str, fields: Fields) -> int:
    given = {name: value() if callable(value) else value for name, value in fields.items()}
    for value in given.values():
        if isinstance(value, tuple):  # the client closes what it has sent
            given = {**given, "file": (io.BytesIO(value[0].getvalue()), value[1])}
    data = {"csrf_token": browser.token("/office/"), **given}
    return browser.client.post(path, data=data).status_code


@pytest.mark.parametrize("act", ACTS, ids=[act[0] for act in ACTS])
def test_the_same_form_twice_does_one_thing(rich: Rich, web: Flask, act: Act) -> None:
    does_one_thing(rich, web, act)


@pytest.mark.parametrize("acts", FOLLOWING, ids=[acts[-1][0] for acts in FOLLOWING])
def test_so_does_what_follows_from_another(rich: Rich, web: Flask, acts: list[Act]) -> None:
    for act in acts:
        does_one_thing(rich, web, act)


def does_one_thing(rich: Rich, web: Flask, act: Act) -> None:
    named, who, made = act
    browser: Browser = getattr(rich, who)
    path, fields = made(rich)
    before = rows(rich)
    assert post(browser, path, fields) in {200, 302}, named
    with web.app_context():
        assert drain_all().in_trouble == 0
    once = rows(rich)
    assert once != before, f"{named}: nothing was done"
    assert post(browser, path, fields) in {200, 302, 400, 404, 409}, named
    with web.app_context():
        assert drain_all().in_trouble == 0
    twice = rows(rich)
    assert {name: (once[name], n) for name, n in twice.items() if n != once[name]} == {}, named
