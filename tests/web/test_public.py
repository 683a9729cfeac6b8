"""Pages for everybody: slowed down, and silent about whom the fund knows."""

import re

import pytest
from flask import Flask

from app.accounts.check import MOST_REQUESTS
from tests.factories import make_account, make_id, make_name, make_uscc
from tests.web.browser import Browser, words
from tests.web.fund import QIAN, ZHAO, Fund
from tests.web.rich import Rich


@pytest.fixture(scope="module")
def rich(web: Flask, fund: Fund) -> Rich:
    return Rich(web, fund).make()


def post(web: Flask, page: str, place: str, **fields: str):
    """From an address of its own, without an account."""
    browser = Browser(web)
    shown = browser.get(page).text
    hidden = {}
    hidden["csrf_token"] = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)[1]
    if key := re.search(r'name="key"[^>]*value="([^"]+)"', shown):
        hidden["key"] = key[1]
    data = {**hidden, **fields}
    return browser.client.post(page, data=data, environ_base={"REMOTE_ADDR": place})


def join(rich: Rich, seed: int, place: str, **other: str):
    rider = {"name": make_name(seed), "certno": make_id(seed), "phone": "13900001111"}
    rider |= {"account": make_account(seed), "occupation": "rider", "consent": "y"}
    rider |= {"unit_id": str(rich.gig), "platform": "x"}
    return post(rich.web, "/join", place, **rider | other)


def register(web: Flask, seed: int, place: str, **other: str):
    unit = {"uscc": make_uscc(seed), "name": "某厂", "union_id": "1", "unit_percent": "50"}
    return post(
        web, "/register/", place, **unit | {"contact": "王", "phone": "13800001234"} | other
    )


def plain(answer) -> str:
    return re.sub(r"G[A-Z0-9]{8}", "REF", words(answer.text))


def test_nobody_learns_who_is_known(web: Flask, rich: Rich) -> None:
    """Unknown, covered elsewhere, dead, or with another name and card: the same words."""
    stranger = join(rich, 850, "203.0.113.1")
    assert stranger.status_code == 200
    for at, seed in enumerate((ZHAO, QIAN, 4), 2):
        for name in (make_name(seed), make_name(851)):
            known = join(rich, seed, f"203.0.113.{at}", name=name, account=make_account(852))
            assert (known.status_code, plain(known)) == (200, plain(stranger))


def test_nobody_learns_which_units_are_known(web: Flask, rich: Rich) -> None:
    answers = [register(web, seed, f"203.0.113.{seed}") for seed in (1, 2, 5, 60)]
    assert {(x.status_code, x.location) for x in answers} == {(302, "/register/sent")}


def test_who_asks_too_often_waits(web: Flask, rich: Rich) -> None:
    for act in (
        lambda place: join(rich, 860, place, certno="1"),
        lambda place: register(web, 61, place, uscc="1"),
    ):
        codes = [act("203.0.113.99").status_code for _ in range(MOST_REQUESTS + 1)]
        assert {*codes[:-1]} <= {400, 409}
        assert codes[-1] == 429
        assert act("203.0.113.98").status_code != 429


def test_a_rider_compares_a_card_number_with_a_wrong_digit(web: Flask, rich: Rich) -> None:
    right = make_account(862)
    wrong, other = (f"{right[:-1]}{(int(right[-1]) + by) % 10}" for by in (1, 2))
    before = rich.rows()["self_enrolment"]
    asked = join(rich, 862, "203.0.113.104", account=f" {wrong}")
    assert asked.status_code == 200
    assert "和一般卡号的规则不符" in asked.text
    assert f'value="{wrong[-4:]}"' in asked.text
    assert re.search(r'name="consent"[^>]*checked|checked[^>]*name="consent"', asked.text)
    # Another wrong number is asked about anew.
    anew = join(rich, 862, "203.0.113.104", account=other, compared=wrong[-4:])
    assert "和一般卡号的规则不符" in anew.text
    assert rich.rows()["self_enrolment"] == before
    taken = join(rich, 862, "203.0.113.104", account=wrong, compared=wrong[-4:])
    assert "应缴金额" in taken.text
    assert rich.rows()["self_enrolment"] > before


def test_what_nobody_asks_for_is_not_taken(web: Flask, rich: Rich) -> None:
    before = rich.rows()["account"], rich.rows()["unit"]
    more = {"approved_by": "2", "filed_by": "1", "state": "approved", "recorded_by": "1"}
    assert register(web, 62, "203.0.113.100", **more).status_code == 302
    assert join(rich, 861, "203.0.113.101", **more | {"own_money": "0"}).status_code == 200
    assert (rich.rows()["account"], rich.rows()["unit"]) == before


@pytest.mark.parametrize("page", ["/join", "/register/"])
def test_too_much_is_refused(web: Flask, rich: Rich, page: str) -> None:
    many = {f"f{n}": "x" for n in range(10_000)}
    assert post(web, page, "203.0.113.102", **many).status_code == 413
    assert post(web, page, "203.0.113.102", name="x" * 70_000).status_code == 413
    answer = post(web, page, "203.0.113.103", name="<script>{{7*7}}</script>")
    assert answer.status_code == 400
    assert "<script>" not in answer.text
    # In the pages' words, not in those of the forms' library.
    assert ("此项必填" in answer.text, "该字段" in answer.text) == (True, False)
    assert Browser(web).client.post(page, data={"name": "x"}).status_code == 400
