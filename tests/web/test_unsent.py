"""What is sent when the session is over is not done, and comes back to whoever typed it."""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import redis
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import text
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.accounts.models import Role
from app.db import db, transaction
from app.secrets import vault
from app.web import create_app
from app.web.unsent import CODES, NEVER
from tests.clear import in_the_clear
from tests.conftest import Database
from tests.factories import make_id
from tests.web.browser import Browser, words
from tests.web.forms import TYPED, Form, forms_of
from tests.web.fund import PASSWORD, QIAN, Fund
from tests.web.rich import Rich
from tests.web.test_counter import NEW, find
from tests.web.test_file_claim import sheet
from tests.web.test_helping import act_for, let_help
from tests.web.test_roles import WHO, everybody

__all__ = ["everybody"]

AGAIN = "登录已失效，所以没有提交"
LOST = "没能替您保留"
MOST_PAGES = 130
SHOWN = {"second_factor", "review_hold"}
"""What looking at a page writes: a secret for the phone, who has a review open."""
FORMS = {Role.OFFICER: 45, Role.OPERATOR: 15, Role.MEMBER: 7, Role.CONTACT: 5, Role.AUDITOR: 4}
"""At least."""
ELSE = ("/join", "/help", "/register/", "/my/for/code")
"""Forms of nobody in particular, and one for a proof alone."""
OVER = "UPDATE sign_in SET seen_at = seen_at - interval '3 hours'"
ALIVE = "UPDATE sign_in SET seen_at = now()"
GONE = "DELETE FROM sign_in"


@pytest.fixture(scope="module")
def rich(web: Flask, fund: Fund) -> Rich:
    return Rich(web, fund).make()


@pytest.fixture(autouse=True)
def empty_shelf(web: Flask) -> None:
    with shelf(web) as kept:
        for name in kept.keys("huzhu:unsent:*"):
            kept.delete(name)


def shelf(web: Flask) -> redis.Redis:
    return redis.Redis.from_url(web.config["BROKER_URL"].replace("redis+socket", "unix"))


def on_the_shelf(web: Flask) -> list[bytes]:
    with shelf(web) as kept:
        return [kept.get(name) for name in kept.keys("huzhu:unsent:*")]


def sessions(web: Flask, how: str) -> None:
    with web.app_context(), transaction() as session:
        session.execute(text(how))


def key_of(browser: Browser) -> int:
    """By which the cookie knows what was kept."""
    signer = browser.web.session_interface.get_signing_serializer(browser.web)
    return int(signer.loads(browser.cookie())["unsent"].partition(".")[0], 16)


def sign_in_again(browser: Browser, answer: TestResponse, login: str) -> TestResponse:
    """By the button of the page that came; where signing in leads."""
    [path] = re.findall(r'class="btn btn-primary" href="(/sign-in\?next=[^"]+)"', answer.text)
    following = parse_qs(urlsplit(path).query)["next"][0]
    assert "填的内容" in words(browser.get(path).text)
    signed = browser.post("/sign-in", login=login, password=PASSWORD, next=following)
    assert signed.location == following
    return browser.get(following, follow_redirects=True)


def form_to(page: str, action: str) -> Form:
    return next(x for x in forms_of(page) if x.action == action)


def values(form: Form) -> dict[str, str]:
    return {x.name: x.value for x in form.fields if x.kind in TYPED or x.kind == "select"}


