"""Units in the web: they register, officers decide, a contact sees nothing but the own unit."""

import io
import re

from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.accounts.check import MOST_REQUESTS
from app.accounts.models import Account
from app.clock import today
from app.db import transaction
from app.roster.units import unit_of
from app.units.models import UnitRequest
from tests.factories import make_id, make_uscc, xlsx_bytes
from tests.web.browser import Browser
from tests.web.fund import Fund

PHONE = "13800001234"


def fields(fund: Fund, seed: int = 6, **other: str) -> dict[str, str]:
    return {
        "uscc": make_uscc(seed),
        "name": f"第{seed}中学",
        "union_id": str(fund.district_id),
        "unit_percent": "60",
        "contact": "王联系",
        "phone": PHONE,
        "account": "410000000000",
        "bank": "市商业银行",
        **other,
    }


def number(web: Flask, seed: int) -> int:
    with web.app_context(), transaction() as session:
        found = select(UnitRequest.id).where(UnitRequest.uscc == make_uscc(seed))
        return session.scalars(found.order_by(UnitRequest.id.desc())).first()


def test_from_the_public_page_to_the_contacts_first_roster(web: Flask, fund: Fund) -> None:
    stranger = Browser(web)
    assert "登记单位" in stranger.read("/register/")
    answer = stranger.client.post(
        "/register/", data={"csrf_token": stranger.token("/register/"), **fields(fund)}
    )
    assert answer.location == "/register/sent"
    north = Browser(web).sign_in("north")
    assert "处理 2 项单位申请" in north.read("/office/")
    assert "第6中学" in north.read("/office/requests/")
    page = north.read(f"/office/requests/{number(web, 6)}")
    assert "单位自行申请" in page
    assert PHONE in page
    done = north.post(f"/office/requests/{number(web, 6)}/approve").text
    login, password = re.findall(r'<dd class="code">([^<]+)</dd>', done)
    contact = first_sign_in(web, login, password)
    start = contact.read("/unit/")
    assert "第6中学" in start
    assert "目前还没有人参保" in start
    assert "参保期" in start
    assert "尚未报送" in start
    with web.app_context(), transaction() as session:
        unit_id = unit_of(session, make_uscc(6)).id
    for path in (f"/office/unit/{unit_id}", f"/office/unit/{unit_id}/upload"):
        assert contact.get(path).status_code == 200
    rows = [["姓名", "身份证号"], ["赵安", make_id(70)]]
    asked = f"/office/unit/{unit_id}/upload"
    assert 'name="confirmed_on"' not in contact.read(asked)
    fields_sent = {"csrf_token": contact.token(asked), "key": "0" * 32, "year": str(today().year)}
    by_hand = {"confirmed_on": f"{today().year}-01-05"}

    def send(**other: str) -> TestResponse:
        file = (io.BytesIO(xlsx_bytes(rows)), "花名册.xlsx")
        return contact.client.post(asked, data={**fields_sent, **other, "file": file})

    assert send(year="2023").status_code == 400  # a year that is over, typed by hand
    sent = send(**by_hand)
    assert re.fullmatch(r"/office/rosters/[0-9]+", sent.location)
    assert contact.get(sent.location).status_code == 200
    with web.app_context(), transaction() as session:  # whatever day came along by hand
        newest = text("SELECT confirmed_on FROM roster_upload ORDER BY id DESC LIMIT 1")
        assert session.scalar(newest) == today()
    # Nothing of another unit, and nothing that only officers do.
    for path in ("/office/unit/1", "/office/unit/1/upload", "/office/rosters/1"):
        assert contact.get(path).status_code == 404
    for path in ("/office/", "/office/requests/", "/office/units/2021", "/office/upload"):
        assert contact.get(path).status_code == 403
    refused = contact.post(f"/office/requests/{fund.request}/approve")
    assert refused.status_code == 403


def test_the_public_page_answers_the_same_whether_a_unit_is_known(web: Flask, fund: Fund) -> None:
    stranger = Browser(web)
    for seed in (1, 7):
        data = {"csrf_token": stranger.token("/register/"), **fields(fund, seed)}
        answer = stranger.client.post("/register/", data=data)
        assert (answer.status_code, answer.location) == (302, "/register/sent")
    page = Browser(web).sign_in("north").get(f"/office/requests/{number(web, 1)}").text
    assert "这个代码的单位已经登记" in page
    # What can only be refused is not offered for approval.
    assert ("/approve" in page, "/refuse" in page) == (False, True)


