"""The reports that a bundle carries: of the year, its bank reconciliation, and of its months.

By the same code as those on the page, from what was recorded before the bundle's checkpoint: the
schema `as_of` has the tables as they were then. In Chinese, as the fund's papers are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.books.bank_balance import NoStatement, reconciliation
from app.books.told_bank import reconciliation_table
from app.desks.keep_months import months_told
from app.reports.annual import annual
from app.reports.book import report_book
from app.reports.monthly import monthly
from app.reports.order import told_something
from app.reports.paper import report_paper
from app.reports.report import Report, Section

_LANG: Final = "zh"
_NO_STATEMENT: Final = (
    "到年末还没有银行对账单，未附银行存款余额调节表。",
    "No bank statement by the end of the year: there is no bank reconciliation.",
)
_SET: Final = text(
    """
    SELECT set_config('search_path', :path, true), set_config('huzhu.until', :until, true),
           set_config('huzhu.months', :months, true)
    """
)


def report_files(session: Session, year: int, until: str | None) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file; of a year of which nothing can be said, empty reports."""
    with as_it_was(session, year, until):
        reports = {"annual": _of_year(session, year), "months": _of_months(session, year)}
    for name, report in reports.items():
        yield f"reports/{name}.pdf", report_paper(report, _LANG)
        yield f"reports/{name}.xlsx", report_book(report, _LANG)


@contextmanager
def as_it_was(session: Session, year: int, until: str | None) -> Iterator[None]:
    """Reports read what was recorded before `until`, for a while."""
    before = session.execute(text("SHOW search_path")).scalar_one()
    told = {"path": "as_of, public", "until": until or "infinity", "months": "[]"}
    session.execute(_SET, told)
    months = months_told(session, date(year - 1, 1, 1), date(year + 2, 12, 31))
    session.execute(_SET, told | {"months": months})
    yield
    session.execute(_SET, {"path": before, "until": "", "months": "[]"})


def _of_year(session: Session, year: int) -> Report:
    made = annual(session, year, _LANG)
    try:
        bank = reconciliation_table(reconciliation(session, date(year, 12, 31)), _LANG)
    except NoStatement:
        return replace(made, about=[*made.about, _NO_STATEMENT])
    return replace(made, sections=[*made.sections, Section(bank)])


def _of_months(session: Session, year: int) -> Report:
    """One report of all months of which there is something to say."""
    title = (f"职工医疗互助保障 {year} 年各月月报", f"Medical mutual aid, months of {year}")
    sections: list[Section] = []
    about = [("按自然月统计。金额单位：元。", "By calendar month. Amounts in yuan.")]
    for month in range(1, 13):
        made = monthly(session, year, month, _LANG)
        if told_something(made):
            sections += [_dated(each, f"{year}-{month:02d}") for each in made.sections]
    return Report(title, about, sections)


def _dated(section: Section, month: str) -> Section:
    zh, en = section.table.title
    return replace(section, table=replace(section.table, title=(f"{month} {zh}", f"{month} {en}")))
