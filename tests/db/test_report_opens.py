"""Every figure of a report opens to a list that comes to it, and no section is without one."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.books.table import NUMBERS
from app.desks.keep_months import keep_months
from app.reports.annual import annual
from app.reports.monthly import monthly
from app.reports.opens import ALONE, OF_SEVERAL, OPENS, PAGES, Open
from app.reports.pieces import PIECES, START, Piece, Span, Sum, listed, sum_of
from app.reports.report import Report, Section
from tests.db.fund_year import fund_year

YEARS = [of for of in OPENS if not of.startswith("month")]
A_PAGE = 3
AT_ITS_CAP = """
UPDATE entitlement SET cap_fen = used_fen WHERE (member_id, care, benefit_year) = (
    SELECT member_id, care, benefit_year FROM entitlement
    WHERE benefit_year = 2021 AND used_fen > 0 ORDER BY used_fen DESC LIMIT 1)
"""


@pytest.fixture(scope="module")
def fund(shared_database):  # type: ignore[no-untyped-def]
    with shared_database.engine.connect() as connection, Session(connection) as session:
        fund_year(session)
        session.execute(text(AT_ITS_CAP))
        keep_months(session, fresh=True)
        yield session
        session.rollback()


def months(session: Session) -> list[date]:
    """In which anything happened."""
    found = session.execute(text("SELECT DISTINCT month FROM claim_month WHERE what <> 'capped'"))
    return sorted(on for (on,) in found)


def opened(section: Section, line: str, column: int) -> Open | None:
    for each in OPENS[section.key]:
        if each.column == column and (not each.of or line in each.of):
            return each
    return None


def all_of(session: Session, to: str, line: str, span: Span) -> list[Piece]:
    """The whole list, a page after the other."""
    found: list[Piece] = []
    while rows := listed(
        session, to, line, span, after=(found[-1].k1, found[-1].k2) if found else START, size=A_PAGE
    ):
        found += rows
        assert len(found) < 10_000
    return found


def together(found: list[Piece]) -> Sum:
    members = {each.member_id for each in found} - {None}
    counted, fen = sum(x.counted for x in found), sum(x.fen for x in found)
    return Sum(len(found), len(members), counted, fen)


def differs(session: Session, report: Report, span: Span) -> tuple[list[object], set[str], int]:
    """Figures that their lists do not come to; pieces that were listed; how many figures."""
    wrong: list[object] = []
    seen, told = set[str](), 0
    for section in report.sections:
        table = section.table
        assert len(section.lines) == len(table.rows), section.key
        for line, row in zip(section.lines, table.rows, strict=True):
            for column, cell in enumerate(row):
                if table.columns[column].kind not in NUMBERS or (section.key, column) in ALONE:
                    continue
                way = opened(section, line, column)
                assert way, f"no way down: {section.key}, {line}, {table.columns[column].name[1]}"
                if way.to in PAGES:
                    continue
                when = span
                if section.key in OF_SEVERAL:
                    year, _, month = line.partition("-")
                    when = Span(int(year), int(month or 0))
                of = way.line or line
                found = all_of(session, way.to, of, when)
                told += 1
                seen |= {way.to} if found else set()
                figures = together(found), sum_of(session, way.to, of, when)
                for each in figures:
                    if getattr(each, way.measure) != (cell or 0):
                        wrong.append((section.key, line, column, cell, each))
                assert [(x.k1, x.k2) for x in found] == sorted({(x.k1, x.k2) for x in found})
    return wrong, seen, told


@pytest.mark.parametrize("year", [2019, 2020, 2021])
def test_each_figure_of_a_year_is_what_its_list_comes_to(fund: Session, year: int) -> None:
    report = annual(fund, year, "en")
    wrong, seen, told = differs(fund, report, Span(year))
    assert wrong == []
    assert told > len(YEARS)
    if year == 2021:
        assert seen == {x.to for of in YEARS for x in OPENS[of]} - PAGES
        assert [x.key for x in report.sections] == YEARS


def test_each_figure_of_a_month_is_what_its_list_comes_to(fund: Session) -> None:
    seen = set[str]()
    for on in months(fund):
        report = monthly(fund, on.year, on.month, "en")
        wrong, some, told = differs(fund, report, Span(on.year, on.month))
        assert wrong == []
        assert told
        seen |= some
    assert seen >= {x.to for x in (*OPENS["month"], *OPENS["month_unions"])}


def test_no_pieces_are_without_a_figure(fund: Session) -> None:
    assert {x.to for each in OPENS.values() for x in each} == {*PIECES} | PAGES
