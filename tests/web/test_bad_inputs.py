"""Bad inputs at the doors where no other file throws them: bodies and addresses that could be read
two ways at the API, the counter's form, names of photos, and what a wrong password costs."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
from flask import Flask
from sqlalchemy import event, func, text, update

from app.accounts.models import Account
from app.db import db, transaction
from tests.factories import make_id
from tests.pictures import photo
from tests.web.browser import Browser, words
from tests.web.fund import Fund
from tests.web.program import Program, token_of
from tests.web.steps import Walk
from tests.web.test_api import CONTACT, SHEET
from tests.web.test_file_claim import sheet

LARGEST = 2**63 - 1
CODE = '{{7*7}}<script>alert("x")</script>医院'


@pytest.fixture(scope="module")
def qian(web: Flask, api: Flask, fund: Fund) -> Program:
    return Program(api, token_of(web, "qian")[1])


def claims(web: Flask) -> int:
    with web.app_context():
        return int(db.session().execute(text("SELECT count(*) FROM claim")).scalar_one())


def test_93_somebody_who_is_not_there_has_no_page(officer: Browser) -> None:
    for nobody in (999_999, LARGEST):
        assert officer.get(f"/office/members/{nobody}").status_code == 404


def body(more: str, **changed: object) -> str:
    """A sheet as JSON, with more written at its end as it stands."""
    return json.dumps(SHEET | changed)[:-1] + more + "}"


def test_34_42_a_body_that_can_be_read_two_ways_or_without_end_files_nothing(
    web: Flask, qian: Program
) -> None:
    bodies = {
        "a sum twice": body(', "medfee_sumamt_fen": 950000'),
        "the consent twice": body(f', "consent": {json.dumps(SHEET["consent"])}'),
        "thousands of digits": body(f', "oth_pay_fen": {"1" * 5_000}'),
        "brackets in brackets": "[" * 60_000,
        "objects in objects": '{"a":' * 10_000 + "1" + "}" * 10_000,
        "no number": body(', "oth_pay_fen": NaN'),
        "without end": body(', "oth_pay_fen": Infinity'),
        "an exponent": body(', "oth_pay_fen": 1e5'),
        "too large an exponent": body(', "oth_pay_fen": 1e400'),
        "somebody else": body(', "member_id": 1'),
        "five thousand fields": "{" + ",".join(f'"f{n}":1' for n in range(5_000)) + "}",
        "a list": "[]",
        "nothing": "null",
        "half a character": '{"consent": "\\ud800"}',
    }
    before = claims(web)
    headers = {"Idempotency-Key": "bad", "Content-Type": "application/json"}
    for named, sent in bodies.items():
        answer = qian.post("/my/claims", data=sent, headers=headers)
        assert answer.status_code in {400, 422}, (named, answer.text[:300])
        assert answer.json["detail"]
    long = {"Idempotency-Key": "k" * 10_000}
    assert qian.post("/my/claims", json=SHEET, headers=long).status_code == 422
    assert qian.post("/my/claims", data="x" * 70_000, headers=headers).status_code == 413
    assert claims(web) == before


def test_addresses_of_the_api_are_refused_as_those_of_pages(
    web: Flask, api: Flask, qian: Program
) -> None:
    contact = Program(api, token_of(web, CONTACT)[1])
    for number in (-1, 0, 2**63, LARGEST, "%00", "1e3"):  # 93
        for program, path in (
            (qian, "/my/claims/{}"),
            (contact, "/unit/rosters/{}"),
            (contact, "/unit/changes/{}"),
            (contact, "/unit/{}/notice.pdf"),
        ):
            assert program.get(path.format(number)).status_code == 404, (path, number)
    for size in ("1000000000", "1e9", "-5", "9" * 5_000):  # 95
        assert qian.get(f"/my/claims?size={size}").status_code == 422
    assert qian.get(f"/my/claims?after={LARGEST}").json["claims"] == []
    answer = qian.get("/my/cover", query_string={"q": make_id(3)})  # 96
    assert answer.status_code == 400
    assert make_id(3) not in answer.text
    asked = "/unit/rosters?year=2022&year=2021&confirmed_on=2021-12-20"  # 42
    headers = {"Idempotency-Key": "twice", "Content-Type": "text/csv"}
    assert contact.post(asked, data=b"x", headers=headers).status_code == 400
    assert qian.get("/my/cover", headers={"Host": "evil.example"}).status_code == 400  # 87
    assert qian.ask("TRACE", "/my/cover").status_code == 405  # 94


@pytest.mark.parametrize("path", ["/", "/office/", "/api/v1/", "/api/v1/my/cover", "/nowhere"])
def test_an_address_of_no_characters_is_refused(web: Flask, api: Flask, path: str) -> None:
    """Bytes above 0x7f that are no UTF-8: no browser sends them bare, but programs do."""
    sent = {"QUERY_STRING": "lang=en&x=\xff"}
    app = api if path.startswith("/api") else web
    answer = app.test_client().get(path.removeprefix("/api"), environ_overrides=sent)
    assert answer.status_code == 400, answer.text


def test_44_46_47_at_the_counter(web: Flask, officer: Browser, fund: Fund) -> None:
    with web.app_context():
        asked = text("SELECT member_id FROM account WHERE login = 'qian'")
        path = f"/office/members/{db.session().execute(asked).scalar_one()}/claims/new"
    token = {"csrf_token": officer.token(path)}
    good = sheet(fixmedins_name=CODE) | token
    before = claims(web)
    for key in ("k" * 10_000, "键", ""):
        assert officer.client.post(path, data=good | {"request_key": key}).status_code == 400
    assert officer.client.post(path, data=good | {"psn_part_amt": "1e5"}).status_code == 400
    assert claims(web) == before
    sent = officer.client.post(path, data=good | {"status": "paid", "approved_fen": "9"})
    assert sent.status_code == 302
    other = officer.client.post(path, data=good | {"psn_part_amt": "3,999"})
    assert other.status_code == 409
    assert 'value="3,999"' in other.text  # nothing that was typed is lost
    assert claims(web) == before + 1
    pages = ("/office/claims/list", "/office/reviews/", sent.location, "/office/claims/review")
    shown = [officer.get(page).text for page in pages if officer.get(page).status_code == 200]
    assert sum("{{7*7}}" in page for page in (*shown, other.text)) >= 2
    assert not any("<script>alert" in page for page in (*shown, other.text))


def test_63_64_66_photos_by_hostile_names_and_too_large(web: Flask, fund: Fund) -> None:
    walk = Walk(Browser(web).sign_in("qian"))
    walk.begin()
    token, path = walk.token, walk.path("papers")
    for name in ("../../x.jpg", "a%0D%0ASet-Cookie: x.jpg", "C:\\x\u202e.jpg", "<b>.jpg"):
        bad = (io.BytesIO(b"<svg><script>alert(1)</script></svg>"), name)
        answer = walk.browser.client.post(
            path, data={"csrf_token": token, "then": "on", "papers_invoice": [bad]}
        )
        assert answer.status_code == 409
        assert "只能上传照片" in words(answer.text)
        assert "../" not in words(answer.text)
        assert "<b>.jpg" not in answer.text
        assert "\u202e" not in answer.text
        assert "Set-Cookie: x" not in str(answer.headers)
    # Put together by hand: the test's client would leave its own file of it open.
    fields = {"csrf_token": token, "then": "on"}.items()
    named = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields]
    file = b'name="papers_invoice"; filename="x.jpg"\r\n\r\n' + photo() + bytes(20_500_000)
    parts = [b"--x\r\nContent-Disposition: form-data; " + part for part in (*named, file)]
    large = walk.browser.client.post(
        path,
        data=b"\r\n".join([*parts, b"--x--\r\n"]),
        content_type="multipart/form-data; boundary=x",
    )
    assert large.status_code == 409
    assert "20 MB" in words(large.text)
    for mine in walk.browser.get(path).text, walk.page("papers"):
        assert "/small" not in mine


@contextmanager
def work() -> Iterator[list[str]]:
    """What the block asks of the database, and each password it hashes."""
    done: list[str] = []

    def hashing(frame: FrameType, kind: str, _more: object) -> None:
        if kind == "call" and frame.f_code.co_name == "verify_secret":
            done.append("a hash")

    def asking(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        done.append(statement)

    event.listen(db.engine, "before_cursor_execute", asking)
    sys.setprofile(hashing)
    try:
        yield done
    finally:
        sys.setprofile(None)
        event.remove(db.engine, "before_cursor_execute", asking)


def test_82_a_wrong_password_costs_the_same_whoever_is_named(web: Flask, fund: Fund) -> None:
    second = update(Account).where(Account.login == "officer2")
    with web.app_context(), transaction() as session:
        session.execute(second.values(disabled_at=func.now()))
    seen = []
    for login in ("officer1", "officer2", "nobody-at-all", "' OR 1=1 --"):
        browser = Browser(web)
        data = {"csrf_token": browser.token(), "login": login, "password": "a wrong password"}
        with web.app_context(), work() as done:
            assert browser.client.post("/sign-in", data=data).status_code == 403
        seen.append(done)
    with web.app_context(), transaction() as session:
        session.execute(second.values(disabled_at=None))
        session.execute(text("DELETE FROM sign_in_try"))
    assert seen[0].count("a hash") == 1
    assert seen[0] == seen[1] == seen[2]
    # What can be nobody's name is asked for as nobody's.
    assert seen[3].count("a hash") == 1
    assert len(seen[3]) == len(seen[0])


def test_87_89_nobody_is_led_to_another_host(web: Flask, officer: Browser) -> None:
    for header in ("X-Forwarded-Host", "X-Host", "Forwarded"):
        answer = Browser(web).get("/office/", headers={header: "host=evil.example"})
        assert "evil" not in answer.location
    for back in ("//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"):
        assert officer.post("/language", lang="zh", back=back).location == "/"


def test_43_a_form_without_its_token_says_whether_one_is_signed_in(
    web: Flask, officer: Browser
) -> None:
    path = "/office/claims/new"
    assert "打开太久" in words(officer.client.post(path, data={"certno": "x"}).text)
    assert "您已退出登录" in words(Browser(web).client.post(path, data={"certno": "x"}).text)
    # Where nobody has to sign in, nobody is told to.
    assert "打开太久" in words(Browser(web).client.post("/register/", data={"name": "x"}).text)