@pytest.mark.parametrize("ended", ["over", "signed out", "signed in anew"])
def test_the_counters_figures_come_back_and_are_sent_by_hand(
    web: Flask, officer: Browser, ended: str
) -> None:
    path = find(officer, make_id(QIAN)).location
    typed = {"csrf_token": officer.token(path), **sheet(fixmedins_name=f"<b>重来 & 医院 {ended}")}
    before = filed(web)
    if ended == "over":
        sessions(web, GONE)
    elif ended == "signed out":  # in another tab
        officer.post("/sign-out")
    else:
        officer.sign_in("officer1")
    answer = officer.client.post(path, data=typed)
    if ended == "signed in anew":
        assert answer.status_code == 303
        assert answer.location == path
        page = officer.get(path)
    else:
        assert answer.status_code == 401
        page = sign_in_again(officer, answer, "officer1")
    assert filed(web) == before, "nothing is sent by itself"
    assert AGAIN in words(page.text)
    form = form_to(page.text, path)
    here = {x.name: x for x in form.fields}
    for name, value in typed.items():
        if here[name].kind in TYPED or here[name].kind == "select":
            assert here[name].value.strip() == value, name
    assert here["consent"].ticked
    assert here["csrf_token"].value != typed["csrf_token"]
    hidden = dict(form.hidden())
    sent = officer.client.post(path, data={**typed, **hidden})
    assert sent.status_code == 302, sent.text
    assert filed(web) == before + 1
    assert AGAIN not in words(officer.get(path).text), "and is forgotten"
    assert not on_the_shelf(web)


