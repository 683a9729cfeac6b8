"""The search box: what it finds, for whom, and that its words stand in no address and no log."""

import pytest
from flask import Flask
from sqlalchemy import text

from app.contributions.reference import notice_reference
from app.db import db, transaction
from app.roster.pinyin import sort_key
from tests.clear import in_the_clear
from tests.factories import make_id, make_name, make_uscc
from tests.web.browser import Browser, words
from tests.web.fund import QIAN, ZHAO, Fund


def find(browser: Browser, typed: str) -> str:
    """The page that a search leads to."""
    answer = browser.post("/office/found/", words=typed)
    assert answer.status_code == 302, answer.text
    assert typed not in answer.location
    return browser.get(answer.location).text


@pytest.fixture
def north(web: Flask, fund: Fund) -> Browser:
    """An officer of a district, where Qian is and Zhao is not."""
    return Browser(web).sign_in("north")


def ways_to(seed: int) -> list[str]:
    """What one may type to find somebody."""
    name, certno = make_name(seed), make_id(seed)
    parts = [part[:-1] for part in sort_key(name).split()]
    letters = "".join(parts)
    initials = "".join(part[0] for part in parts)
    mixed = parts[0] + initials[1:]
    return [name, name[1:], name[0], certno, certno[-6:], letters, initials, mixed, parts[0]]


def test_people_are_found_by_name_pinyin_initials_and_the_last_six(officer: Browser) -> None:
    for typed in ways_to(ZHAO):
        page = find(officer, typed)
        assert make_name(ZHAO) in words(page), typed
        assert make_id(ZHAO)[6:14] not in page


def test_13_a_search_finds_nobody_and_nothing_of_another_union(
    officer: Browser, north: Browser
) -> None:
    numbers = ("S001", "01", make_uscc(1), "纺织", "P2021-0001", notice_reference(1, 2021))
    for typed in [*ways_to(ZHAO), *numbers]:
        assert 'href="/office/members/1' not in find(north, typed), typed
        assert "市纺织机械厂" not in find(north, typed), typed
        assert "/office/payments/batch" not in find(north, typed), typed
    for typed in ways_to(QIAN):
        assert make_name(QIAN) in words(find(north, typed)), typed
    assert officer.get("/office/members/1").status_code == 200
    assert north.get("/office/members/1").status_code == 404


def test_claims_units_and_payments_are_found_by_their_numbers(officer: Browser) -> None:
    assert "/office/members/1/claims/1" in find(officer, "S001")
    for typed in (notice_reference(1, 2021), notice_reference(1, 2021).lower()):
        assert 'href="/office/unit/1"' in find(officer, typed)
        assert "市纺织机械厂 2021" in words(find(officer, typed))
    for typed in ("纺织机械", make_uscc(1), make_uscc(1)[:10].lower()):
        assert "市纺织机械厂" in find(officer, typed), typed
    assert "/office/payments/batch/1" in find(officer, "p2021-0001")
    assert "/office/members/1/claims/1" in find(officer, "01")


def test_nothing_found_says_what_to_try(officer: Browser) -> None:
    page = words(find(officer.choose("en"), "nobodyatall"))
    assert "Nothing here has such a name or number." in page
    assert "Nothing here has such a name or number." in words(find(officer, "100%_"))


def test_going_back_works_for_who_searched_and_for_nobody_else(
    web: Flask, officer: Browser, north: Browser
) -> None:
    kept = officer.post("/office/found/", words=make_name(ZHAO)).location
    assert officer.get(kept).text == officer.get(kept).text
    assert north.get(kept).status_code == 410
    assert Browser(web).sign_in("operator").get(kept).status_code == 410
    with web.app_context(), transaction() as session:
        hours = "UPDATE kept_search SET recorded_at = recorded_at - interval '61 minutes'"
        session.execute(text(hours))
    over = officer.get(kept)
    assert over.status_code == 410
    assert make_name(ZHAO) not in over.text
    officer.post("/office/found/", words="wxm")
    with web.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM kept_search")) == 1


def test_who_searched_is_on_record_and_the_words_are_not(web: Flask, officer: Browser) -> None:
    kept = officer.post("/office/found/", words=make_name(ZHAO)).location
    number = int(kept.rpartition("/")[2])
    with web.app_context():
        logged = db.session.execute(
            text("SELECT * FROM search_log WHERE id = :number"), {"number": number}
        ).one()
        sealed = db.session.scalar(
            text("SELECT words_cipher FROM kept_search WHERE id = :number"), {"number": number}
        )
    assert logged.looked_for == "name"
    assert make_name(ZHAO) not in str(logged)
    assert not in_the_clear(sealed, [make_name(ZHAO)])


def test_an_empty_search_asks_for_words(officer: Browser) -> None:
    assert officer.post("/office/found/", words="  ").status_code == 400


def test_members_and_others_have_no_box(member: Browser, officer: Browser) -> None:
    assert 'name="words"' in officer.get("/office/").text
    assert 'name="words"' not in member.get("/my/").text
