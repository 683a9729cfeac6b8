"""The administrators' pages: what each does there, and what the others see of it."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.accounts.add import add_account
from app.accounts.models import Account, Role
from app.db import db, transaction
from app.web import create_app
from tests.conftest import Cluster, copy_of
from tests.factories import make_id
from tests.web.browser import Browser, words
from tests.web.fund import PASSWORD

ADMINS = {
    "system": Role.SYSTEM_ADMIN,
    "audit": Role.AUDIT_ADMIN,
    "officer": Role.OFFICER,
    "security": Role.SECURITY_ADMIN,
}
OTHERS = {"zh": re.compile(r"\b[A-Za-z]+ [a-z]+ [a-z]+\b"), "en": re.compile(r"[\u3400-\u9fff]")}


@pytest.fixture(scope="module")
def web(
    cluster: Cluster, template: str, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    with copy_of(cluster, template, broker, tmp_path_factory.mktemp("web")) as database:
        made = create_app(database.settings)
        with made.app_context(), transaction() as session:
            for login, role in ADMINS.items():
                add_account(session, login, login, role, PASSWORD, by=None)
        yield made
        with made.app_context():
            db.engine.dispose()


def number(web: Flask, login: str) -> int:
    with web.app_context(), transaction() as session:
        return session.scalars(select(Account.id).where(Account.login == login)).one()


def made(web: Flask, login: str) -> str:
    """An account the system administrator made: its first password."""
    page = Browser(web).sign_in("system").post("/admin/accounts/new", login=login, name="新来")
    assert page.status_code == 200, words(page.text)
    return re.findall(r'<dd class="code">([^<]+)</dd>', page.text)[1]


def test_an_account_from_its_making_to_its_first_act(web: Flask) -> None:
    password = made(web, "new.officer")
    new = Browser(web).sign_in("new.officer", password)
    assert new.get("/").location == "/account/"
    assert new.get("/account/").location == "/account/password"
    token = new.token("/account/password")
    own = {"old": password, "new": "my own long password", "again": "my own long password"}
    assert new.client.post("/account/password", data={"csrf_token": token, **own}).location == "/"
    assert "还没有权限" in new.read("/account/")
    assert new.get("/office/").status_code == 403
    security, account = Browser(web).sign_in("security"), number(web, "new.officer")
    assert "尚无权限" in security.read("/admin/rights")
    given = security.post(f"/admin/rights/{account}/give", role="officer", union="1")
    assert given.location == f"/admin/rights/{account}"
    assert new.get("/office/").status_code == 200
    assert security.post(f"/admin/rights/{account}/take").status_code == 302
    assert new.get("/office/").status_code == 302
    told = Browser(web).sign_in("audit").read("/admin/changes")
    assert "新来" in told
    assert "经办人员" in told
    assert "security" in told


def test_nobody_gives_himself_a_right_by_http(web: Flask) -> None:
    security, own = Browser(web).sign_in("security"), number(web, "security")
    for act, typed in (
        ("give", {"role": "officer", "union": "1"}),
        ("take", {}),
        ("factor", {}),
        ("subject", {"subject": "x"}),
    ):
        assert security.post(f"/admin/rights/{own}/{act}", **typed).status_code == 409, act
    assert "您自己的账号" in security.read(f"/admin/rights/{own}")
    system, mine = Browser(web).sign_in("system"), number(web, "system")
    for act in ("renew", "disable"):
        assert system.post(f"/admin/accounts/{mine}/{act}").status_code == 409
    # Of an account that has no second step there is none to set anew.
    theirs = f"/admin/rights/{number(web, 'officer')}"
    shown = security.get(theirs).text
    assert f'action="{theirs}/take"' in shown
    assert f'action="{theirs}/factor"' not in shown
    officer = f"/admin/rights/{number(web, 'officer')}/give"
    assert security.post(officer, role="auditor", union="1").status_code == 409
    assert security.post(officer, role="member", union="1").status_code == 400
    assert security.post(officer, role="none", union="1").status_code == 400
    assert security.post(officer, role="officer", union="999").status_code == 400


def test_a_sign_in_name_at_full_width_is_the_same_name(web: Flask) -> None:
    made(web, "\uff57\uff49\uff44\uff45")
    assert number(web, "wide")
    again = Browser(web).sign_in("system").post("/admin/accounts/new", login="wide", name="又来")
    assert again.status_code == 409
    certno = "".join(chr(ord(digit) + 0xFEE0) for digit in make_id(9))
    refused = Browser(web).sign_in("system").post("/admin/accounts/new", login=certno, name="新来")
    assert "不能是身份证号" in words(refused.text)


def test_a_provider_means_one_account_by_a_subject(web: Flask) -> None:
    security = Browser(web).sign_in("security")
    made(web, "federated")
    ones, others = (f"/admin/rights/{number(web, x)}/subject" for x in ("officer", "federated"))
    assert security.post(ones, subject="s-7").status_code == 302
    refused = security.post(others, subject=" s-7 ")
    assert refused.status_code == 409
    assert "已关联另一个账号" in words(refused.text)
    assert security.post(others, subject="s\u202e7").status_code == 400
    security.post(ones, subject="")
    assert "不再关联统一登录" in words(security.get(ones.removesuffix("/subject")).text)
    assert security.post(others, subject="s-7").status_code == 302


def test_who_is_looked_for_stands_in_no_address(web: Flask) -> None:
    system = Browser(web).sign_in("system")
    assert "officer" in words(system.post("/admin/accounts", words="OFFIC").text)
    assert "没有找到" in words(system.post("/admin/accounts", words="100%_").text)
    first = system.get("/admin/accounts?size=2").text
    following = re.search(r"after=([0-9]+)", first)[1]
    assert system.get(f"/admin/accounts?size=2&after={following}").status_code == 200


@pytest.mark.parametrize(
    ("login", "name"), [("system", "x"), (make_id(1), "x"), ("a b", "x"), ("fine", "x\u202ey")]
)
def test_an_account_that_cannot_be_is_refused_in_words(web: Flask, login: str, name: str) -> None:
    system = Browser(web).sign_in("system")
    page = system.post("/admin/accounts/new", login=login, name=name)
    assert page.status_code == 409
    assert 'role="alert"' in page.text


def test_a_password_is_renewed_and_an_account_taken_away(web: Flask) -> None:
    first = made(web, "leaver")
    system, account = Browser(web).sign_in("system"), number(web, "leaver")
    page = system.post(f"/admin/accounts/{account}/renew").text
    second = re.findall(r'<dd class="code">([^<]+)</dd>', page)[1]
    assert first != second
    gone = Browser(web).sign_in("leaver", second)
    assert Browser(web).post("/sign-in", login="leaver", password=first).status_code == 403
    assert system.post(f"/admin/accounts/{account}/disable").location == "/admin/accounts"
    assert gone.get("/account/").status_code == 302
    security = Browser(web).sign_in("security")
    assert "不能恢复" in security.read(f"/admin/rights/{account}")
    given = security.post(f"/admin/rights/{account}/give", role="officer", union="1")
    assert given.status_code == 409


def test_the_log_shows_who_came_from_where_to_the_audit_administrator(web: Flask) -> None:
    Browser(web).post("/sign-in", login="no.such.name", password="what is typed here")
    audit = Browser(web).sign_in("audit")
    told = audit.read("/admin/sign-ins")
    assert "未知账号" in told
    assert "127.0.0.1" in told
    assert "no.such.name" not in told
    assert "after=" in audit.get("/admin/sign-ins?size=1").text


def test_who_opened_which_paper_is_shown(web: Flask) -> None:
    audit = Browser(web).sign_in("audit")
    assert "还没有审计人员打开过" in audit.read("/admin/openings")
    with web.app_context(), transaction() as session:
        event = (
            "INSERT INTO event (act, by, about, facts, benefit_years)"
            " SELECT act, id, 1, '{\"claim\": 17, \"no\": 2}', '{}' FROM account,"
            " (VALUES ('claim.opened'), ('paper.opened')) x (act) WHERE login = 'officer'"
        )
        session.execute(text(event))
    told = audit.read("/admin/openings")
    assert "17" in told
    assert "officer" in told
    assert "after=" in audit.get("/admin/openings?size=1").text


def test_that_the_second_step_is_off_is_said(web: Flask) -> None:
    assert "第二步验证未开启" in Browser(web).sign_in("system").read("/admin/accounts")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_are_of_one_language(web: Flask, lang: str) -> None:
    for login, paths in {
        "system": ["/admin/accounts", "/admin/accounts/new", "/account/password"],
        "security": ["/admin/rights", f"/admin/rights/{number(web, 'officer')}", "/account/second"],
        "audit": ["/admin/sign-ins", "/admin/changes", "/admin/openings", "/account/"],
    }.items():
        browser = Browser(web).sign_in(login).choose(lang)
        for path in paths:
            page = browser.read(path)
            for name in ("English", "中文", "市总工会", "新来", "HUZHU_SECOND_FACTOR=staff"):
                page = page.replace(name, "")
            assert OTHERS[lang].findall(page) == [], path
