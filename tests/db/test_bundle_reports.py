"""The reports in a bundle: the same bytes for the same state, and the figures of the ledger."""

import io
import zipfile
from pathlib import Path

import openpyxl
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit import verify
from app.audit.make import make_bundle
from app.audit.report_files import as_it_was
from app.desks.keep_months import keep_months
from app.reports.annual import annual
from app.reports.monthly import monthly
from app.reports.report import Report

YEAR = 2021


def test_a_bundle_has_the_year_and_its_months(lived: Session, tmp_path: Path) -> None:
    made = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for path in made:
        make_bundle(lived, YEAR, path, reports=True)
        lived.execute(text("SET LOCAL TimeZone = 'America/St_Johns'"))
    assert made[0].read_bytes() == made[1].read_bytes()
    assert verify.examine(str(made[0]))["fault"] is None
    with zipfile.ZipFile(made[0]) as bundle:
        files = {name: io.BytesIO(bundle.read(name)) for name in verify.REPORTS}
    pages = [page.extract_text() for page in PdfReader(files["reports/annual.pdf"]).pages]
    assert f"{YEAR} 年度报告" in "".join(pages)
    book = openpyxl.load_workbook(files["reports/annual.xlsx"])
    [sheet] = [x for x in book if x.title.startswith("按医疗类别")]
    granted = text(
        "SELECT sum(payable_fen) FROM determination d WHERE benefit_year = 2021"
        " AND seq = (SELECT max(n.seq) FROM determination n WHERE n.claim_id = d.claim_id)"
    )
    [total] = [row[3] for row in sheet.iter_rows(values_only=True) if row[0] == "合计"]
    assert sum(len(each._charts) for each in book) == 4
    assert isinstance(total, float | int)
    assert round(total * 100) == lived.execute(granted).scalar_one() > 0
    months = {x.title[:7] for x in openpyxl.load_workbook(files["reports/months.xlsx"])}
    assert {"2021-08", "2021-09"} <= months


def told(session: Session) -> list[list[object]]:
    made: list[Report] = [annual(session, YEAR, "zh")]
    made += [monthly(session, YEAR, month, "zh") for month in (8, 9)]
    return [[(x.table.title, x.table.rows) for x in each.sections] for each in made]


def test_as_it_was_is_as_it_is_where_nothing_came_after(lived: Session) -> None:
    """Every figure that the views work out is what the tables in use have."""
    keep_months(lived)
    now = told(lived)
    with as_it_was(lived, YEAR, None):
        assert told(lived) == now
        assert lived.execute(text("SHOW search_path")).scalar_one() == "as_of, public"
    assert "as_of" not in str(lived.execute(text("SHOW search_path")).scalar_one())
    with as_it_was(lived, YEAR, "2000-01-01T00:00:00.000000Z"):
        assert lived.execute(text("SELECT count(*) FROM entitlement")).scalar_one() == 0
        assert told(lived) != now
