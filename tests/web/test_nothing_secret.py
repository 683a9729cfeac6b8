"""Promise 16: what names a person is in no log, no queue, no address and no event, and sealed.

Numbers that nobody else has go through every act of the office that takes one: a unit registers, a
rider enrols, a statement comes, money goes back, a member dies, an heir is named. Then every row of
every table, the broker, the log and all addresses are searched for them, as text and as bytes.
"""

import io
import logging
import re

import pytest
import redis
from flask import Flask
from sqlalchemy import text

from app.db import db
from app.dispatch import drain_all
from tests.clear import in_the_clear, queued
from tests.db.statements import NUMBER
from tests.factories import make_account, make_id, make_name, make_uscc
from tests.web.browser import Browser
from tests.web.fund import Fund
from tests.web.rich import PAYERS_ACCOUNT, Rich, came

RIDER, RELATIVE = 801, 802
SAID, RELATIVES_PHONE = "金丝咨询内容", "13911118888"
PHONE, CONTACTS_PHONE, UNITS_ACCOUNT = "13900007777", "13812349999", "4100777766665555"
PAID_BACK_TO = "6222888877776666"
NUMBERS = (
    *(make_id(RIDER), make_account(RIDER), PHONE, CONTACTS_PHONE, UNITS_ACCOUNT),
    *(make_id(700), make_account(700), PAYERS_ACCOUNT, PAID_BACK_TO),
    *(make_id(RELATIVE), RELATIVES_PHONE, SAID),
)
NAMES = (make_name(RIDER), "金丝联系人", "金丝收款人")
TOLD = ("event", "job", "session", "run")
"""Tables whose facts go into bundles and logs: names neither."""


def test_numbers_of_people_are_nowhere_in_the_clear(
    web: Flask, fund: Fund, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rich, addresses = Rich(web, fund).make(), []
    nobody = Browser(web)
    page = nobody.get("/join").text
    key = re.search(r'name="key"[^>]*value="([0-9a-f]{32})"', page)
    assert key
    rider = {"name": NAMES[0], "certno": make_id(RIDER), "phone": PHONE, "consent": "y"}
    rider |= {"unit_id": str(rich.gig), "occupation": "rider", "platform": "某平台"}
    for wrong in ({}, {"phone": f"{PHONE}0"}, {"certno": f"{make_id(RIDER)}0"}, {"unit_id": "1"}):
        given = rider | {"account": make_account(RIDER), "key": key[1]} | wrong
        assert nobody.post("/join", **given).status_code == (400 if wrong else 200)
    unit = {"uscc": make_uscc(77), "name": "金丝厂", "union_id": "1", "unit_percent": "50"}
    unit |= {"contact": NAMES[1], "phone": CONTACTS_PHONE, "account": UNITS_ACCOUNT, "bank": "行"}
    addresses.append(came(nobody.post("/register/", **unit)))
    back = {"act": "refund", "payee": NAMES[2], "payee_account": PAID_BACK_TO}
    addresses.append(came(rich.one.post(f"/office/money/lines/{rich.open_line}", **back)))
    died = f"姓名,身份证号,死亡日期\n{NAMES[0]},{make_id(RIDER)},2026-01-02\n".encode()
    fields = {"csrf_token": rich.one.token(), "file": (io.BytesIO(died), f"{make_id(RIDER)}.csv")}
    assert rich.one.client.post("/office/fates", data=fields).status_code in {200, 409}
    counter = rich.one.post("/office/claims/new", certno=make_id(RIDER))
    addresses.append(counter.location or "")
    agreed = f"/office/payments/heirs/{rich.dead}/agree"
    page = rich.two.get(f"/office/payments/heirs/{rich.dead}").text
    seen = {"heir_id": re.findall(r'name="heir_id" value="([0-9]+)"', page)[0]}
    addresses.append(came(rich.two.post(agreed, **seen)))
    assert rich.two.post(agreed, **seen).status_code == 409, "and the log says so"
    addresses += _asked_and_helped(web, fund)
    with web.app_context():
        drain_all()
    told = [caplog.text, *addresses, _broker(web)]
    assert all(told)
    assert not [x for where in told for x in in_the_clear(where, (*NUMBERS, *NAMES))]
    # The fund's own account is no secret, and shows that the search finds what is there.
    assert _at_rest(web, (*NUMBERS, NUMBER)) == [("fund_account", NUMBER)]
    assert not [(table, x) for table, x in _at_rest(web, NAMES) if table in TOLD]


def _asked_and_helped(web: Flask, fund: Fund) -> list[str]:
    """An enquiry with its answer, papers, a code, a relative's account: the addresses gone to."""
    zhao, officer = Browser(web).sign_in("zhao"), Browser(web).sign_in("officer1")
    asked = {"category": "claim", "said": SAID, "request_key": "canary"}
    place = came(zhao.post("/my/enquiries/new", **asked))
    number = place.rsplit("/", 1)[1]
    desk = f"/office/enquiries/{number}/write"
    went = [place, came(officer.post(desk, how="draft", said=SAID))]
    went.append(came(officer.post(desk, how="answer", said=SAID, seen="1")))
    went.append(came(zhao.post(f"{place}/rate", rating="5", line=SAID)))
    papers = {"kind": "attorney", "seen": SAID, "certno": make_id(RELATIVE), "until": ""}
    went.append(came(officer.post("/office/members/1/helpers/papers", **papers)))
    code = re.search(r'help-code code">(\w{4}) (\w{4})<', zhao.post("/my/helpers/code").text)
    assert code
    who = {"code": code[1] + code[2], "name": "某人", "certno": make_id(RELATIVE), "consent": "y"}
    who |= {"phone": RELATIVES_PHONE, "login": "canary", "password": "a good long password"}
    relative = Browser(web)
    assert relative.post("/help", **who | {"code": "AAAAAAAA"}).status_code == 409
    return [*went, came(relative.post("/help", **who))]


def _at_rest(web: Flask, canaries: tuple[str, ...]) -> list[tuple[str, str]]:
    """The tables that hold one of them, as text or in bytes."""
    tables = text("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'")
    looked = {x: f"({re.escape(x)}|{x.encode().hex()})" for x in canaries}
    found, rows = [], 0
    with web.app_context():
        session = db.session()
        for table in session.scalars(tables).all():
            each = [str(x) for x in session.scalars(text(f'SELECT x::text FROM "{table}" x'))]
            rows += len(each)
            whole = "\n".join(each)
            found += [(table, x) for x, pattern in looked.items() if re.search(pattern, whole)]
    assert rows > 100
    return found


def _broker(web: Flask) -> str:
    """All that waits in the broker."""
    with redis.Redis.from_url(web.config["BROKER_URL"].replace("redis+socket", "unix")) as broker:
        return queued(broker)
