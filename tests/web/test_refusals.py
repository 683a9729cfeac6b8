"""Requests that are refused whatever the page, and what every answer says to the browser."""

import logging
import re
from dataclasses import replace

import pytest
from flask import Flask

from app.db import db
from app.web import create_app
from tests.conftest import Cluster, Database, copy_of
from tests.factories import make_id
from tests.web.browser import Browser
from tests.web.fund import Fund


def test_87_a_wrong_host_is_refused(browser: Browser) -> None:
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1@evil.example"):
        answer = browser.get("/sign-in", headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/office/", "/static/huzhu.css"])
def test_94_trace_is_refused(browser: Browser, path: str) -> None:
    answer = browser.client.open(path, method="TRACE", headers={"X-Secret": "echo me"})
    assert answer.status_code == 405
    assert "TRACE" not in answer.headers["Allow"]
    assert "echo me" not in answer.text


def test_a_denial_is_logged_by_page_and_account(
    member: Browser, fund: Fund, caplog: pytest.LogCaptureFixture
) -> None:
    member.get("/office/claims/held?q=anything")
    assert f"403 at claims.in_state for account {fund.zhao}" in caplog.messages
    assert "anything" not in caplog.text


@pytest.mark.parametrize("number", ["-1", "0", "9223372036854775808", "%00", "1e3", "abc", "1.0"])
def test_93_what_is_no_id_is_no_page(officer: Browser, member: Browser, number: str) -> None:
    assert officer.get(f"/office/runs/{number}").status_code == 404
    assert officer.get(f"/office/members/{number}/claims/1").status_code == 404
    assert officer.get(f"/office/members/1/claims/{number}").status_code == 404
    assert member.get(f"/my/claims/{number}").status_code == 404


def test_93_the_largest_id_is_just_not_there(officer: Browser) -> None:
    assert officer.get(f"/office/runs/{2**63 - 1}").status_code == 404


@pytest.mark.parametrize("size", ["1000000000", "1e9", "-5", "0", "", "9" * 5_000])
def test_95_a_page_size_is_clamped(officer: Browser, size: str) -> None:
    assert officer.get(f"/office/claims/held?size={size}").status_code == 200
    assert officer.get(f"/office/units/2021?after={size}").status_code == 200


def test_96_an_id_number_in_an_address_is_refused(officer: Browser) -> None:
    certno = make_id(3)
    wide = certno.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    for asked in (certno, certno.lower(), f"a{certno}b", wide):
        answer = officer.get("/office/claims/held", query_string={"q": asked})
        assert answer.status_code == 400
        assert certno not in answer.text
    assert officer.get(f"/office/claims/held?{certno}=1").status_code == 400
    assert officer.get("/office/claims/held?q=12345678901234567").status_code == 200
    assert officer.get("/office/claims/held?q=1234567890123456789").status_code == 200


def test_48_nul_in_an_address_is_refused(officer: Browser) -> None:
    assert officer.get("/office/claims/held?q=%00").status_code == 400


def test_98_many_ranges_are_not_answered_one_by_one(browser: Browser) -> None:
    many = "bytes=" + ",".join(f"{n}-{n}" for n in range(1_000))
    for ranges in (many, "bytes=0-0,1-1", "bytes=0-", "bytes=5-2", "bytes=abc", "items=0-1"):
        answer = browser.get("/static/huzhu.css", headers={"Range": ranges})
        assert answer.status_code == 200, ranges[:20]
        assert len(answer.data) < 100_000
        answer.close()


def test_every_answer_is_strict_with_the_browser(web: Flask, fund: Fund, browser: Browser) -> None:
    officer = Browser(web).sign_in("officer1")
    for answer in (browser.get("/sign-in"), officer.get("/office/"), officer.get("/nothing")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in answer.headers
        assert all(
            re.fullmatch(r' src="/static/\w+\.js" defer></script>', tag)
            for tag in re.findall(r"<script(.*?</script>)", answer.text, re.DOTALL)
        )
        assert answer.text.count("<script") == answer.text.count("</script>")
        assert " style=" not in answer.text
        assert "//cdn" not in answer.text


def test_style_sheets_may_be_kept_and_come_from_here(browser: Browser) -> None:
    for path in ("/static/huzhu.css", "/bootstrap/static/css/bootstrap.min.css"):
        with browser.get(path) as answer:
            assert answer.status_code == 200
            assert "no-store" not in answer.headers["Cache-Control"]


def test_behind_https_cookie_and_transport_are_strict(database: Database) -> None:
    secure = create_app(replace(database.settings, secure_cookies=True))
    answer = secure.test_client().get("/sign-in", base_url="https://localhost")
    assert answer.headers["Set-Cookie"].startswith("__Host-huzhu=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    with secure.app_context():
        db.engine.dispose()


def test_a_lost_database_is_a_sentence_and_no_details(
    cluster: Cluster,
    template: str,
    broker: str,
    tmp_path_factory: pytest.TempPathFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with copy_of(cluster, template, broker, tmp_path_factory.mktemp("lost")) as database:
        web = create_app(database.settings)
    # From here on the database is gone.
    browser = web.test_client()
    assert browser.get("/healthz").status_code == 503
    with browser.session_transaction() as cookie:
        cookie["token"] = "a token that was once good"
    with caplog.at_level(logging.INFO):
        answer = browser.get("/office/")
    assert answer.status_code == 500
    assert caplog.messages
    for secret in ("psycopg", "Traceback", "huzhu_app", "once good", "sqlalche"):
        assert secret not in answer.text
        assert not [message for message in caplog.messages if secret in message]


def test_healthz_tells_no_secrets(browser: Browser) -> None:
    answer = browser.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_16_no_id_number_reaches_the_log(
    officer: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    certno = make_id(3)
    with caplog.at_level(logging.DEBUG):
        officer.get("/office/claims/held", query_string={"q": certno})
        officer.post("/sign-in", login=certno, password=certno)
        officer.get(f"/office/{certno}")
    assert certno not in caplog.text


@pytest.mark.parametrize(
    ("referrer", "link"),
    [
        ("http://localhost/office/schemes/?q=1", True),
        ("http://localhost/office/schemes/open", False),  # takes posts only
        ("http://localhost/no/such/page", False),
        ("http://evil.example/office/schemes/", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_who_is_refused_finds_back_to_the_page_of_the_button(
    web: Flask, fund: Fund, referrer: str, *, link: bool
) -> None:
    officer = Browser(web).sign_in("officer1")
    data = {"csrf_token": officer.token()}
    missing = "/office/requests/999999/approve"
    answer = officer.client.post(missing, data=data, headers={"Referer": referrer})
    assert answer.status_code == 404
    assert ("回到刚才的页面" in answer.text) == link
    assert ('href="/office/schemes/"' in answer.text.partition("<h1>")[2]) == link
