"""The report's figures are the ledger's, each other's, and those on the paper."""

import io
import re
from datetime import date
from itertools import pairwise

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.books.income import income
from app.books.table import grouped
from app.books.workbook import workbook
from app.cli import main
from app.clock import today
from app.desks.keep_months import keep_months
from app.ledger.chart import BENEFITS
from app.reports import parts
from app.reports.annual import annual
from app.reports.monthly import monthly
from app.reports.order import NothingToReport, report_of
from app.reports.paper import report_paper
from app.reports.report import Report
from tests.db.fund_year import fund_year

YEAR = 2021


@pytest.fixture(scope="module")
def fund(shared_database):  # type: ignore[no-untyped-def]
    with shared_database.engine.connect() as connection, Session(connection) as session:
        fund_year(session)
        keep_months(session)
        yield session
        session.rollback()


@pytest.mark.parametrize("year", [2019, YEAR])
def test_benefits_by_care_age_and_union_are_the_ledgers(fund: Session, year: int) -> None:
    whole = income(fund, year)
    by_care = {care: fen for care, _, _, fen in parts.cares(fund, year)}
    for care, account in BENEFITS.items():
        assert by_care.get(care, 0) == whole.fen.get(account, 0)
    groups = parts.ages(fund, year)
    assert sum(x.fen for x in groups) == sum(by_care.values()) > 0
    assert sum(x.claims for x in groups) == sum(x[1] for x in parts.cares(fund, year))
    districts = parts.districts(fund, year)
    assert sum(x.income_fen for x in districts) == whole.income_fen
    assert sum(x.benefits_fen for x in districts) == whole.expense_fen
    granted = sum(fen for line, _, fen in parts.outcomes(fund, year) if line == "granted")
    assert granted == sum(by_care.values())


def test_what_a_year_leaves_is_what_the_next_begins_with(fund: Session) -> None:
    years = fund.scalars(text("SELECT DISTINCT benefit_year FROM entry ORDER BY 1")).all()
    assert len(years) > 2
    for year, after in pairwise(years):
        before, came, went = parts.results(fund, year)
        assert (came, went) == (income(fund, year).income_fen, income(fund, year).expense_fen)
        assert parts.results(fund, after)[0] == before + came - went


def test_ages_are_those_reached_in_the_year(fund: Session) -> None:
    covered = fund.scalar(
        text(
            "SELECT count(DISTINCT c.member_id) FROM cover c JOIN cover_term t"
            " ON t.member_id = c.member_id AND t.cover_id = c.id"
            " WHERE c.benefit_year = 2021 AND NOT isempty(t.term)"
        )
    )
    assert sum(x.covered for x in parts.ages(fund, YEAR)) == covered


def amounts(report: Report) -> list[str]:
    return [
        grouped(cell, column.kind)
        for section in report.sections
        for row in (*section.table.rows, section.table.sums or ())
        for cell, column in zip(row, section.table.columns, strict=bool(row))
        if column.kind == "money" and cell is not None
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_paper_and_the_workbook_say_the_same(fund: Session, lang: str) -> None:
    made = annual(fund, YEAR, lang)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(report_paper(made, lang))).pages]
    said = re.sub(r"\s+", " ", " ".join(pages))
    for amount in amounts(made):
        assert amount in said
    for section in made.sections:
        assert section.table.title[lang == "en"] in said
    book = load_workbook(io.BytesIO(workbook([x.table for x in made.sections], lang)))
    found = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    for section in made.sections:
        for row in section.table.rows:
            for cell, column in zip(row, section.table.columns, strict=True):
                if column.kind == "money" and cell is not None:
                    assert cell / 100 in found
    assert report_paper(made, lang) == report_paper(annual(fund, YEAR, lang), lang)


def test_a_month_counts_what_its_days_saw(fund: Session) -> None:
    paid = fund.execute(
        text(
            "SELECT o.booked_on, p.amount_fen FROM payment p"
            " JOIN payment_outcome o USING (member_id, grant_no, attempt)"
            " WHERE o.outcome = 'paid' ORDER BY 1 DESC"
        )
    ).all()
    last: date = paid[0].booked_on
    fen = sum(x.amount_fen for x in paid if x.booked_on.replace(day=1) == last.replace(day=1))
    made = monthly(fund, last.year, last.month, "zh")
    month = made.sections[0].table
    (this, *_) = month.rows
    assert this[0] == f"本月 {last:%Y-%m}"
    assert this[[x.name[0] for x in month.columns].index("发放金额")] == fen
    # What the unions did is what the city did, to the last claim and fen.
    unions = made.sections[1].table
    assert unions.title[0] == "各区县"
    assert unions.sums == ("合计", *this[1:-1])
    sums = [sum(column) for column in zip(*(row[1:] for row in unions.rows), strict=True)]
    assert tuple(sums) == this[1:-1]
    # A month is no year, in neither language.
    titles = [each.table.title for each in made.sections]
    of_month = f"办理时长（{last.year} 年 {last.month} 月到账）"
    assert (of_month, f"How long it took (money that arrived in {last:%Y-%m})") in titles
    whole = [x.table.title[0] for x in annual(fund, last.year, "zh").sections]
    assert f"办理时长（{last.year} 年内到账）" in whole


@pytest.mark.parametrize("month", [0, 1])
def test_every_figure_of_a_reports_workbook_is_a_number(fund: Session, month: int) -> None:
    made = report_of(fund, YEAR, month, "zh")
    book = load_workbook(io.BytesIO(workbook([x.table for x in made.sections], "zh")))
    in_english = workbook([x.table for x in made.sections], "en")
    names = load_workbook(io.BytesIO(in_english)).sheetnames
    titles = [x.table.title[1] for x in made.sections]
    assert all(x.startswith(name) for x, name in zip(titles, names, strict=True)), names
    assert month or {"The fund's balance", "How long it took"} <= set(names)
    texts = [
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row[1:]
        if cell.value
        if isinstance(cell.value, str)
    ]
    assert texts
    assert not [x for x in texts if re.fullmatch(r"-?[\d,.]+ ?%?", x)]


def test_a_report_counts_what_came_since_the_months_were_last_worked_out(fund: Session) -> None:
    day = today()
    month = report_of(fund, day.year, day.month, "zh").sections[0].table
    assert month.columns[1].name[0] == "收到申请（件）"
    received = [row[1] for row in month.rows]
    assert received[0]
    fund.execute(text("DELETE FROM claim_month WHERE month = :on"), {"on": day.replace(day=1)})
    assert not keep_months(fund), "once a day"
    again = report_of(fund, day.year, day.month, "zh").sections[0].table.rows
    assert [row[1] for row in again] == received


def test_of_a_time_before_the_fund_nothing_is_reported(fund: Session) -> None:
    with pytest.raises(NothingToReport):
        report_of(fund, 1950, 0, "zh")


def test_the_command_refuses_what_is_no_period(capsys: pytest.CaptureFixture[str]) -> None:
    for period in ("2024-13", "24", "2024-1"):
        assert main(["report", period]) == 2
    told = capsys.readouterr()
    assert "2024-05" in told.err + told.out
    assert main(["report", "2024", "--lang", "zh", "--out", "report.doc"]) == 2
    assert ".pdf 或 .xlsx" in capsys.readouterr().err
