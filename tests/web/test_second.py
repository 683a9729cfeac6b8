"""The second step: asked of staff, good once, and no way around it."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app.accounts.add import add_account
from app.accounts.factor import CODES, MOST, code_at, step_now
from app.accounts.models import (
    Account,
    AccountChange,
    RecoveryCode,
    Role,
    SecondFactor,
    SignInLog,
    SignInTry,
)
from app.db import db, transaction
from app.web import create_app
from app.web.roles import EVERYBODY, served_by
from tests.clear import in_the_clear
from tests.conftest import Cluster, copy_of
from tests.web.browser import Browser, words
from tests.web.fund import PASSWORD
from tests.web.second import PAGE, Phone, half, key_on, set_up, step
from tests.web.test_roles import SAMPLE, pages

STAFF = ("officer", "operator", "auditor", "system_admin", "audit_admin", "security_admin")


@pytest.fixture(scope="module")
def web(
    cluster: Cluster, template: str, broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """A system that asks staff for a second step, with an account of each role."""
    with copy_of(cluster, template, broker, tmp_path_factory.mktemp("web")) as database:
        made = create_app(replace(database.settings, second_factor=True))
        with made.app_context(), transaction() as session:
            for login in (*STAFF[:-1], "officer2", "auditor2", STAFF[-1]):
                role = Role(login.rstrip("2"))
                add_account(session, login, login, role, PASSWORD, by=None)
            add_account(session, "contact", "联系人", Role.CONTACT, PASSWORD, by=None)
        yield made
        with made.app_context():
            db.engine.dispose()


@pytest.fixture(autouse=True)
def _as_before(web: Flask) -> Iterator[None]:
    """Nobody has a phone set up, and nobody has failed."""
    yield
    with web.app_context(), transaction() as session:
        for table in (SignInTry, RecoveryCode, SecondFactor):
            session.execute(delete(table))


def test_all_staff_set_it_up_at_the_first_sign_in_and_contacts_do_not(web: Flask) -> None:
    for login in STAFF:
        browser = Browser(web)
        _, codes = set_up(browser, login)
        assert len(set(codes)) == CODES
        assert browser.get("/account/").status_code == 200
    assert Browser(web).sign_in("contact").get("/account/").status_code == 200


def test_who_is_half_signed_in_reaches_nothing_else(web: Flask) -> None:
    browser = half(Browser(web), "officer")
    token, tried = browser.token(PAGE), 0
    for rule in pages(web):
        if served_by(web, rule.endpoint) is EVERYBODY:
            continue
        with web.test_request_context():
            path = rule.build({name: SAMPLE[name] for name in rule.arguments})[1]
        if "GET" in rule.methods:
            answer = browser.get(path)
            assert answer.status_code == 302, path
            assert answer.location.startswith(PAGE), path
        if "POST" in rule.methods:
            answer = browser.client.post(path, data={"csrf_token": token})
            assert answer.status_code == 401, path
        tried += 1
    assert tried > 100
    assert browser.get("/").status_code == 200  # as a stranger sees it
    browser.post("/sign-out")
    assert browser.get(PAGE).location == "/"


def test_a_code_is_good_once_and_beside_its_time(web: Flask) -> None:
    phone, _ = set_up(Browser(web), "officer")
    for away in (-3, 4, 20):
        code = code_at(phone.secret, step_now() + away)
        assert step(half(Browser(web), "officer"), code=code).status_code == 403
    code = phone.code()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code[3:])
    assert step(half(Browser(web), "officer"), code=f" {code[:3]} {wide} ").location == "/"
    for again in (code, code_at(phone.secret, phone.used - 1)):
        refused = step(half(Browser(web), "officer"), code=again)
        assert refused.status_code == 403
        assert 'role="alert"' in refused.text


def test_a_recovery_code_is_good_once_and_is_kept_as_a_hash(web: Flask) -> None:
    _, codes = set_up(Browser(web), "auditor")
    assert step(half(Browser(web), "auditor"), recovery=codes[0].upper()).location == "/"
    assert step(half(Browser(web), "auditor"), recovery=codes[0]).status_code == 403
    assert step(half(Browser(web), "auditor"), recovery=codes[1].replace("-", " ")).location == "/"
    assert step(half(Browser(web), "auditor"), recovery="aaaa-bbbb-cccc-dddd").status_code == 403
    with web.app_context(), transaction() as session:
        stored = session.scalars(select(RecoveryCode.code_hash)).all()
        cipher = session.scalars(select(SecondFactor.secret_cipher)).one()
    assert len(stored) == CODES
    # As it is shown, and as it is compared: without what separates it.
    plain = (*codes, *(each.replace("-", "") for each in codes))
    assert not in_the_clear(b"".join(stored), plain)
    assert len(cipher) > 32


def test_another_accounts_recovery_code_is_none(web: Flask) -> None:
    _, codes = set_up(Browser(web), "officer")
    set_up(Browser(web), "officer2")
    assert step(half(Browser(web), "officer2"), recovery=codes[0]).status_code == 403


def test_83_guessing_codes_is_slowed_down_from_all_addresses(web: Flask) -> None:
    phone, codes = set_up(Browser(web), "officer")
    for n in range(MOST):
        guesser = Browser(web)
        guesser.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{n}"
        assert step(half(guesser, "officer"), code="000000").status_code == 403
    late = step(half(Browser(web), "officer"), code=phone.code())
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) == 15 * 60
    assert step(half(Browser(web), "officer"), recovery=codes[0]).status_code == 429


def test_85_a_half_sessions_cookie_never_becomes_a_whole_one(web: Flask) -> None:
    phone, _ = set_up(Browser(web), "officer")
    planted = half(Browser(web), "officer")
    fixed = planted.cookie()
    victim = Browser(web)
    victim.client.set_cookie("huzhu", fixed)
    assert step(victim, code=phone.code()).location == "/"
    assert victim.cookie() != fixed
    assert planted.get("/office/").status_code == 302


@pytest.mark.parametrize("elsewhere", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_89_nobody_is_sent_elsewhere_after_the_code(web: Flask, elsewhere: str) -> None:
    phone, _ = set_up(Browser(web), "officer")
    browser = Browser(web)
    answer = browser.post("/sign-in", login="officer", password=PASSWORD, next=elsewhere)
    assert answer.location == f"{PAGE}?next=/"
    assert step(browser, code=phone.code(), next=elsewhere).location == "/"


def test_a_page_asked_for_comes_after_both_steps(web: Flask) -> None:
    phone, _ = set_up(Browser(web), "officer")
    browser = Browser(web)
    answer = browser.post("/sign-in", login="officer", password=PASSWORD, next="/office/units/")
    assert answer.location == f"{PAGE}?next=/office/units/"
    assert step(browser, code=phone.code(), next="/office/units/").location == "/office/units/"


@pytest.mark.parametrize("typed", ["", "１２３４５６", "\u202e12345", "x" * 40, "' OR 1=1"])
def test_no_code_breaks_the_form(web: Flask, typed: str) -> None:
    browser = half(Browser(web), "officer2")
    assert step(browser, code=typed).status_code == 403
    assert step(browser, code="9" * 10_000).status_code == 400


def test_a_half_session_ends_by_itself(web: Flask) -> None:
    browser = half(Browser(web), "officer2")
    with web.app_context(), transaction() as session:
        session.execute(text("UPDATE sign_in SET recorded_at = now() - interval '11 min'"))
    assert browser.get(PAGE).location == "/"


def test_a_contact_switches_it_on(web: Flask) -> None:
    browser, there = Browser(web).sign_in("contact"), "/account/second"
    secret = key_on(browser.get(there).text)

    def typed(code: str) -> TestResponse:
        return browser.client.post(there, data={"csrf_token": browser.token(there), "code": code})

    assert typed("0").status_code == 403
    assert typed(code_at(secret, step_now())).status_code == 200
    assert browser.get(there).status_code == 302
    later = half(Browser(web), "contact")
    assert step(later, code=code_at(secret, step_now() + 1)).location == "/"


def anew(browser: Browser, what: str, **typed: str) -> TestResponse:
    there = f"/account/second/{what}"
    return browser.client.post(there, data={"csrf_token": browser.token("/account/"), **typed})


def test_the_owner_makes_new_codes_and_moves_to_another_phone(web: Flask) -> None:
    """With the password and a present code; what was good before ends at once."""
    browser = Browser(web)
    phone, codes = set_up(browser, "officer2")
    there = step(half(Browser(web), "officer2"), recovery=codes[0])
    assert there.location == "/"
    typed = {"password": PASSWORD, "code": codes[1]}
    for wrong in ({"password": "wrong"}, {"code": "000000"}, {"code": codes[0]}):
        for what in ("codes", "move"):
            assert anew(browser, what, **typed | wrong).status_code == 403
    assert anew(browser, "codes", **typed | {"password": ""}).status_code == 400
    made = anew(browser, "codes", **typed)
    later = re.findall(r'<code class="code">([a-z2-7-]+)</code>', made.text)
    assert len(later) == CODES
    assert step(half(Browser(web), "officer2"), recovery=codes[2]).status_code == 403
    # The phone before is good until the other one has shown a code.
    assert anew(browser, "moved", code="000000").location.endswith("/second/move")
    page = anew(browser, "move", password=PASSWORD, code=phone.code()).text
    other = Phone(key_on(page))
    assert other.secret != phone.secret
    wrong = anew(browser, "moved", code="000000")
    assert (wrong.status_code, other.secret in wrong.text) == (403, False)
    elsewhere = half(Browser(web), "officer2")
    assert step(elsewhere, recovery=later[0]).location == "/"
    moved = anew(browser, "moved", code=other.code())
    last = re.findall(r'<code class="code">([a-z2-7-]+)</code>', moved.text)
    assert len(last) == CODES
    assert elsewhere.get("/account/").status_code == 302
    assert step(half(Browser(web), "officer2"), code=phone.code()).status_code == 403
    assert step(half(Browser(web), "officer2"), recovery=later[1]).status_code == 403
    assert step(half(Browser(web), "officer2"), recovery=last[0]).location == "/"
    assert anew(browser, "moved", code=other.code()).status_code == 302  # no phone waits any more
    note = "INSERT INTO account_change (account_id, what, by) SELECT id, :what, id + 1 FROM account"
    with web.app_context(), transaction() as session:
        told = session.scalars(
            select(AccountChange.what).order_by(AccountChange.id.desc()).limit(2)
        )
        assert told.all() == ["factor_moved", "codes_made"]
        for what in ("codes_made", "factor_moved"):
            said = f"{note} WHERE login = 'officer2'"
            with pytest.raises(DBAPIError) as refused, session.begin_nested():
                session.execute(text(said), {"what": what})
            assert refused.value.orig.diag.constraint_name == "account_change_is_allowed"


def test_everybody_sees_the_own_sign_ins_and_leaves_the_other_sessions(web: Flask) -> None:
    here, there = Browser(web).sign_in("contact"), Browser(web).sign_in("contact")
    seen = words(here.get("/account/").text)
    assert "密码" in seen
    assert "127.0.0.1" in seen
    answer = here.client.post("/account/elsewhere", data={"csrf_token": here.token("/account/")})
    assert answer.location == "/account/"
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_a_password_somebody_else_gave_is_changed_before_anything_else(web: Flask) -> None:
    with web.app_context(), transaction() as session:
        session.execute(update(Account).where(Account.login == "contact").values(renew=True))
    browser = Browser(web).sign_in("contact")
    assert browser.get("/unit/").location == "/account/password"

    def change(old: str, new: str, again: str | None = None) -> TestResponse:
        typed = {"old": old, "new": new, "again": again or new}
        token = browser.token("/account/password")
        return browser.client.post("/account/password", data={"csrf_token": token, **typed})

    assert change("wrong", "another long password").status_code == 403
    assert change(PASSWORD, "another long password", "other").status_code == 400
    assert change(PASSWORD, "short").status_code == 409
    assert change(PASSWORD, PASSWORD).status_code == 409
    other = Browser(web).sign_in("contact")
    before = browser.cookie()
    assert change(PASSWORD, "another long password").location == "/"
    assert browser.cookie() != before
    assert other.get("/account/").status_code == 302
    assert browser.get("/account/").status_code == 200
    Browser(web).sign_in("contact", "another long password")


def test_what_was_tried_stands_in_the_log(web: Flask) -> None:
    Browser(web).post("/sign-in", login="auditor2", password="wrong")
    Browser(web).post("/sign-in", login="nobody.at.all", password="wrong")
    browser = Browser(web)
    set_up(browser, "auditor2")
    browser.post("/sign-out")
    step(half(Browser(web), "auditor2"), code="000000")
    asked = select(SignInLog.what, SignInLog.how, Account.login).outerjoin(
        Account, Account.id == SignInLog.account_id
    )
    with web.app_context(), transaction() as session:
        told = session.execute(asked.order_by(SignInLog.id.desc()).limit(5)).all()
        sealed = session.scalars(select(SignInLog.place_cipher)).all()
        changes = session.scalar(
            select(func.count()).where(
                AccountChange.what == "factor_set",
                AccountChange.account_id.in_(select(Account.id).where(Account.login == "auditor2")),
            )
        )
    assert [tuple(each) for each in told] == [
        ("code_failed", "code", "auditor2"),
        ("signed_out", "code", "auditor2"),
        ("signed_in", "code", "auditor2"),
        ("failed", "password", None),
        ("failed", "password", "auditor2"),
    ]
    assert len(sealed) >= len(told)
    assert not any(in_the_clear(each, ["127.0.0.1"]) for each in sealed)
    assert changes == 1
