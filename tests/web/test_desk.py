"""Every list of an officer says what comes next, in words that fit an officer, and what it means
when nothing is in it."""

import re
from datetime import date

from flask import Flask

from app.claims.lifecycle import State
from app.cli.claims import STATES as NAMED
from app.contributions.receive import receive
from app.db import transaction
from app.texts import LANGUAGES
from app.web.desk import CLAIMS, UNITS
from app.web.read.units import PAID
from app.web.words import STATES
from tests.web.browser import Browser, words
from tests.web.fund import Fund

SHOWN = [state for state in State if state is not State.FILED]
EVERY = {**CLAIMS, **UNITS}


def test_every_list_has_its_words() -> None:
    assert set(CLAIMS) == set(SHOWN)
    assert set(UNITS) == set(PAID)
    assert len({str(desk.does) for desk in EVERY.values()}) == len(EVERY)


def test_the_command_calls_states_as_the_pages_do(web: Flask) -> None:
    for lang in LANGUAGES:
        with web.test_request_context(headers={"Accept-Language": lang}):
            pages = {state: str(STATES[state]).lower() for state in SHOWN}
        assert {state: getattr(said, lang) for state, said in NAMED.items()} == pages


def test_lists_of_claims_say_what_comes_next_or_why_they_are_empty(
    officer: Browser, fund: Fund
) -> None:
    met = set()
    for state in SHOWN:
        desk = CLAIMS[state]
        for lang in ("zh", "en"):
            page = officer.choose(lang).read(f"/office/claims/{state.value}")
            with officer.web.test_request_context(headers={"Accept-Language": lang}):
                does, empty = str(desk.does), str(desk.empty)
            filled = "/members/" in officer.get(f"/office/claims/{state.value}").text
            met.add(filled)
            assert (does in page, empty in page) == (filled, not filled), state
    assert met == {True, False}


def test_lists_of_units_say_what_comes_next(web: Flask, officer: Browser) -> None:
    for paid, desk in UNITS.items():
        page = officer.read(f"/office/units/2021?paid={paid}")
        with web.test_request_context():
            does, empty = str(desk.does), str(desk.empty)
        filled = 'class="unit-name"' in officer.get(f"/office/units/2021?paid={paid}").text
        assert (does in page, empty in page) == (filled, not filled), paid
    assert "没有这样的单位" in officer.read("/office/units/2021?q=x&paid=decide")


def test_a_unit_that_owes_is_told_in_words_and_no_command(officer: Browser) -> None:
    pages = [officer.read(f"/office/unit/{unit}/2021") for unit in (1, 2, 3)]
    missing = [re.search(r"还差 ¥([0-9.,]+)", x) for x in pages]
    assert {bool(found and found[1] != "0.00") for found in missing} == {True, False}
    assert not [page for page in pages if "huzhu " in page]


def test_the_list_says_of_a_unit_what_its_page_says(
    web: Flask, officer: Browser, fund: Fund
) -> None:
    with web.app_context(), transaction() as session:
        more = {"amount_fen": 700, "received_on": date(2021, 1, 5), "reference": "MORE-1"}
        receive(session, unit_id=1, year=2021, by=fund.officer, **more)
    met = set()
    for row in re.findall(r"<tr>.*?</tr>", officer.get("/office/units/2021").text, re.DOTALL):
        if page := re.search(r'class="unit-name" href="([^"]+)"', row):
            listed, said = (_missing(x) for x in (words(row), officer.read(page[1])))
            assert listed == said
            met.add(listed and listed[0])
    assert met == {"多缴", "还差", None}


def _missing(page: str) -> tuple[str, str] | None:
    """What is missing or too much, where anything is."""
    found = re.search(r"(多缴|还差) ?(¥[0-9.,]+)", page)
    return (found[1], found[2]) if found and found[2] != "¥0.00" else None


def test_an_officer_reads_of_the_member_and_is_not_the_member(
    officer: Browser, member: Browser
) -> None:
    """The same explanation, spoken to whom it is for."""
    claims = re.findall(r'href="/my/claims/([0-9]+)"', member.get("/my/claims").text)
    mine = [_steps(member.get(f"/my/claims/{claim}").text) for claim in claims]
    told = [_steps(officer.get(f"/office/members/1/claims/{claim}").text) for claim in claims]
    assert sum("您" in steps for steps in mine) > 5
    assert sum("职工" in steps for steps in told) > 5
    assert not [steps for steps in told if "您" in steps]


def _steps(page: str) -> str:
    found = re.search(r'<ol class="steps">.*?</ol>', page, re.DOTALL)
    assert found
    return found[0]
