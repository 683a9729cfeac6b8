"""A report's workbook has charts where its paper has them: each refers to its section's cells."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.cell import range_to_tuple
from sqlalchemy.orm import Session

from app.desks.keep_months import keep_months
from app.reports.annual import annual
from app.reports.book import report_book
from app.reports.monthly import monthly
from app.reports.report import Section
from app.reports.years import figures
from tests.db.fund_year import fund_year

YEAR = 2021


@pytest.fixture(scope="module")
def fund(shared_database) -> Iterator[Session]:  # type: ignore[no-untyped-def]
    with shared_database.engine.connect() as connection, Session(connection) as session:
        fund_year(session)
        keep_months(session)
        yield session
        session.rollback()


def cells(book: Any, reference: str) -> list[Any]:
    """The values that a chart's reference has."""
    name, (first, top, last, bottom) = range_to_tuple(reference)
    at = {"min_row": top, "max_row": bottom, "min_col": first, "max_col": last}
    return [cell for row in book[name].iter_rows(**at, values_only=True) for cell in row]


def drawn(book: Any, chart: Any) -> list[tuple[str, list[tuple[str, Any]]]]:
    """By series: its name, and of each bar label and number."""
    found = []
    for each in chart.series:
        [name] = cells(book, each.tx.strRef.f + ":" + each.tx.strRef.f.rpartition("!")[2])
        labels = cells(book, (each.cat.strRef or each.cat.numRef).f)
        numbers = cells(book, each.val.numRef.f)
        found.append((name, [*zip(labels, numbers, strict=True)]))
    return found


def meant(section: Section, en: bool) -> list[tuple[str, list[tuple[Any, Any]]]]:
    """What the section's rows say."""
    assert section.chart
    table = section.chart.of or section.table
    part = {"money": 100, "count": 1}
    return [
        (
            table.columns[place].name[en],
            [(row[0], row[place] / part[table.columns[place].kind]) for row in table.rows],  # type: ignore[operator]
        )
        for place in section.chart.columns
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_chart_shows_the_rows_of_its_section(fund: Session, lang: str) -> None:
    en = lang == "en"
    made = annual(fund, YEAR, lang)
    book = load_workbook(io.BytesIO(report_book(made, lang)))
    charted = []
    for section, sheet in zip(made.sections, book, strict=True):
        assert len(sheet._charts) == bool(section.chart)
        for chart in sheet._charts:
            charted.append(section.table.title[1])
            assert drawn(book, chart) == meant(section, en)
            assert section.chart
            said = "".join(run.t for run in chart.y_axis.title.tx.rich.p[0].r)
            assert said == section.chart.unit[en]
            # On no figure: it begins below the last of them.
            assert chart.anchor._from.row >= sheet.max_row
            assert (chart.anchor._from.col, chart.anchor.to.row - sheet.max_row > 10) == (0, True)
    wanted = ["Participation", "Contributions by payer", "Benefits by care", "Five years"]
    assert charted == wanted


def test_charts_say_what_the_years_were(fund: Session) -> None:
    """Not by the tables alone: from what the years' sums are."""
    book = load_workbook(io.BytesIO(report_book(annual(fund, YEAR, "en"), "en")))
    years = figures(fund, YEAR - 4, YEAR)
    labels = [str(x.year) for x in years]
    assert len(labels) > 1
    of = {sheet.title: dict(drawn(book, sheet._charts[0])) for sheet in book if sheet._charts}
    covers = [x.covers + x.gifts for x in years]
    assert of["Participation"] == {"Together": [*zip(labels, covers, strict=True)]}
    stays = [x.out_fen.get("inpatient", 0) / 100 for x in years]
    assert of["Benefits by care"]["inpatient care"] == [*zip(labels, stays, strict=True)]
    paid = [sum(x.out_fen.values()) / 100 for x in years]
    assert of["Five years"]["Benefits"] == [*zip(labels, paid, strict=True)]
    assert any(stays)
    assert any(paid)


def test_a_month_has_no_chart_on_paper_and_none_in_its_workbook(fund: Session) -> None:
    made = monthly(fund, YEAR, 9, "zh")
    assert [each.chart for each in made.sections] == [None] * len(made.sections)
    book = load_workbook(io.BytesIO(report_book(made, "zh")))
    assert not [sheet for sheet in book if sheet._charts]


def test_a_year_of_nothing_has_no_broken_chart(fund: Session) -> None:
    made = annual(fund, 1950, "zh")
    book = load_workbook(io.BytesIO(report_book(made, "zh")))
    assert not [sheet for sheet in book if sheet._charts]
