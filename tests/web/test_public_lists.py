"""Public lists: by two people, for everybody on their days, and with nothing that names anybody."""

import io
from datetime import timedelta

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import text

from app.clock import today
from app.db import db, transaction
from app.payments.public import masked_name
from app.payments.take import OnePerson
from app.web import public_lists
from tests.factories import make_account, make_id, make_name
from tests.web.browser import Browser, words
from tests.web.fund import ZHAO, Fund


@pytest.fixture
def second(web: Flask, fund: Fund) -> Browser:
    return Browser(web).sign_in("officer2")


def week() -> dict[str, str]:
    first = today()
    return {"first": first.isoformat(), "last": (first + timedelta(days=6)).isoformat()}


def proposed(web: Flask, officer: Browser, **days: str) -> int:
    officer.post("/office/public/batch/1", **week() | days)
    with web.app_context():
        return db.session.scalar(text("SELECT max(id) FROM public_list"))


def test_a_list_is_shown_when_another_officer_has_approved_and_no_longer(
    web: Flask, officer: Browser, second: Browser
) -> None:
    number, anybody = proposed(web, officer), Browser(web)
    assert proposed(web, officer) == number, "a second click proposes nothing more"
    assert anybody.get(f"/public/{number}").status_code == 404
    officer.post(f"/office/public/{number}/approve")  # not by who proposed
    assert anybody.get(f"/public/{number}").status_code == 404
    second.post(f"/office/public/{number}/approve")
    answer = anybody.get(f"/public/{number}")
    assert answer.status_code == 200
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert f'href="/public/{number}"' in anybody.get("/public/").text
    for address, there in (("", True), ("?month=2021-10", True), ("?month=2021-09", False)):
        page = anybody.get(f"/public/{address}").text
        assert (f'href="/public/{number}"' in page) is there, address
    assert "2021-10 发放" in anybody.read("/public/")
    shown = words(answer.text)
    assert masked_name(make_name(ZHAO)) in shown
    assert "市纺织机械厂" in shown
    assert "¥6,100.00" in shown
    second.post(f"/office/public/{number}/end")
    assert anybody.get(f"/public/{number}").status_code == 404
    assert f'href="/public/{number}"' not in anybody.get("/public/").text


def test_what_waits_stands_on_the_second_officers_start(
    web: Flask, officer: Browser, second: Browser
) -> None:
    number = proposed(web, officer)
    assert 'href="/office/public/"' in second.get("/office/").text
    second.post(f"/office/public/{number}/approve")
    assert "批准公示" not in second.read("/office/public/")


def test_it_can_be_hung_up(web: Flask, officer: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    number = proposed(web, officer)
    answer = officer.get(f"/office/public/{number}/paper")
    assert answer.mimetype == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert masked_name(make_name(ZHAO)) in said
    assert "¥6,100.00" in said
    assert make_name(ZHAO) not in said
    monkeypatch.setattr(public_lists, "MOST_ON_PAPER", 1)
    assert officer.get(f"/office/public/{number}/paper").status_code == 302
    assert Browser(web).get(f"/office/public/{number}/paper").status_code == 302


def test_16_it_names_nobody_and_no_illness(web: Flask, officer: Browser, second: Browser) -> None:
    number = proposed(web, officer)
    second.post(f"/office/public/{number}/approve")
    page = Browser(web).get(f"/public/{number}").text
    for secret in (
        make_name(ZHAO),
        make_id(ZHAO)[-4:],
        make_id(ZHAO)[6:14],
        "急性阑尾炎",
        "高血压",
    ):
        assert secret not in page.replace("2021-0001", "")
    for secret in ("市第一人民医院", make_account(ZHAO)[-4:], "/office/members"):
        assert secret not in page


def test_before_and_after_its_days_it_is_not_there(
    web: Flask, officer: Browser, second: Browser
) -> None:
    tomorrow = (today() + timedelta(days=1)).isoformat()
    number = proposed(web, officer, first=tomorrow)
    second.post(f"/office/public/{number}/approve")
    assert Browser(web).get(f"/public/{number}").status_code == 404
    assert officer.get(f"/office/public/{number}").status_code == 200
    with web.app_context():
        before = db.session.scalar(text("SELECT count(*) FROM public_list"))
    for wrong in (
        {"first": (today() - timedelta(days=1)).isoformat()},
        {"last": (today() - timedelta(days=1)).isoformat()},
        {"last": (today() + timedelta(days=61)).isoformat()},
    ):
        proposed(web, officer, **wrong)
    with web.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM public_list")) == before


def test_10_one_person_alone_shows_nothing_by_sql_either(
    web: Flask, fund: Fund, officer: Browser
) -> None:
    number = proposed(web, officer)
    alone = text(
        "INSERT INTO public_list_approval (list_id, proposed_by, approved_by)"
        " VALUES (:list, :one, :by)"
    )
    for one, by in (
        (fund.officer, fund.officer),
        (fund.officer, fund.auditor),
        (fund.second, fund.officer),  # in another's name
    ):
        with web.app_context(), pytest.raises(OnePerson), transaction() as session:
            session.execute(alone, {"list": number, "one": one, "by": by})


def test_13_a_districts_officer_has_nothing_to_do_with_it(web: Flask, officer: Browser) -> None:
    number, north = proposed(web, officer), Browser(web).sign_in("north")
    for path in ("/office/public/", f"/office/public/{number}"):
        assert north.get(path).status_code == 404
    for path in ("batch/1", f"{number}/approve", f"{number}/end"):
        assert north.post(f"/office/public/{path}", **week()).status_code == 404


def test_robots_are_told_off(web: Flask) -> None:
    assert "Disallow: /" in Browser(web).get("/robots.txt").text
