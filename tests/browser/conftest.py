"""One run of the program with the demonstration city, as a first start makes it, and a browser.

The run is shared by all browser tests; each has a window of its own and changes what is its own
alone. Without Chromium they are left out, which `deploy test` says at its end; where nothing may
be left out (HUZHU_WHOLE=1, as `.ci/run` sets), they fail.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from app.embedded.server import database
from app.roster.template import HEADINGS
from deploy import chromium
from deploy.trial import Trial, trial
from tests.browser.books import Books
from tests.browser.visitor import Reader, Visitor, open_window
from tests.browser.walks import WALKERS, Colleagues
from tests.workers.commands import of_its_own

READERS = [Reader(390, "zh"), Reader(1280, "en"), Reader(390, "zh", script=False)]
LONG = os.environ.get("HUZHU_LONG") == "1"
if LONG:
    READERS += [Reader(390, "en"), Reader(1280, "zh"), Reader(1280, "en", script=False)]
# What is called as it is called in every language: people, units, hospitals, diagnoses, files; and
# what others wrote.
OF_REQUESTS = ("城西新华书店", "高敏", "记-")
"""What a unit that asks to be registered calls itself, sealed; numbers of vouchers."""
NAMES = """
SELECT name FROM member_name UNION SELECT left(name, 1) || '*' FROM member_name
UNION SELECT name FROM unit UNION SELECT name FROM union_node
UNION SELECT name FROM account UNION SELECT name FROM campaign
UNION SELECT fixmedins_name FROM settlement UNION SELECT dise_name FROM settlement
UNION SELECT code FROM fund_account UNION SELECT bank FROM fund_account
UNION SELECT payer_name FROM statement_line UNION SELECT remark FROM statement_line
UNION SELECT reason FROM payment_outcome UNION SELECT name FROM stored_file
"""


@pytest.fixture(scope="session")
def chromium_program() -> str:
    """Asked for by all that is dear: nothing is started where there is no browser."""
    path = chromium.program()
    if path is None:
        why = f"no Chromium was found. {chromium.HOW_TO_INSTALL}"
        assert os.environ.get("HUZHU_WHOLE") != "1", why
        pytest.skip(why)
    return path


@pytest.fixture(scope="session")
def city(chromium_program: str) -> Iterator[Trial]:
    """The running program."""
    with trial() as run:
        yield run


@pytest.fixture(scope="session")
def books(city: Trial) -> Iterator[Books]:
    """Its database."""
    with database(city.data_dir) as where:
        yield Books(where.app_url)


@pytest.fixture(scope="module")
def browser(chromium_program: str) -> Iterator[Browser]:
    """For a module's time: its loop must not stand in the way of other tests."""
    with sync_playwright() as playwright:
        started = chromium.launch(playwright, chromium_program)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, city: Trial, books: Books) -> Iterator[Callable[..., Visitor]]:
    """Open a window; at the end, whoever looked has no complaint."""
    visitors: list[Visitor] = []

    def opened(reader: Reader) -> Visitor:
        page: Page = open_window(browser.new_context, city.url, reader)
        names = [*HEADINGS, *OF_REQUESTS, *(name for (name,) in books.rows(NAMES) if name)]
        visitors.append(Visitor(page, reader, sorted(names, key=len, reverse=True)))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.page.context.close()
    for visitor in visitors:
        visitor.has_no_complaint()


@pytest.fixture(params=READERS, ids=str)
def reader(request: pytest.FixtureRequest) -> Reader:
    chosen: Reader = request.param
    return chosen


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Journeys of who comes by phone are walked on one, those of who sits at a desk there; by hand
    (HUZHU_LONG=1) each both ways."""
    if "walker" in metafunc.fixturenames:
        phone, desk = WALKERS
        at_a_desk = metafunc.module.__name__.endswith(("_office", "_staff"))
        chosen = WALKERS if LONG else [desk if at_a_desk else phone]
        metafunc.parametrize("walker", chosen, ids=str)


@pytest.fixture(scope="session")
def colleagues(city: Trial, tmp_path_factory: pytest.TempPathFactory) -> Colleagues:
    return Colleagues(of_its_own(city.data_dir), tmp_path_factory.mktemp("colleagues"))
