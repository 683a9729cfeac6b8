"""Every list of an officer says what comes next, in words that fit an officer, and what it means
when nothing is in it."""

import re

from flask import Flask

from app.claims.lifecycle import State
from app.cli.claims import STATES as NAMED
from app.texts import LANGUAGES
from app.web.desk import CLAIMS, UNITS
from app.web.read.units import PAID
from app.web.words import STATES
from tests.web.browser import Browser
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
