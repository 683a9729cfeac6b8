"""An officer reviews twenty claims by keyboard, and nobody needs a mouse for any of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from deploy.trial import Trial
from tests.browser.books import Books
from tests.browser.visitor import Reader, Visitor
from tests.db.typed import TEXTS
from tests.factories import csv_bytes, make_id, make_name, make_uscc, roster_xlsx
from tests.workers.commands import Person, of_its_own

TWENTY = 20
OF_UNIT = "SELECT id FROM unit WHERE uscc = %s"
OURS = """
SELECT w.stage, count(*) FROM review_queue w JOIN claim c ON c.id = w.claim_id
JOIN settlement s ON s.setl_id = c.setl_id WHERE s.fixmedins_name = '键盘医院'
GROUP BY 1 ORDER BY 1
"""
DAYS = {"begndate": "2024-06-03", "enddate": "2024-06-10", "setl_time": "2024-06-10"}


@pytest.fixture
def claims(city: Trial, tmp_path: Path, books: Books) -> list[str]:
    """Twenty people of a unit of their own, each with a sheet filed at the counter; their names."""
    environ = of_its_own(city.data_dir)
    officer, uscc = Person(environ), make_uscc(9_500)
    seeds = range(950_000, 950_000 + TWENTY)
    officer.asks("unit", "add", "--uscc", uscc, "--name", "键盘试验厂")
    roster = tmp_path / "roster.xlsx"
    roster.write_bytes(roster_xlsx([[make_name(x), make_id(x), ""] for x in seeds]))
    year = ("--unit", uscc, "--year", 2024)
    officer.asks("roster", "import", roster, *year, "--confirmed-on", "2023-12-01")
    money = ("--amount", f"{TWENTY * 50}.00", "--on", "2023-12-20", "--ref", "键盘")
    officer.asks("contributions", "receive", *year, *money)
    sheets = tmp_path / "sheets.csv"
    texts = TEXTS | DAYS | {"fixmedins_name": "键盘医院"}
    rows = [[make_id(x), *texts.values()] for x in seeds]
    sheets.write_bytes(csv_bytes([["certno", *texts], *rows]))
    officer.asks("claims", "file", sheets, "--signed", "--by", "demo-officer2")
    officer.asks("drain")
    return ["键盘试验厂", "键盘医院", *(make_name(x) for x in seeds)]


def presses(page: Page, *keys: str) -> None:
    """One key after another; the last leads to another page."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])
    page.wait_for_load_state()


def test_twenty_claims_by_keyboard(
    visit: Callable[..., Visitor], claims: list[str], books: Books
) -> None:
    visitor = visit(Reader(1280, "zh"))
    visitor.names = sorted([*visitor.names, *claims], key=len, reverse=True)
    visitor.comes_as("officer")
    assert dict(books.rows(OURS)) == {"accept": TWENTY}
    page = visitor.page
    visitor.goes_to("/office/reviews/?stage=accept")
    presses(page, "n")
    goes_on_to_the_end(page)
    assert dict(books.rows(OURS)) == {"first": TWENTY}
    # At the next stage: one is left, one asked papers for, one returned, one refused; all by keys.
    visitor.goes_to("/office/reviews/next?stage=first")
    assert page.evaluate("document.activeElement.id") == "head"
    while not page.get_by_text("键盘医院").count():
        presses(page, "n")
    visitor.looks()
    left, *_ = page.url.split("?")
    presses(page, "n")
    presses(page, "p", "3", *["Tab"] * 8, "Enter")
    presses(page, "b", "2", "Enter")
    presses(page, "r", "1", "Enter")
    visitor.looks()
    presses(page, "Enter")
    assert not page.url.startswith(left)
    presses(page, "a")
    visitor.looks()
    assert dict(books.rows(OURS)) == {"accept": 1, "first": TWENTY - 3, "second": 1}
    said = books.rows("SELECT outcome, count(*) FROM review WHERE outcome <> 'on' GROUP BY 1")
    assert dict(said) == {"papers": 1, "back": 1, "refuse": 1}


def goes_on_to_the_end(page: Page) -> None:
    """A, and again, until nothing more waits."""
    while page.locator("[data-key=a]").count():
        presses(page, "a")


def test_several_clean_ones_are_ticked_and_approved_together(
    visit: Callable[..., Visitor], books: Books
) -> None:
    """The city has some: an operator entered them, two officers compared them with the papers."""
    granted = "SELECT count(*) FROM review WHERE goes_to = 'granted'"
    before = books.number(granted)
    officer = visit(Reader(360, "zh")).comes_as("officer")
    page = officer.goes_to("/office/reviews/clean/").page
    boxes = page.locator("input[name=claim]")
    offered = boxes.count()
    assert offered >= 3
    chosen = [boxes.nth(each).get_attribute("value") for each in range(2)]
    for each in range(2):
        boxes.nth(each).check()
    officer.presses("审批勾选的申请").reads("已审批 2 件")
    assert books.number(granted) == before + 2
    assert boxes.count() == offered - 2
    for claim in chosen:
        assert not page.locator(f"input[value='{claim}']").count()
