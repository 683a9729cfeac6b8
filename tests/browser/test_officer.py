"""An officer takes in a unit's roster that is not quite right."""

import io
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator

from deploy.trial import Trial
from tests.browser.books import Books
from tests.browser.visitor import Reader, Visitor
from tests.factories import make_account, make_id, make_name, make_uscc, roster_xlsx
from tests.workers.commands import Person, of_its_own

LAST, YEAR = 2023, 2024
OF_UNIT = "SELECT id FROM unit WHERE uscc = %s"
ENROLLED = """
SELECT count(*) FROM roster_line JOIN roster ON roster.id = roster_id
WHERE unit_id = %s AND benefit_year = %s
"""
numbers = count(1)


class Works:
    """A unit of a test's own: three people last year; this year's file has one of them no more,
    two new ones and three rows that cannot be taken."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        number = next(numbers)
        self.uscc, self.name = make_uscc(9_000 + number), f"第{number}试验厂"
        self.seeds = [900_000 + number * 10 + n for n in range(9)]
        officer, year = Person(environ), folder / "last.xlsx"
        officer.asks("unit", "add", "--uscc", self.uscc, "--name", self.name)
        year.write_bytes(roster_xlsx([self._row(n) for n in (0, 1, 2)]))
        which = ("--unit", self.uscc, "--year", LAST)
        officer.asks("roster", "import", year, *which, "--confirmed-on", f"{LAST - 1}-12-01")
        self.file = folder / f"{self.name}.xlsx"
        self.file.write_bytes(roster_xlsx([self._row(n) for n in (1, 2, 3, 4)] + self._wrong()))

    @property
    def names(self) -> list[str]:
        return [self.name, *(make_name(seed) for seed in self.seeds)]

    def _row(self, n: int) -> list[str]:
        seed = self.seeds[n]
        return [make_name(seed), make_id(seed), make_account(seed)]

    def _wrong(self) -> list[list[str]]:
        digit, twice, nameless = self._row(5), self._row(3), self._row(6)
        last = "1" if digit[1][-1] != "1" else "2"
        digit[1] = digit[1][:-1] + last
        twice[0] = make_name(self.seeds[7])
        nameless[0] = ""
        return [digit, twice, nameless]


@pytest.fixture
def works(city: Trial, tmp_path: Path) -> Works:
    return Works(tmp_path, of_its_own(city.data_dir))


def test_a_roster_is_read_corrected_and_enrolled(
    visit: Callable[..., Visitor], reader: Reader, works: Works, books: Books
) -> None:
    visitor = visit(reader)
    visitor.names = sorted([*visitor.names, *works.names], key=len, reverse=True)
    (unit_id,) = books.row(OF_UNIT, works.uscc)
    visitor.comes_as("officer")
    sends(visitor, works)

    page = visitor.page
    page.locator("#upload:not([data-poll])").wait_for()
    visitor.looks().reads(reader.says("不收的行", "Refused rows"))
    assert figures(page.locator(".tiles strong")) == ["4", "0", "3"]
    assert figures(page.locator(".people summary strong")) == ["2", "1"], "joined, left"
    told = figures(page.locator(".refusals .why"))
    assert len(told) == 3
    assert books.number(ENROLLED, unit_id, YEAR) == 0, "nothing is enrolled before it is confirmed"

    with page.expect_download() as fetched:
        page.get_by_role("link", name=reader.says("标注了原因", "with the reasons")).click()
    reasons = written_in(fetched.value.path(), works.file)
    assert [reason for reason in reasons if reason] == told
    assert [bool(reason) for reason in reasons] == [False] * 4 + [True] * 3

    with page.expect_navigation():
        page.locator("form[action$='/enrol'] button").click()
    page.locator("#upload:not([data-poll])").wait_for()
    visitor.looks()
    assert books.number(ENROLLED, unit_id, YEAR) == 4
    visitor.presses(reader.says("查看该单位", "To the unit"))

    visitor.presses(reader.says("单位", "Units"), page.get_by_role("navigation").first)
    visitor.goes_to(f"/office/units/{YEAR}?paid=nothing&q={works.uscc}")
    row = page.locator("table.rows tbody tr")
    assert row.count() == 1
    assert works.name in row.inner_text()
    assert row.locator(".label-waits").count() == 1, "what is missing is marked"


def test_a_file_that_is_no_roster_is_refused_in_a_sentence(
    visit: Callable[..., Visitor], works: Works, tmp_path: Path
) -> None:
    visitor = visit(Reader(390, "zh"))
    visitor.comes_as("officer")
    works.file = tmp_path / "花名册.xlsx"
    works.file.write_bytes(b"no workbook at all")
    sends(visitor, works)
    visitor.page.locator("#upload:not([data-poll])").wait_for()
    visitor.looks()
    visitor.page.get_by_role("alert").wait_for()


def figures(found: Locator) -> list[str]:
    return [one.inner_text().strip() for one in found.all()]


def sends(visitor: Visitor, works: Works) -> None:
    reader, page = visitor.reader, visitor.page
    visitor.presses(reader.says("单位", "Units"), page.get_by_role("navigation").first)
    visitor.presses(reader.says("上传花名册", "Upload a roster"), page.get_by_role("main"))
    page.locator("main").get_by_role("searchbox").fill(works.uscc)
    with page.expect_navigation():
        page.locator("main").get_by_role("searchbox").press("Enter")
    visitor.looks().presses(works.name)
    page.locator("select[name=year]").select_option(str(YEAR))
    page.locator("input[name=confirmed_on]").fill(f"{LAST}-12-01")
    page.locator("input[type=file]").set_input_files(works.file)
    visitor.presses(reader.says("上传并核对", "Upload and check"))


def written_in(marked: Path, sent: Path) -> list[str]:
    """The reasons beside the rows, '' where there is none; all else is as it was sent."""
    ours = load_workbook(io.BytesIO(sent.read_bytes())).active
    theirs = load_workbook(io.BytesIO(marked.read_bytes())).active
    wide = ours.max_column
    for before, after in zip(ours.values, theirs.values, strict=True):
        assert after[:wide] == before
    return [str(row[wide] or "") for row in list(theirs.values)[1:]]
