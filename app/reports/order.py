"""Reports that people ask for: ordered here, made by a worker, kept to be fetched."""

import re
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import one_at_a_time
from app.desks.keep_months import keep_months
from app.errors import Refusal
from app.files.keep import keep
from app.jobs import MAKE_REPORT
from app.ordered import FAILED, MAKING, READY, Orders
from app.reports.annual import annual
from app.reports.book import report_book
from app.reports.models import ReportOrder
from app.reports.monthly import monthly
from app.reports.paper import report_paper
from app.reports.report import Report

REPORTS: Final = Orders(ReportOrder, MAKE_REPORT)
MOST_UNDER_WAY: Final = 2
_SOMETHING: Final = re.compile("[1-9]")
_PDF: Final = "application/pdf"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReportsUnderWay(Refusal):
    """One account has so many reports made at once, and no more."""


class NothingToReport(Refusal):
    """Nothing is known of that time (facts: period)."""


def report_of(session: Session, year: int, month: int, lang: str) -> Report:
    """The report of a benefit year (`month` 0) or of a month. Raises NothingToReport."""
    keep_months(session, fresh=True)
    made = monthly(session, year, month, lang) if month else annual(session, year, lang)
    if not told_something(made):
        raise NothingToReport(period=f"{year}-{month:02d}" if month else str(year))
    return made


def told_something(report: Report) -> bool:
    """Whether any of its figures is not nothing."""
    cells = (x for each in report.sections for row in each.table.rows for x in row[1:])
    return any(_SOMETHING.search(str(cell)) for cell in cells)


def order_report(session: Session, year: int, month: int, lang: str, *, by: int) -> int:
    """Ask for one; the order's number. One that is under way is not doubled.

    Raises ReportsUnderWay.
    """
    one_at_a_time(session, f"reports of {by}")
    mine = select(ReportOrder).where(ReportOrder.asked_by == by, ReportOrder.state == MAKING)
    going = session.scalars(mine).all()
    for each in going:
        if (each.year, each.month, each.lang) == (year, month, lang):
            return each.id
    if len(going) >= MOST_UNDER_WAY:
        raise ReportsUnderWay(most=MOST_UNDER_WAY)
    return REPORTS.ask(session, year=year, month=month, lang=lang, asked_by=by)


def make_report(session: Session, order_id: int) -> None:
    """Make an order's files. Twice equals once."""
    order = session.get_one(ReportOrder, order_id)
    if order.state != MAKING:
        return
    try:
        made = report_of(session, order.year, order.month, order.lang)
    except NothingToReport as refused:  # trying again would not help
        REPORTS.tell(session, order_id, state=FAILED, trouble=refused.name)
        return
    name = f"huzhu-report-{order.year}{f'-{order.month:02d}' if order.month else ''}"
    by, lang = order.asked_by, order.lang
    pdf = keep(session, [report_paper(made, lang)], name=f"{name}.pdf", media_type=_PDF, by=by)
    xlsx = keep(session, [report_book(made, lang)], name=f"{name}.xlsx", media_type=_XLSX, by=by)
    REPORTS.tell(session, order_id, state=READY, pdf_id=pdf.id, xlsx_id=xlsx.id)


def latest_report(session: Session, year: int, month: int, lang: str) -> ReportOrder | None:
    """The last one of that time in that language."""
    newest = select(func.max(ReportOrder.id)).where(
        ReportOrder.year == year, ReportOrder.month == month, ReportOrder.lang == lang
    )
    return session.scalar(select(ReportOrder).where(ReportOrder.id == newest.scalar_subquery()))