def test_the_public_page_refuses_in_words_and_slows_down(web: Flask, fund: Fund) -> None:
    stranger = Browser(web)
    token = stranger.token("/register/")

    def send(**other: str) -> tuple[int, str]:
        data = {"csrf_token": token, **fields(fund, **other)}
        answer = stranger.client.post("/register/", data=data)
        return answer.status_code, answer.text

    code, page = send(uscc="91410599000000001X")
    assert code == 409
    # Beside the field that is wrong, and nothing above the form.
    beside = re.search(r'<input[^>]*name="uscc".*?</div>\s*(?:</div>)?', page, re.DOTALL)[0]
    assert "91410599000000001X 有误" in beside
    assert 'role="alert"' not in page
    assert send(name="")[0] == send(unit_percent="101")[0] == 400
    for _ in range(MOST_REQUESTS):
        send(name="")
    code, page = send()
    assert code == 429
    assert "申请太频繁" in page
    # Sign-in at the same address goes on.
    Browser(web).sign_in("officer1")


def test_a_contact_that_was_changed_is_out_with_the_next_request(web: Flask, fund: Fund) -> None:
    contact = Browser(web).sign_in(fund.contact)
    unit = f"/office/unit/{fund.kindergarten}"
    page = contact.post(f"{unit}/contact", contact="郑新", phone=PHONE)
    assert page.location == unit
    assert contact.get("/unit/").status_code == 200
    officer = Browser(web).sign_in("officer1")
    asked = officer.read(f"/office/requests/{number(web, 4)}")
    assert re.search(r"批准后停用的联系人 \S+ · *电话尾号 [0-9]{4}", asked), "whom it replaces"
    given = officer.post(f"/office/requests/{number(web, 4)}/approve").text
    login, password = re.findall(r'<dd class="code">([^<]+)</dd>', given)
    assert login == f"{make_uscc(4).lower()}-2"
    gone = contact.get("/unit/")
    assert (gone.status_code, gone.location[:8]) == (302, "/sign-in")
    assert Browser(web).post("/sign-in", login=fund.contact, password="x" * 12).status_code == 403
    assert "北区幼儿园" in first_sign_in(web, login, password).read("/unit/")


def test_one_officer_asks_and_another_approves(web: Flask, fund: Fund) -> None:
    one, other = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    unit = f"/office/unit/{fund.kindergarten}"
    made = one.post(f"{unit}/change", from_on="2026-01-01", name="北区新幼儿园", union_id="0")
    assert made.status_code == 409  # its history begins later
    for what, sent in (
        ("change", {"from_on": f"{today()}", "name": "北区新幼儿园", "union_id": "0"}),
        ("merge", {"other": make_uscc(2), "on_day": f"{today()}"}),
    ):
        answer = one.post(f"{unit}/{what}", **sent)
        assert answer.status_code == 302, answer.text
        page = one.read(answer.location)
        assert "须由另一位经办人员批准" in page
        assert one.post(f"{answer.location}/approve").status_code == 409
        closes = "其他待办的申请、增减员名单和未确认的名册将一并结束"
        assert (closes in other.read(answer.location)) == (what == "merge")
        assert other.post(f"{answer.location}/approve").status_code == 302
    assert "已于" in one.read(unit)
    assert "并入北区第三小学" in one.read(unit)
    refused = one.post(f"{unit}/merge", other=make_uscc(2), on_day=f"{today()}")
    assert "已并入" in refused.text


def test_what_is_stands_beside_what_would_be(web: Flask, fund: Fund) -> None:
    one, other = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    made = one.post("/office/units/register", **fields(fund, 8))
    assert other.post(f"{made.location}/approve").status_code == 200
    with web.app_context(), transaction() as session:
        unit = f"/office/unit/{unit_of(session, make_uscc(8)).id}"
    form = one.read(f"{unit}/change")
    for said in ("第8中学", "北区总工会", "60%", "尾号 0000 · 市商业银行"):
        assert f"目前：{said}" in form, said
    asked = {"name": "第八中学", "union_id": "1", "unit_percent": "70"}
    account = {"account": "6222000011112222", "bank": "新银行"}
    sent = one.post(f"{unit}/change", from_on=f"{today()}", **asked, **account)
    page = other.read(sent.location)
    both = "60% 70%"
    for pair in ("第8中学 第八中学", both, "尾号 0000 · 市商业银行 尾号 2222 · 新银行"):
        assert pair in page, pair
    assert "北区总工会 市总工会" in page
    assert "改动 目前 申请改为" in page
    assert other.post(f"{sent.location}/approve").status_code == 302
    page = other.read(sent.location)  # what it was then, not what it has become
    assert "改动 申请时 申请改为" in page
    assert both in page
    contact = one.post(f"{unit}/contact", contact="郑新", phone=PHONE)
    assert f"王联系 · 电话尾号 1234 郑新 · {PHONE}" in other.read(contact.location)
    merge = one.post(f"{unit}/merge", other=make_uscc(1), on_day=f"{today()}")
    assert "第八中学 市纺织机械厂" in other.read(merge.location)


