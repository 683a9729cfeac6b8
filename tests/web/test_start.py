"""The start page, and the demonstration's accounts: offered where they are listed, nowhere else."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update
from sqlalchemy import text as sql

from app.accounts.models import Account, DemoAccount, SignIn
from app.config import load
from app.db import db, transaction
from app.web import create_app
from app.year.standing import year_at_hand
from tests.conftest import Database
from tests.web.browser import Browser, words
from tests.web.conftest import Filled
from tests.web.fund import Fund

INVENTED = "演示系统"


@pytest.fixture
def city(filled_database: Database, filled_fund: Filled) -> Iterator[tuple[Flask, Fund]]:
    """A demonstration: officer and Zhao are offered, the second officer is not."""
    web, fund = create_app(filled_database.settings), filled_fund.fund
    with web.app_context(), transaction() as session:
        for account in (fund.zhao, fund.auditor, fund.officer):
            session.execute(insert(DemoAccount).values(account_id=account))
    # No context around the test: requests would share it, and all that is kept for one.
    yield web, fund
    with web.app_context():
        db.engine.dispose()


def enter(browser: Browser, account: object):
    return browser.client.post(
        "/demonstration", data={"csrf_token": browser.token("/"), "account": str(account)}
    )


def test_a_fund_in_earnest_offers_nobody(web: Flask, fund: Fund) -> None:
    browser = Browser(web)
    page = browser.get("/").text
    assert "职工医疗互助保障" in words(page)
    assert 'href="/sign-in"' in page
    assert "/demonstration" not in page
    for path in ("/", "/sign-in", "/nothing"):
        assert INVENTED not in browser.get(path).text
    for account in (fund.officer, fund.zhao, fund.auditor):
        assert enter(browser, account).status_code == 404
    assert browser.get("/office/").status_code == 302


def test_it_says_what_it_is_in_both_languages(web: Flask, fund: Fund) -> None:
    browser = Browser(web)
    assert "不是保险" in browser.read("/")
    assert "not an insurance" in browser.choose("en").read("/")
    assert re.search(r'<html lang="en">', browser.get("/").text)


def test_one_click_is_a_session_of_that_account(city: tuple[Flask, Fund]) -> None:
    web, fund = city
    for account, start in (
        (fund.officer, "/office/"),
        (fund.zhao, "/my/"),
        (fund.auditor, "/audit/"),
    ):
        browser = Browser(web)
        page = browser.get("/").text
        assert f'value="{account}"' in page
        assert INVENTED in page
        assert "看自己的保障和 13 笔补助" in words(page)
        answer = enter(browser, account)
        assert (answer.status_code, answer.location) == (302, "/")
        assert browser.get("/").location == start
        # On its pages and on those that failed.
        for path in (start, "/my/claims/999999", "/office/claims/held", "/nothing"):
            assert INVENTED in browser.get(path).text


def test_nobody_else_is_entered_this_way(city: tuple[Flask, Fund]) -> None:
    web, fund = city
    browser = Browser(web)
    assert f'value="{fund.second}"' not in browser.get("/").text
    wanted = (fund.second, fund.qian, 0, -1, 2**63, "9" * 5_000, "", "1 OR 1=1", "officer1")
    for account in wanted:
        assert enter(browser, account).status_code == 404, account
    token = browser.token("/")
    assert browser.client.post("/demonstration", data={"csrf_token": token}).status_code == 404
    assert browser.get("/office/").status_code == 302


def test_it_is_posted_with_the_forms_token_only(city: tuple[Flask, Fund]) -> None:
    web, fund = city
    browser = Browser(web)
    browser.get("/")
    data = {"account": str(fund.officer)}
    assert browser.client.post("/demonstration", data=data).status_code == 400
    assert browser.get(f"/demonstration?account={fund.officer}").status_code == 405
    assert browser.get("/office/").status_code == 302


def test_it_sends_nobody_elsewhere(city: tuple[Flask, Fund]) -> None:
    web, fund = city
    browser = Browser(web)
    fields = {"csrf_token": browser.token("/"), "account": str(fund.zhao)}
    answer = browser.client.post(
        "/demonstration?next=//evil.example", data={**fields, "next": "//evil.example"}
    )
    assert answer.location == "/"


def test_a_disabled_account_is_not_offered_and_not_entered(city: tuple[Flask, Fund]) -> None:
    web, fund = city
    browser = Browser(web)
    assert f'value="{fund.zhao}"' in browser.get("/").text
    with web.app_context(), transaction() as session:
        disabled = update(Account).where(Account.id == fund.zhao)
        session.execute(disabled.values(disabled_at=sql("now()")))
    assert f'value="{fund.zhao}"' not in browser.get("/").text
    assert enter(browser, fund.zhao).status_code == 404


def test_an_account_whose_right_was_taken_is_not_offered(city: tuple[Flask, Fund]) -> None:
    """The first page is there for the others, who may be signed in as one of the administrators."""
    web, fund = city
    with web.app_context(), transaction() as session:
        taken = update(Account).where(Account.id == fund.officer)
        session.execute(taken.values(role="none"))
    page = Browser(web).get("/")
    assert page.status_code == 200
    assert f'value="{fund.officer}"' not in page.text
    assert f'value="{fund.zhao}"' in page.text
    assert enter(Browser(web), fund.officer).status_code == 404


def test_who_enters_leaves_the_session_before(city: tuple[Flask, Fund]) -> None:
    web, fund = city
    browser = Browser(web)
    enter(browser, fund.officer)
    kept = browser.cookie()
    with web.app_context(), transaction() as session:
        session.execute(delete(SignIn).where(SignIn.account_id != fund.officer))
    token = browser.token("/office/")
    data = {"csrf_token": token, "account": str(fund.zhao)}
    assert browser.client.post("/demonstration", data=data).status_code == 302
    assert browser.get("/").location == "/my/"
    browser.client.set_cookie("huzhu", kept)
    assert browser.get("/office/").status_code == 302


def test_a_system_that_serves_others_lets_nobody_in_without_a_password(
    city: tuple[Flask, Fund], filled_database: Database
) -> None:
    """Even where the demonstration city was loaded while it served this machine alone."""
    _, fund = city
    public = create_app(
        replace(filled_database.settings, trusted_hosts=("localhost", "fund.example"))
    )
    browser = Browser(public)
    page = browser.get("/").text
    assert INVENTED in page
    assert "/demonstration" not in page
    assert enter(browser, fund.officer).status_code == 404
    with public.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    "sent",
    [
        {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}},
        {"headers": {"X-Forwarded-For": "203.0.113.9"}},
        {"headers": {"Forwarded": "for=203.0.113.9"}},
    ],
)
def test_behind_a_proxy_that_names_this_machine_nobody_comes_in_either(
    city: tuple[Flask, Fund], sent: dict[str, dict[str, str]]
) -> None:
    web, fund = city
    browser = Browser(web)
    data = {"csrf_token": browser.token("/"), "account": str(fund.officer)}
    assert browser.client.post("/demonstration", data=data, **sent).status_code == 404
    assert "/demonstration" not in browser.client.get("/", **sent).get_data(as_text=True)


def test_a_city_that_is_loaded_later_shows_at_once(database: Database) -> None:
    """No process keeps what it saw before."""
    web = create_app(load(database.environ))
    with web.app_context(), transaction() as session:
        fund = Fund(session)
    assert INVENTED not in Browser(web).get("/").text
    with web.app_context(), transaction() as session:
        session.execute(insert(DemoAccount).values(account_id=fund.auditor))
    assert INVENTED in Browser(web).get("/").text
    with web.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(("day", "year"), [(date(2026, 9, 30), 2026), (date(2026, 10, 1), 2027)])
def test_the_office_works_for_the_next_year_from_autumn_on(day: date, year: int) -> None:
    assert year_at_hand(day) == year
