"""An auditor has a year's bundle made and checks it without us."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.browser.books import Books
from tests.browser.visitor import Reader, Visitor

YEARS = "SELECT benefit_year FROM entry GROUP BY 1 ORDER BY 1"


def test_a_bundle_is_made_fetched_and_checked(
    visit: Callable[..., Visitor], reader: Reader, books: Books, tmp_path: Path
) -> None:
    visitor = visit(reader).comes_as("auditor")
    page = visitor.page
    assert page.locator("svg[role=img]").count() >= 2, "charts"
    assert page.locator("figure table, details table").count() >= 2, "and their figures"
    years = [int(year) for (year,) in books.rows(YEARS)]
    for year in years:
        assert page.get_by_role("link", name=str(year), exact=True).count() == 1

    year = years[-1]
    visitor.presses(str(year), page.get_by_role("main"))
    visitor.presses(reader.says("生成", "Make the bundle"), page.get_by_role("main"))
    page.locator("#order:not([data-poll])").wait_for(timeout=90_000)
    visitor.looks().reads(reader.says("核对程序的结论", "What its verifier said"))
    assert page.locator(".said:not(.said-trouble)").count() == 1
    says = page.locator(".said").inner_text()

    with page.expect_download() as fetched:
        page.get_by_role("link", name=f"huzhu-{year}.zip").click()
    checked = checks(fetched.value.path(), tmp_path / "bundle", reader.lang)
    assert checked.returncode == 0, checked.stdout
    assert " ".join(says.split()) in " ".join(checked.stdout.split())

    visitor.presses(reader.says("年度", "Benefit year"), page.locator(".back"))
    assert page.locator("table.rows .label-good").count() >= 1


def checks(bundle: Path, folder: Path, lang: str) -> "subprocess.CompletedProcess[str]":
    """As the page says: unpack it and run its verifier, with Python alone."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "--lang", lang],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
