"""Signing in by a provider: what it signed is believed, once, of whom an administrator has tied."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import delete, func, select, text, update

from app.accounts.add import add_account
from app.accounts.change import account_named
from app.accounts.check import MOST_REQUESTS
from app.accounts.govern import tie_subject
from app.accounts.models import Account, Role, SignIn, SignInLog, SignInTry
from app.db import db, transaction
from app.outside import Oidc
from app.web import create_app
from tests.conftest import Cluster, copy_of
from tests.web.browser import Browser
from tests.web.fund import PASSWORD
from tests.web.provider import CLIENT, SECRET, Provider, served
from tests.web.second import PAGE, Phone, key_on, step

BACK = "/sign-in/provider/back"


@pytest.fixture(scope="module")
def listening() -> Iterator[Provider]:
    with served(Provider()) as made:
        yield made


@pytest.fixture
def provider(listening: Provider) -> Provider:
    """The provider, saying nothing unusual."""
    listening.signs_with, listening.claims, listening.says = None, {}, {}
    return listening


@pytest.fixture(scope="module")
def web(
    listening: Provider,
    cluster: Cluster,
    template: str,
    broker: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    with copy_of(cluster, template, broker, tmp_path_factory.mktemp("web")) as database:
        named = Oidc(issuer=listening.issuer, client_id=CLIENT, client_secret=SECRET)
        made = create_app(replace(database.settings, oidc=named))
        with made.app_context(), transaction() as session:
            for login, subject in (("officer", "s-1"), ("contact", "s-2"), ("untied", None)):
                role = Role.CONTACT if login == "contact" else Role.OFFICER
                account = add_account(session, login, login, role, PASSWORD, by=None)
                tie_subject(session, account, subject, by=None)
        yield made
        with made.app_context():
            db.engine.dispose()


@pytest.fixture(autouse=True)
def _unthrottled(web: Flask) -> Iterator[None]:
    yield
    with web.app_context(), transaction() as session:
        session.execute(delete(SignInTry))
        session.execute(delete(SignIn))


def begin(browser: Browser, following: str = "/") -> str:
    """Where the browser is sent."""
    answer = browser.get(f"/sign-in/provider/?next={following}")
    assert answer.status_code == 302
    return answer.location


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def come_back(browser: Browser, provider: Provider, address: str, **changed: str) -> str:
    given = {"state": query(address)["state"], "code": provider.go(address)} | changed
    answer = browser.get(BACK, query_string=given)
    assert answer.status_code == 302
    return answer.location


def signed_in(browser: Browser) -> bool:
    return browser.get("/office/").status_code == 200


def refused(browser: Browser, provider: Provider, **changed: str) -> None:
    assert come_back(browser, provider, begin(browser), **changed) == "/sign-in"
    assert not signed_in(browser)


def test_staff_sign_in_by_the_provider(web: Flask, provider: Provider) -> None:
    browser = Browser(web)
    assert "统一登录" in browser.read("/sign-in")
    address = begin(browser, "/office/units/")
    asked = query(address)
    assert address.startswith(f"{provider.issuer}/authorize?")
    assert (asked["scope"], asked["response_type"], asked["client_id"]) == (
        "openid",
        "code",
        CLIENT,
    )
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"http://localhost{BACK}"
    before = browser.cookie()
    assert come_back(browser, provider, address) == "/office/units/"
    assert browser.cookie() != before
    assert signed_in(browser)
    assert newest_logged(web) == ("signed_in", "oidc", "officer")
    with web.app_context(), transaction() as session:
        officer = account_named(session, "officer").id
        tie_subject(session, officer, "s-1", by=None)
    assert signed_in(browser), "nothing has changed"
    with web.app_context(), transaction() as session:
        tie_subject(session, officer, "s-9", by=None)
    assert not signed_in(browser), "it is another person's now"
    with web.app_context(), transaction() as session:
        tie_subject(session, officer, "s-1", by=None)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iss": "https://evil.example"},
        {"aud": "somebody else"},
        {"aud": ["huzhu", "other"], "azp": "other"},
        {"sub": "nobody-knows"},
        {"sub": "s-2"},
        {"sub": None},
        {"sub": 1},
        {"sub": "nobody-knows", "email": "officer", "preferred_username": "officer"},
    ],
    ids=str,
)
def test_what_is_not_proven_is_refused(
    web: Flask, provider: Provider, claims: dict[str, object]
) -> None:
    provider.claims = claims
    refused(Browser(web), provider)


def test_what_another_key_signed_is_refused(web: Flask, provider: Provider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": provider.key.kid})
    refused(Browser(web), provider)


@pytest.mark.parametrize("says", ["none", "hmac", "nothing", "words"])
def test_what_nobody_signed_is_refused(web: Flask, provider: Provider, says: str) -> None:
    claims = {"iss": provider.issuer, "aud": CLIENT, "sub": "s-1", "iat": 1, "exp": 9_999_999_999}
    hmac = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.ljust(32)))
    head, body, _ = hmac.split(".")
    unsigned = f"eyJhbGciOiJub25lIn0.{body}."
    provider.says = {
        "id_token": {"none": unsigned, "hmac": hmac, "nothing": None, "words": "a.b.c"}[says]
    }
    assert head
    refused(Browser(web), provider)


def test_a_state_is_good_once_and_in_its_own_browser(web: Flask, provider: Provider) -> None:
    browser = Browser(web)
    address = begin(browser)
    cookie = browser.cookie()
    assert come_back(browser, provider, address) == "/"
    replayed = Browser(web)
    replayed.client.set_cookie("huzhu", cookie)
    assert come_back(replayed, provider, address) == "/sign-in"
    assert not signed_in(replayed)
    victim = Browser(web)
    assert come_back(victim, provider, begin(Browser(web))) == "/sign-in"
    assert not signed_in(victim)
    refused(Browser(web), provider, state="made up")
    refused(Browser(web), provider, code="made up")


def test_a_state_is_forgotten_after_a_while(web: Flask, provider: Provider) -> None:
    browser = Browser(web)
    address = begin(browser)
    with web.app_context(), transaction() as session:
        session.execute(text("UPDATE provider_try SET recorded_at = now() - interval '11 min'"))
    assert come_back(browser, provider, address) == "/sign-in"


def test_tabs_beside_each_other_both_come_back(web: Flask, provider: Provider) -> None:
    browser = Browser(web)
    first, second = begin(browser, "/office/"), begin(browser, "/office/units/")
    forged = browser.get(BACK, query_string={"state": "made up", "code": "made up"})
    assert forged.location == "/sign-in", "and it ends nobody's sign-in"
    other = Browser(web)
    other.client.set_cookie("huzhu", browser.cookie())
    assert come_back(browser, provider, first) == "/office/"
    assert come_back(other, provider, second) == "/office/units/"


def test_who_declines_there_is_told_so(web: Flask, provider: Provider) -> None:
    browser = Browser(web)
    state = query(begin(browser))["state"]
    answer = browser.get(BACK, query_string={"state": state, "error": "access_denied"})
    assert answer.location == "/sign-in"
    assert "没有在统一登录处完成登录" in browser.read("/sign-in")
    assert newest_logged(web) == ("failed", "oidc", None)


def test_an_office_behind_one_address_signs_in(web: Flask, provider: Provider) -> None:
    for _ in range(MOST_REQUESTS + 1):
        browser = Browser(web)
        assert come_back(browser, provider, begin(browser)) == "/"
    for _ in range(MOST_REQUESTS):
        assert begin(Browser(web)) != "/sign-in"
    assert begin(Browser(web)) == "/sign-in", "who never comes back is counted"


def newest_logged(web: Flask) -> tuple[str, str, str | None]:
    newest = (
        select(SignInLog.what, SignInLog.how, Account.login)
        .outerjoin(Account, Account.id == SignInLog.account_id)
        .order_by(SignInLog.id.desc())
        .limit(1)
    )
    with web.app_context(), transaction() as session:
        what, how, login = session.execute(newest).one()
    return what, how, login


def test_a_disabled_account_is_not_signed_in(web: Flask, provider: Provider) -> None:
    _disable(web, func.now())
    refused(Browser(web), provider)
    assert newest_logged(web) == ("failed", "oidc", "officer")
    _disable(web, None)
    browser = Browser(web)
    assert come_back(browser, provider, begin(browser)) == "/"


def _disable(web: Flask, at: object) -> None:
    with web.app_context(), transaction() as session:
        session.execute(update(Account).where(Account.login == "officer").values(disabled_at=at))


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_89_nobody_is_sent_elsewhere(web: Flask, provider: Provider, elsewhere: str) -> None:
    browser = Browser(web)
    assert come_back(browser, provider, begin(browser, elsewhere)) == "/"


def test_the_second_step_is_asked_for_all_the_same(web: Flask, provider: Provider) -> None:
    web.config["SECOND_FACTOR"] = True
    browser = Browser(web)
    try:
        assert come_back(browser, provider, begin(browser)).startswith(PAGE)
        assert not signed_in(browser)
        assert browser.get(BACK, query_string={"state": "another tab's"}).location == PAGE
        assert step(browser, code=Phone(key_on(browser.get(PAGE).text)).code()).status_code == 200
        assert signed_in(browser)
        assert newest_logged(web) == ("signed_in", "oidc_second", "officer")
        assert "统一登录和第二步验证" in browser.read("/account/")
        browser.post("/sign-out")
        assert newest_logged(web) == ("signed_out", "oidc_second", "officer")
    finally:
        web.config["SECOND_FACTOR"] = False


def test_a_provider_that_is_silent_is_said(web: Flask, provider: Provider) -> None:
    issuer = provider.issuer
    provider.issuer = "https://another.example"
    browser = Browser(web)
    assert begin(browser) == "/sign-in"
    assert "暂时无法使用" in browser.read("/sign-in")
    provider.issuer = issuer


def test_without_settings_there_is_no_such_page(web: Flask) -> None:
    named, web.config["OIDC"] = web.config["OIDC"], None
    try:
        assert Browser(web).get("/sign-in/provider/").status_code == 404
        assert Browser(web).get(BACK).status_code == 404
        assert "统一登录" not in Browser(web).read("/sign-in")
    finally:
        web.config["OIDC"] = named
