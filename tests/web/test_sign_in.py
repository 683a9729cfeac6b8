"""Signing in and out, and what a session is worth."""

import re

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app.accounts.models import Account, SignIn, SignInTry
from app.db import transaction
from tests.web.browser import Browser
from tests.web.fund import PASSWORD, Fund


def test_each_role_lands_on_its_own_page(web: Flask, fund: Fund) -> None:
    for login, start in (("officer1", "/office/"), ("zhao", "/my/"), ("auditor", "/audit/")):
        browser = Browser(web).sign_in(login)
        assert browser.get("/").location == start


def test_a_page_asked_for_before_signing_in_comes_after(browser: Browser, fund: Fund) -> None:
    answer = browser.get("/office/units/2021")
    assert answer.location == "/sign-in?next=/office/units/2021"
    form = browser.get(answer.location).text
    asked = re.search(r'name="next"[^>]*value="([^"]+)"', form)[1]
    answer = browser.post("/sign-in", login="officer1", password=PASSWORD, next=asked)
    assert answer.location == "/office/units/2021"


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "evil", ""],
)
def test_89_nobody_is_sent_elsewhere(browser: Browser, fund: Fund, elsewhere: str) -> None:
    answer = browser.post("/sign-in", login="officer1", password=PASSWORD, next=elsewhere)
    assert answer.location == "/"


def test_signing_out_ends_the_session_itself(officer: Browser) -> None:
    kept = officer.cookie()
    assert officer.post("/sign-out").location == "/sign-in"
    officer.client.set_cookie("huzhu", kept)
    assert officer.get("/office/").status_code == 302


def test_85_a_cookie_from_before_sign_in_is_worth_nothing(web: Flask, fund: Fund) -> None:
    planted = Browser(web)
    planted.get("/sign-in")
    fixed = planted.cookie()
    victim = Browser(web)
    victim.client.set_cookie("huzhu", fixed)
    victim.sign_in("officer1")
    assert victim.cookie() != fixed
    assert planted.get("/office/").status_code == 302
    again = victim.cookie()
    victim.post("/sign-out")
    victim.sign_in("officer1")
    assert victim.cookie() != again


def test_82_unknown_and_wrong_read_the_same(browser: Browser, fund: Fund) -> None:
    answers = [
        browser.post("/sign-in", login=login, password="not the password")
        for login in ("officer1", "nobody", "' OR 1=1 --")
    ]
    assert {answer.status_code for answer in answers} == {403}
    said = [re.search(r'role="alert">([^<]+)<', answer.text)[1] for answer in answers]
    assert len(set(said)) == 1
    assert all(answer.headers.get("Set-Cookie", "").count("token") == 0 for answer in answers)


def test_81_a_huge_password_is_refused(browser: Browser, fund: Fund) -> None:
    assert browser.post("/sign-in", login="officer1", password="x" * 1_000_000).status_code == 413
    assert browser.post("/sign-in", login="officer1", password="x" * 10_000).status_code == 400
    assert browser.get("/sign-in").status_code == 200


def test_49_ten_thousand_fields_are_refused(browser: Browser, fund: Fund) -> None:
    fields = {f"field{number}": "x" for number in range(10_000)}
    assert browser.post("/sign-in", **fields).status_code == 413


@pytest.mark.parametrize("login", ["a\0b", "x" * 65, "", "\u202eofficer1", "off\nicer"])
def test_no_login_breaks_the_form(browser: Browser, fund: Fund, login: str) -> None:
    assert browser.post("/sign-in", login=login, password=PASSWORD).status_code in {400, 403}


def test_83_guessing_is_slowed_down_in_words(web: Flask, fund: Fund) -> None:
    guesser = Browser(web)
    try:
        codes = [
            guesser.post("/sign-in", login="auditor", password=f"guess {n}").status_code
            for n in range(12)
        ]
        assert codes[0] == 403
        late = guesser.post("/sign-in", login="auditor", password=PASSWORD)
        assert late.status_code == 429
        assert int(late.headers["Retry-After"]) == 15 * 60
        assert "15" in re.search(r'role="alert">([^<]+)<', late.text)[1]
    finally:
        with web.app_context(), transaction() as session:
            session.execute(delete(SignInTry))


def test_88_a_forwarded_address_is_not_believed(web: Flask, fund: Fund) -> None:
    guesser = Browser(web)
    guesser.client.post(
        "/sign-in",
        data={"csrf_token": guesser.token(), "login": "zhao", "password": "wrong"},
        headers={"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"},
    )
    with web.app_context(), transaction() as session:
        assert "203.0.113.9" not in session.scalars(select(SignInTry.address)).all()
        session.execute(delete(SignInTry))


def test_90_a_disabled_account_is_out_with_the_next_request(web: Flask, fund: Fund) -> None:
    browser = Browser(web).sign_in("officer2")
    assert browser.get("/office/").status_code == 200
    _set(web, fund.second, disabled_at=func.now())
    assert browser.get("/office/").status_code == 302
    _set(web, fund.second, disabled_at=None)


def test_97_a_role_taken_away_is_gone_with_the_next_request(web: Flask, fund: Fund) -> None:
    browser = Browser(web).sign_in("officer2")
    _set(web, fund.second, role="auditor")
    assert browser.get("/office/").status_code == 403
    assert browser.get("/audit/").status_code == 200
    _set(web, fund.second, role="officer")


def test_only_the_tokens_hash_is_stored(web: Flask, fund: Fund) -> None:
    browser = Browser(web).sign_in("officer1")
    with browser.client.session_transaction() as cookie:
        token = cookie["token"]
    with web.app_context(), transaction() as session:
        stored = session.scalars(select(SignIn.token_hash)).all()
    assert token.encode() not in stored
    assert all(len(each) == 32 for each in stored)


def test_the_cookie_is_kept_from_script_and_other_sites(browser: Browser) -> None:
    cookie = browser.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_typed_passwords_do_not_come_back(browser: Browser, fund: Fund) -> None:
    answer = browser.post("/sign-in", login="<script>", password="my secret words")
    assert "my secret words" not in answer.text
    assert "<script>" not in answer.text


def _set(web: Flask, account_id: int, **values: object) -> None:
    with web.app_context(), transaction() as session:
        session.execute(update(Account).where(Account.id == account_id).values(**values))