def test_nobody_else_gets_it_and_it_lies_nowhere_in_the_clear(
    web: Flask, officer: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = find(officer, make_id(QIAN)).location
    typed = {"csrf_token": officer.token(path), **sheet(fixmedins_name="无人可见医院")}
    sessions(web, GONE)
    answer = officer.client.post(path, data=typed)
    [kept] = on_the_shelf(web)
    serializer = web.session_interface.get_signing_serializer(web)
    cookie = str(serializer.loads(officer.cookie()))
    for where in (answer.headers.to_wsgi_list(), cookie, caplog.text, kept):
        assert not in_the_clear(str(where), ("无人可见医院", "12000.00"))
    officer.sign_in("officer2")
    page = officer.get(path)
    assert page.status_code == 200
    assert AGAIN not in words(page.text)
    assert "无人可见医院" not in page.text
    officer.post("/sign-out")  # the next one signs out at the same desk
    officer.sign_in("officer1")
    assert "无人可见医院" in officer.get(path).text
    back = {"back": path}
    assert officer.post("/unsent/away", **back).location == path
    assert "无人可见医院" not in officer.get(path).text
    assert not on_the_shelf(web)


def test_a_form_of_another_account_is_told_apart(web: Flask, officer: Browser) -> None:
    """Signed in as somebody else in another tab: not theirs, not done, not lost."""
    path = find(officer, make_id(QIAN)).location
    typed = {"csrf_token": officer.token(path), **sheet(fixmedins_name="别人医院")}
    before = filed(web)
    officer.sign_in("officer2")
    answer = officer.client.post(path, data=typed)
    assert answer.status_code == 400
    assert "别的账号" in words(answer.text)
    assert "别人医院" not in officer.get(path).text
    officer.sign_in("officer1")
    assert "别人医院" in officer.get(path).text
    assert filed(web) == before


def test_what_was_typed_for_one_member_is_not_shown_for_another(web: Flask, fund: Fund) -> None:
    zhao, qian = Browser(web).sign_in("zhao"), Browser(web).sign_in("qian")
    let_help(zhao, qian)
    act_for(qian)
    path = "/my/claims/1/objection"
    said = {"csrf_token": qian.token(path), "says": "替赵安说的话"}
    sessions(web, GONE)
    for page, own in ((path, 404), ("/my/", 200)):  # a page of both shows only the words
        headers = {"Referer": f"http://localhost{page}"}
        answer = qian.client.post(path, data=said, headers=headers)
        assert answer.status_code in {400, 401}
        assert len(on_the_shelf(web)) == 1
        qian.sign_in("qian")
        for _ in range(2):
            answer = qian.get(page)
            assert answer.status_code == own
            assert "替赵安说的话" not in answer.text
            act_for(qian)
            assert "替赵安说的话" in qian.get(page).text
            qian.post("/my/for/own")


@pytest.mark.parametrize("role", WHO)
def test_every_form_is_filled_in_again(web: Flask, rich: Rich, everybody: Fund, role: Role) -> None:
    """Every page somebody comes by, every form on it: nothing is done, and all is back."""
    login = WHO[role]
    browser, lost, tried = Browser(web).sign_in(login), [], 0
    before, known = rich.rows(), set()
    for path, page in pages_of(browser):
        for form in forms_of(page):
            action = form.action or urlsplit(path).path
            kind = (re.sub(r"\d+", "N", action), tuple(x.name for x in form.fields))
            if form.method != "post" or {action, kind} & ({*ELSE} | known) or not typable(form):
                continue
            known.add(kind)
            tried += 1
            lost += [(path, action, x) for x in came_back(browser, path, form, action)]
    assert not lost
    assert {name for name, rows in rich.rows().items() if rows != before[name]} <= SHOWN
    assert tried >= FORMS.get(role, 0), tried


def typable(form: Form) -> bool:
    proofs = {x.name for x in form.fields if x.kind == "password" or _is_code(x.attrs)}
    assert proofs <= NEVER | {*CODES.values()}, proofs
    hidden = {name for name, _ in form.hidden()} & NEVER
    assert hidden <= {"csrf_token"}, "what a form is about must be kept with it"
    typed = [x for x in form.fields if x.kind in {*TYPED, "select", "checkbox", "radio"}]
    return bool(typed) and not proofs and {x.name for x in form.fields} != {"words", "csrf_token"}


def _is_code(attrs: dict[str, str | None]) -> bool:
    return attrs.get("autocomplete") in {"one-time-code", "current-password", "new-password"}


def came_back(browser: Browser, path: str, form: Form, action: str) -> list[str]:
    """The fields that did not come back."""
    sent = fill_in(form)
    sessions(browser.web, OVER)
    referer = {"Referer": f"http://localhost{path}"}
    answer = browser.client.post(action, data=MultiDict([*form.hidden(), *sent]), headers=referer)
    sessions(browser.web, ALIVE)
    if answer.status_code != 401:
        return [f"answer {answer.status_code}"]
    page = browser.get(urlsplit(path).path, follow_redirects=True).text
    shape = [(x.name, x.kind) for x in form.fields]
    there = [
        x
        for x in forms_of(page)
        if (x.action or urlsplit(path).path) == action
        and [(y.name, y.kind) for y in x.fields] == shape
    ]
    browser.client.post("/unsent/away", data={"csrf_token": browser.token(path)})
    if not there:
        return ["no such form"]
    return min((missing(x, sent) for x in there), key=len)


def missing(form: Form, sent: list[tuple[str, str]]) -> list[str]:
    left = list(sent)
    for each in form.fields:
        if each.kind in {"checkbox", "radio"}:
            found = (each.name, each.value or "on") if each.ticked else None
        else:
            found = (each.name, each.value.removeprefix("\n"))
        if found in left:
            left.remove(found)
    return [name for name, _ in left]


def fill_in(form: Form) -> list[tuple[str, str]]:
    """Something in every field; of radio buttons the last."""
    radios = {x.name: x.value for x in form.fields if x.kind == "radio"}
    sent = list(radios.items())
    for number, each in enumerate(form.fields):
        if each.kind == "select":
            sent.append((each.name, each.options[-1]))
        elif each.kind == "checkbox":
            sent.append((each.name, each.value or "on"))
        elif each.kind in TYPED:
            sent.append((each.name, f'写 "{number}" <&'))
    return [(name, value) for name, value in sent if name]


def pages_of(browser: Browser) -> Iterator[tuple[str, str]]:
    """What links lead to, one of a kind."""
    waiting, known, count = ["/", "/account/"], set(), 0
    while waiting and count < MOST_PAGES:
        path = waiting.pop(0)
        kind = re.sub(r"\d+", "N", path)
        if kind in known:
            continue
        known.add(kind)
        answer = browser.get(path)
        while answer.status_code == 302:
            path = answer.location
            answer = browser.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        count += 1
        yield path, answer.text
        links = re.findall(r'<a\b[^>]*?\bhref="(/[^"#]*)', answer.text)
        waiting += [x.replace("&amp;", "&") for x in links if not x.startswith("/static")]


def test_a_form_that_only_one_view_of_the_page_shows_comes_back_there(
    web: Flask, rich: Rich
) -> None:
    one = Browser(web).sign_in("officer1")
    [path, *_] = [
        x.replace("&amp;", "&")
        for x in re.findall(r'href="([^"]*entry=\d+)#reverse"', one.get("/books/").text)
    ] or ["/books/?entry=1"]
    form = form_to(one.get(path).text, "/books/reverse")
    sessions(web, OVER)
    fields = dict(form.hidden()) | {"why": "这一笔看错了行"}
    headers = {"Referer": f"http://localhost{path}"}
    answer = one.client.post("/books/reverse", data=fields, headers=headers)
    page = sign_in_again(one, answer, "officer1")
    assert page.request.full_path == path
    assert "这一笔看错了行" in page.text
    # Where nothing says which page it was, that above; the words are shown there.
    sessions(web, OVER)
    fields["csrf_token"] = dict(form_to(page.text, "/books/reverse").hidden())["csrf_token"]
    answer = one.client.post("/books/reverse", data=fields)
    page = sign_in_again(one, answer, "officer1")
    assert page.request.path == "/books/"
    assert "这一笔看错了行" in page.text


def test_proofs_and_files_are_never_kept(web: Flask, officer: Browser) -> None:
    path = "/account/password"
    fields = {"csrf_token": officer.token(path), "old": PASSWORD, "new": "another one 1"}
    sessions(web, OVER)
    answer = officer.client.post(path, data=fields | {"again": "another one 1"})
    [kept] = on_the_shelf(web)
    with web.app_context():
        by = db.session().scalar(text("SELECT id FROM account WHERE login = 'officer1'"))
        assert "another one" not in vault().open(kept, "unsent", by, 0, key_of(officer))
    page = sign_in_again(officer, answer, "officer1")
    assert "没有执行" in words(page.text)
    assert PASSWORD not in page.text
    assert "another one" not in page.text
    path = find(officer, make_id(QIAN)).location
    scan = {"papers_invoice": (io.BytesIO(b"a scan" * 50_000), "x.jpg")}
    fields = {"csrf_token": officer.token(path), "fixmedins_name": "有扫描件医院"}
    officer.post("/sign-out")
    answer = officer.client.post(path, data=fields | scan)
    page = sign_in_again(officer, answer, "officer1")
    assert "有扫描件医院" in page.text
    assert "文件和照片没有保留，请重新选择" in words(page.text)


def test_what_is_garbled_over_or_too_long_ends_in_the_page_as_it_is(
    web: Flask, officer: Browser
) -> None:
    path = find(officer, make_id(QIAN)).location
    for spoilt in (b"", b"garbled", None):
        typed = {"csrf_token": officer.token(path), "fixmedins_name": "坏了的医院"}
        sessions(web, OVER)
        assert officer.client.post(path, data=typed).status_code == 401
        sessions(web, ALIVE)
        with shelf(web) as kept:
            [name] = kept.keys("huzhu:unsent:*")
            assert 0 < kept.ttl(name) <= 3600
            kept.delete(name) if spoilt is None else kept.set(name, spoilt)
        page = officer.get(path)
        assert page.status_code == 200
        assert "坏了的医院" not in page.text
        with shelf(web) as kept:
            kept.delete(name)
    typed["fixmedins_name"] = "长" * 20_000
    sessions(web, OVER)
    answer = officer.client.post(path, data=typed)
    assert answer.status_code == 401
    assert LOST in words(answer.text)
    assert not on_the_shelf(web)
    sessions(web, ALIVE)


def test_a_form_that_is_not_ours_is_not_kept(web: Flask, officer: Browser) -> None:
    path = find(officer, make_id(QIAN)).location
    token = officer.token(path)
    sessions(web, GONE)
    officer.post("/sign-out")
    # Not the last sign: some of its bits say nothing.
    forged = token[:-9] + ("a" if token[-9] != "a" else "b") + token[-8:]
    for wrong in ("", "x", forged, token.split(".")[0]):
        answer = officer.client.post(path, data={"csrf_token": wrong, "fixmedins_name": "x"})
        assert answer.status_code == 400
    stranger = officer.client.post(path, data={"csrf_token": officer.token(), "x": "x"})
    assert stranger.status_code == 401
    assert not on_the_shelf(web)


@pytest.mark.parametrize(
    "says",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost"},
    ],
)
def test_another_site_with_a_token_that_got_abroad_has_nothing_kept(
    web: Flask, officer: Browser, says: dict[str, str]
) -> None:
    """Else its words would stand in the form of whoever the token was made for."""
    path = find(officer, make_id(QIAN)).location
    typed = {"csrf_token": officer.token(path), "fixmedins_name": "塞进来的医院"}
    officer.sign_in("officer1")
    ours = "localhost" in str(says) or "same-origin" in str(says)
    ours = ours and "cross-site" not in str(says)
    for browser in (Browser(web), officer):  # without the cookie, as browsers send it, and with it
        answer = browser.client.post(path, data=typed, headers=says)
        assert answer.status_code == (400 if not ours else 401 if browser is not officer else 303)
        assert len(on_the_shelf(web)) == ours
    assert ("塞进来的医院" in officer.get(path).text) is ours


