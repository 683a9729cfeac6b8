"""Money out in the browser: by different people, each step; a form's author never passes alone."""

import io
import re

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, text

from app.db import db, transaction
from app.embedded.cluster import OWNER
from app.roster.identity import masked_certno
from tests.conftest import Cluster
from tests.db.bank import return_of
from tests.factories import make_account, make_id
from tests.web.browser import Browser, words
from tests.web.fund import QIAN, Fund, bill, feed

PREPARE = {"template": "plain", "account": "", "made_on": "2021-11-01"}


@pytest.fixture(scope="module")
def payable(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        fund.session = session
        bills = [bill(f"S20{n}", QIAN, f"2021-06-0{n}", "1000.00") for n in (1, 2)]
        fund.take(feed(*bills))


def payments(web: Flask) -> int:
    with web.app_context():
        return db.session().execute(text("SELECT count(*) FROM payment")).scalar_one()


def sha256_of(browser: Browser, path: str) -> str:
    return re.search(r"[0-9a-f]{64}", browser.get(path).text)[0]


def post(browser: Browser, path: str, **fields: str):
    answer = browser.post(path, **fields)
    shown = browser.get(answer.location) if answer.status_code == 302 else answer
    return answer.status_code, words(shown.text), answer.location


def agree(browser: Browser, path: str, seen: str = ""):
    """Agree to what stands on the page now, or to what was `seen` on it before."""
    found = re.search(r'name="(looked_at|heir_id)" value="([^"]*)"', seen or browser.get(path).text)
    return post(browser, f"{path}/agree", **({found[1]: found[2]} if found else {}))


def test_a_batch_from_prepare_to_answer(web: Flask, fund: Fund, payable: None) -> None:
    one, other = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    before = payments(web)
    assert "2021 年度申请待发放" in one.read("/office/payments/")
    # By state, as the start page counts them: what waits for a card is not ready to be paid.
    page = one.read("/office/payments/")
    for state, said in (
        ("payable", r"([0-9]+) 件 [0-9]{4} 年度申请待发放"),
        ("card_wanted", r"另有 ([0-9]+) 件待更新银行卡"),
    ):
        with web.app_context():
            asked = text("SELECT count(*) FROM claim_queue WHERE state = :state")
            count = db.session().execute(asked, {"state": state}).scalar_one()
        assert sum(map(int, re.findall(said, page))) == count, state
    assert "未列入的及原因" in one.read("/office/payments/ready/2021")
    code, _, order = post(one, "/office/payments/ready/2021", **PREPARE)
    assert code == 302, order
    prepared = re.search(r"编制，[-0-9: ]+", one.read(order))[0]
    digest = sha256_of(other, order)
    assert "1 张发放单待批准" in other.read("/office/")
    number = re.search(r"P2021-[0-9]+", other.read(order))[0]
    assert f"{number} 待批准" in one.read("/office/payments/")
    waits = one.get("/office/payments/ready/2021").text
    assert order in waits, "what waits, in the place of a form that would be refused"
    assert 'name="made_on"' not in waits
    # Its author has no button, and the form by hand is refused, as is any other file.
    assert "批准这份文件" not in one.read(order)
    assert post(one, f"{order}/approve", sha256=digest)[0] == 409
    assert post(other, f"{order}/approve", sha256="0" * 64)[0] == 409
    north = Browser(web).sign_in("north")
    for path in (order, f"{order}/line/1", "/office/payments/ready/2021"):
        assert north.get(path).status_code == 404
    for act in ("approve", "withdraw", "file", "return", "line/1/propose", "line/1/agree"):
        assert north.post(f"{order}/{act}", sha256=digest).status_code == 404
    assert payments(web) == before
    code, said, _ = post(other, f"{order}/approve", sha256=digest)
    assert (code, payments(web) > before) == (302, True), said
    assert post(other, f"{order}/approve", sha256=digest)[0] == 409
    page = one.get(order).text
    assert prepared in words(page), "the time of preparing, not of approving"
    assert one.get(re.search(r'href="([^"]*\.pdf)"', page)[1]).data.startswith(b"%PDF")
    file = one.post(f"{order}/file")
    assert file.status_code == 200
    assert file.data == other.post(f"{order}/file").data
    lines = [row.split(",") for row in file.data.decode("utf-8-sig").splitlines()[2:-1]]
    answered = [(int(x[0]), int(x[3].replace(".", "")), "unknown") for x in lines]
    number = file.data.decode("utf-8-sig").split(",")[1]
    content = return_of(number, "plain", answered)
    told = one.client.post(
        f"{order}/return",
        data={"csrf_token": one.token(), "file": (io.BytesIO(content), "回盘.csv")},
    )
    assert told.status_code == 200
    assert f"银行未定 {len(lines)}" in words(told.text)
    assert "正向银行查询" in one.read(f"{order}?which=unknown")
    asked = one.get(f"{order}?which=unknown").text
    claim = re.search(r'href="(/office/members/[0-9]+/claims/[0-9]+)"', asked)[1]
    assert "正向银行查询" in one.read(claim)
    doubted(web, order)


def doubted(web: Flask, order: str) -> None:
    """One proposes what became of line 1, another agrees; never the same person."""
    one, other = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    line = f"{order}/line/1"
    said = {"says": "paid", "booked_on": "2021-11-05", "evidence": "流水 1105-1"}
    assert "核定结果" in one.read(order)
    assert post(one, f"{line}/agree")[0] == 409
    assert one.post(f"{line}/propose", **said | {"says": "maybe"}).status_code == 400
    assert one.post(f"{line}/propose", **said | {"booked_on": "x"}).status_code == 400
    assert post(one, f"{line}/propose", **said | {"evidence": " "})[0] == 409
    assert post(one, f"{line}/propose", **said)[0] == 302
    assert "流水 1105-1" in other.read(line)
    assert post(one, f"{line}/agree")[0] == 409
    assert post(other, f"{line}/drop")[0] == 302
    assert post(other, f"{line}/propose", **said)[0] == 302
    assert agree(other, line)[0] == 409
    # Changed between the look and the word: that word was for something else.
    seen = one.get(line).text
    assert post(other, f"{line}/propose", **said | {"says": "failed"})[0] == 302
    assert agree(one, line, seen)[0] == 409
    assert post(one, f"{line}/agree")[0] == 409
    assert post(other, f"{line}/propose", **said)[0] == 302
    code, page, _ = agree(one, line)
    assert (code, "已由两人核定" in page) == (302, True)
    assert post(one, f"{line}/propose", **said)[0] == 409


def test_an_heir_is_named_by_two(web: Flask, fund: Fund) -> None:
    with web.app_context(), transaction() as session:
        member = session.execute(text("SELECT min(id) FROM member")).scalar_one()
        session.execute(
            text(
                "INSERT INTO member_fate (member_id, seq, fate, on_day, file_sha256, recorded_by)"
                " VALUES (:m, 1, 'died', '2021-12-01', '', :by)"
            ),
            {"m": member, "by": fund.officer},
        )
    one, other = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    page = f"/office/payments/heirs/{member}"
    heir = {
        "name": "王平",
        "certno": make_id(700),
        "relation": "配偶",
        "account": make_account(700),
        "papers": "公证书",
    }
    refused = one.post(f"{page}/propose", **heir | {"certno": "1"})
    assert refused.status_code == 400
    assert "继承人：身份证号" in refused.text, "in words, and not by the name of a field"
    assert post(one, f"{page}/propose", **heir)[0] == 302
    assert post(one, f"{page}/agree")[0] == 409
    assert heir["account"] not in other.get(page).text
    seen = other.get(page).text
    assert masked_certno(heir["certno"]) in seen, "who agrees holds it against the papers"
    assert heir["certno"] not in seen
    assert post(one, f"{page}/propose", **heir | {"name": "王安"})[0] == 302
    assert agree(other, page, seen)[0] == 409
    code, shown, _ = agree(other, page)
    assert (code, "收款的继承人" in shown) == (302, True)
    assert Browser(web).sign_in("north").get(page).status_code == 404
    assert Browser(web).sign_in("north").post(f"{page}/propose", **heir).status_code == 404


def test_who_has_no_name_is_left_out_and_the_list_has_pages(
    cluster: Cluster, web: Flask, fund: Fund, payable: None
) -> None:
    with web.app_context():
        with transaction() as session:
            fund.session = session
            fund.take(feed(bill("S209", QIAN, "2021-06-09", "1000.00")))
        found = "SELECT member_id FROM claim WHERE setl_id = 'S209'"
        member_id = db.session().execute(text(found)).scalar_one()
        owner = create_engine(cluster.url(OWNER, db.engine.url.database), poolclass=NullPool)
    one, path = Browser(web).sign_in("officer1"), "/office/payments/ready/2021"
    with owner.begin() as session:
        names = text("DELETE FROM member_name WHERE member_id = :member RETURNING name")
        [*_, (name,)] = session.execute(names, {"member": member_id}).all()
    first = one.get(f"{path}?size=1")
    assert "没有登记姓名" in words(one.get(path).text)
    assert "没有登记姓名" not in words(first.text) or "after=1" in first.text
    [following] = re.findall(r'href="([^"]*after=[0-9]+)"', first.text)
    assert words(one.get(following).text) != words(first.text)
    with web.app_context(), transaction() as session:
        row = {"member": member_id, "name": name}
        added = "INSERT INTO member_name (member_id, seq, name)"
        session.execute(text(f"{added} VALUES (:member, 1, :name)"), row)
