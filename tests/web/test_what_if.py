"""Questions about other rules on the page: typed, answered by a worker, and whose they are."""

import re

import pytest
from flask import Flask

from app.db import db
from app.errands import do_errands
from tests.web.browser import Browser, words
from tests.web.fund import Fund

PAGE = "/office/what-if/"
ASKED = {"first": "2021", "last": "2021", "years": "2", "growth": "2", "dearer": "", "ageing": "50"}
CAP, BANDS = "benefit.inpatient.cap_fen", "benefit.inpatient.bands"


@pytest.fixture
def answered(web: Flask, officer: Browser) -> tuple[str, str]:
    """Where the answer stands, and its page while it is made."""
    answer = officer.post(PAGE, **ASKED, **{BANDS: "0.00 60%", CAP: "150,000"})
    assert answer.status_code == 302, words(answer.text)
    going = officer.get(answer.location).text
    with web.app_context():
        assert do_errands() == 0
        db.session.remove()
    return answer.location, going


def test_a_question_is_asked_and_answered(officer: Browser, answered: tuple[str, str]) -> None:
    place, going = answered
    assert 'data-poll="1"' in going
    page = officer.choose("en").get(place).text
    assert 'data-poll="1"' not in page
    told = words(page)
    assert "60%" in told
    assert "Benefits would have come to ¥" in told
    assert "Members at the cap" in told
    assert "Inpatient care" in told.partition("By kind of care")[2].partition("By union")[0]
    assert re.search(r"(more|less)\. Members with more", told)
    assert place in officer.get(PAGE).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({CAP: "-1"}, "cap"),
        ({BANDS: "0 500%"}, "percentage"),
        ({BANDS: "9 50%"}, "begin at 0"),
        ({"first": "2022", "last": "2021"}, "before"),
        ({"growth": "51"}, "More members a year, %: out of range"),
        ({"growth": "much"}, "More members a year, %: out of range"),
        ({"growth": "1e999999999"}, "percentage"),
        ({"years": "99"}, "Years ahead: out of range"),
        ({"first": "x"}, "out of range"),
        ({"first": "0000"}, "out of range"),
        ({"first": "0000", "last": "0000"}, "out of range"),
        ({"last": "²⁰²¹"}, "out of range"),
    ],
)
def test_what_cannot_be_asked_is_said_and_kept(
    officer: Browser, typed: dict[str, str], said: str
) -> None:
    answer = officer.choose("en").post(PAGE, **(ASKED | typed))
    assert answer.status_code == 409
    assert said in words(answer.text)
    for text in typed.values():
        assert text in answer.text or typed.keys() & {"first", "last"}


@pytest.mark.parametrize("last", ["²⁰²¹", "0000", "20211", ""])
def test_an_address_with_an_odd_year_is_the_form(officer: Browser, last: str) -> None:
    assert officer.get(f"{PAGE}?last={last}").status_code == 200


def test_a_year_nobody_was_covered_in_is_told(web: Flask, officer: Browser) -> None:
    answer = officer.choose("en").post(PAGE, **(ASKED | {"first": "2030", "last": "2031"}))
    with web.app_context():
        assert do_errands() == 0
        db.session.remove()
    assert "Nobody was covered in 2030 to 2031" in words(officer.read(answer.location))


def test_it_is_the_federations_alone(web: Flask, fund: Fund, answered: tuple[str, str]) -> None:
    district = Browser(web).sign_in("north")
    assert district.get(PAGE).status_code == 403
    assert district.get(answered[0]).status_code == 403
    assert district.post(PAGE, **ASKED).status_code == 403