def test_what_another_browser_of_the_account_sent_too_late_stays_its_own(
    web: Flask, fund: Fund
) -> None:
    """And an account has so many places, however often it signs in."""
    one, path = Browser(web), NEW
    for _ in range(40):
        one.sign_in("officer1")
        typed = {"csrf_token": one.token(NEW), "certno": "x" * 40_000}
        sessions(web, GONE)
        assert one.client.post(path, data=typed).status_code == 401
    kept = on_the_shelf(web)
    assert 1 < len(kept) <= 16
    assert sum(map(len, kept)) < 16 * 48 * 1024
    with web.app_context():
        by = db.session().scalar(text("SELECT id FROM account WHERE login = 'officer1'"))
        opened = 0
        for each in kept:
            try:
                vault().open(each, "unsent", by, 0, key_of(one))
                opened += 1
            except InvalidTag:
                pass
    assert opened == 1


def test_who_never_signed_in_may_not_send_more_by_signing_out(web: Flask, browser: Browser) -> None:
    assert browser.post("/sign-out").status_code == 302
    scan = {"papers_invoice": (io.BytesIO(b"a scan" * 50_000), "x.jpg")}
    data = {"csrf_token": browser.token(), **scan}
    assert browser.client.post("/office/members/1/claims/new", data=data).status_code == 413


def test_without_the_shelf_the_page_says_that_nothing_could_be_kept(
    copied: Database, fund: Fund
) -> None:
    for url in ("unix:///nowhere/at-all", None):
        web = create_app(replace(copied.settings, redis_url=url))
        browser = Browser(web).sign_in("officer1")
        path = find(browser, make_id(QIAN)).location
        typed = {"csrf_token": browser.token(path), "fixmedins_name": "x"}
        sessions(web, OVER)
        answer = browser.client.post(path, data=typed)
        assert answer.status_code == 401
        assert LOST in words(answer.text)
        sessions(web, ALIVE)
        assert browser.get(path).status_code == 200
        with web.app_context():
            db.engine.dispose()


def filed(web: Flask) -> int:
    with web.app_context(), transaction() as session:
        return int(session.execute(text("SELECT count(*) FROM filed_claim")).scalar_one())