def test_a_contact_sees_what_it_asked_for_and_takes_it_back(web: Flask, fund: Fund) -> None:
    one, other = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    made = one.post("/office/units/register", **fields(fund, 9))
    given = other.post(f"{made.location}/approve").text
    contact = first_sign_in(web, *re.findall(r'<dd class="code">([^<]+)</dd>', given))
    with web.app_context(), transaction() as session:
        unit = f"/office/unit/{unit_of(session, make_uscc(9)).id}"
    asked = {"from_on": f"{today()}", "union_id": "0", "unit_percent": "70"}
    assert contact.post(f"{unit}/change", **asked).location == unit
    sent = re.search(r"/office/requests/[0-9]+", contact.get(unit).text)[0]
    page = contact.read(sent)
    assert "60% 70%" in page
    assert "approve" not in contact.get(sent).text
    assert contact.post(f"{sent}/withdraw").location == sent
    assert "已撤回" in contact.read(sent)
    # What others ask, as who comes in its place, it learns when that is so.
    others = one.post(f"{unit}/contact", contact="郑新", phone=PHONE).location
    assert contact.get(others).status_code == 404
    assert others not in contact.get(unit).text


def test_people_go_to_another_unit_by_a_list_on_the_page(web: Flask, fund: Fund) -> None:
    one, other = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    with web.app_context(), transaction() as session:
        works = unit_of(session, make_uscc(1)).id
    numbers = f"{make_id(2)}\n{make_id(999)}\nabc"
    sent = {"other": make_uscc(2), "on_day": "2021-06-01", "numbers": numbers}
    answer = one.post(f"/office/unit/{works}/split", **sent)
    assert answer.status_code == 302, answer.text
    assert "有 2 行没有可以转走的人" in one.read(answer.location)
    assert make_id(2) not in one.get(answer.location).text
    assert other.post(f"{answer.location}/approve").status_code == 302
    with web.app_context(), transaction() as session:
        north = unit_of(session, make_uscc(2)).id
    page = Browser(web).sign_in("north").read(f"/office/unit/{north}/2021")
    tail = make_id(2)[-4:]
    assert tail in page
    assert tail not in one.read(f"/office/unit/{works}/2021")
    nobody = one.post(f"/office/unit/{works}/split", **{**sent, "numbers": "abc"})
    assert nobody.status_code == 409
    assert "这一行没有身份证号" in nobody.text


def test_many_from_a_file(web: Flask, fund: Fund) -> None:
    one, other = Browser(web).sign_in("officer1"), Browser(web).sign_in("officer2")
    rows = [
        ["统一社会信用代码", "单位名称", "区县工会", "联系人", "联系电话"],
        [make_uscc(21), "第21厂", "北区总工会", "王联系", PHONE],
        [make_uscc(22), "第22厂", "没有的工会", "王联系", PHONE],
    ]
    page = one.client.post(
        "/office/units/import",
        data={
            "csrf_token": one.token("/office/units/import"),
            "file": (io.BytesIO(xlsx_bytes(rows)), "单位.xlsx"),
        },
    )
    assert page.status_code == 200
    assert "没有名为“没有的工会”的工会" in page.text
    action = re.search(
        r'action="(/office/requests/file/[0-9a-f]+/approve)"', one.get("/office/requests/").text
    )[1]
    assert "已登记 0 个单位" in words_of(one.post(action).text)
    assert "已登记 1 个单位" in words_of(other.post(action).text)
    with web.app_context(), transaction() as session:
        assert unit_of(session, make_uscc(21)).name == "第21厂"
        kept = session.scalars(select(Account.login).where(Account.role == "contact")).all()
        assert f"{make_uscc(21).lower()}-1" in kept
        assert session.scalar(text("SELECT count(*) FROM unit_contact")) >= 2


def words_of(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page)


def first_sign_in(web: Flask, login: str, password: str) -> Browser:
    """An officer has seen this password: another one is asked for before anything else."""
    contact, place = Browser(web).sign_in(login, password), "/account/password"
    assert contact.get("/unit/").location == place
    chosen = {"old": password, "new": "own words of mine", "again": "own words of mine"}
    token = contact.token(place)
    assert contact.client.post(place, data={"csrf_token": token, **chosen}).location == "/"
    return contact
