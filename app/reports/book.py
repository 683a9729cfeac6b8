"""A report as a workbook: a sheet a section, charts as on paper. Pure: the same bytes."""

from app.books.workbook import workbook
from app.reports.report import Report


def report_book(report: Report, lang: str) -> bytes:
    """The report's tables and charts, in order."""
    charts = {at: each.chart for at, each in enumerate(report.sections) if each.chart}
    return workbook([each.table for each in report.sections], lang, charts)
