"""A report as a PDF: a section after the other, tables with their charts. Pure: the same bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from fpdf import FPDF

from app.books.bars import INKS, Bars, bars_of, highest
from app.books.paper import check_letters, draw_lines, letters_of
from app.books.table import Table, grouped
from app.papers.font import NAME, Producer, borrowed
from app.reports.report import Report, Section

_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LINE_MM: Final = 6.0
_CHART_MM: Final = 48.0
_LEGEND_MM: Final = 6.0


class _Pages(FPDF):
    """Numbers its pages."""

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(NAME, size=8)
        self.cell(0, 6, f"{self.page_no()}", align="C")


def report_paper(report: Report, lang: str) -> bytes:
    """The report on upright A4. Raises GlyphMissing."""
    en = lang == "en"
    _check(report, en)
    pdf = _Pages(orientation="portrait")
    pdf.set_creation_date(_MADE)
    pdf.fonts[NAME] = borrowed()
    pdf.set_title(report.title[en])
    pdf.set_auto_page_break(auto=True, margin=16)
    pdf.add_page()
    pdf.set_font(NAME, size=18)
    pdf.multi_cell(0, 10, report.title[en], align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(NAME, size=9)
    for said in report.about:
        pdf.multi_cell(0, 5, said[en], align="C", new_x="LMARGIN", new_y="NEXT")
    for section in report.sections:
        _section(pdf, section, en)
    return bytes(pdf.output(output_producer_class=Producer))


def _section(pdf: FPDF, section: Section, en: bool) -> None:
    table = section.table
    needed = 14 + _LINE_MM * min(len(table.rows) + 2, 8) + _tall(section.chart)
    if pdf.will_page_break(needed):
        pdf.add_page()
    pdf.ln(6)
    pdf.set_font(NAME, size=13)
    pdf.cell(0, 8, table.title[en], new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(NAME, size=8)
    if section.chart:
        _chart(pdf, section.chart, section.chart.of or table, en)
    draw_lines(pdf, table, en, _LINE_MM)


def _tall(chart: Bars | None) -> float:
    return _CHART_MM + (_LEGEND_MM if len(chart.columns) > 1 else 0) if chart else 0


def _chart(pdf: FPDF, chart: Bars, table: Table, en: bool) -> None:
    """Bars from a base line; the highest says how high it is, in a line of its own."""
    most = highest(chart, table)
    if most <= 0:
        return
    left, width, height = pdf.l_margin, pdf.epw, _CHART_MM - 18
    top = pdf.get_y() + _tall(chart) - height - 10
    columns = [table.columns[place] for place in chart.columns]
    _legend(pdf, [column.name[en] for column in columns])
    band = width / len(table.rows)
    bar = band * 0.8 / len(columns)
    peaks = []
    for n, row in enumerate(table.rows):
        for place, value in enumerate(bars_of(chart, row)):
            tall = height * max(value, 0) / most
            pdf.set_fill_color(*INKS[place % len(INKS)])
            x = left + n * band + band * 0.1 + place * bar
            pdf.rect(x, top + height - tall, bar * 0.92, tall, style="F")
            if value == most:
                peaks.append(x + bar * 0.46)
        pdf.set_xy(left + n * band, top + height + 1)
        pdf.cell(band, 4, str(row[0]), align="C")
    _said_of(pdf, peaks, grouped(most, columns[0].kind), top - 5)
    pdf.set_draw_color(120, 120, 120)
    pdf.line(left, top + height, left + width, top + height)
    pdf.set_draw_color(0)
    pdf.set_fill_color(255)
    pdf.set_xy(pdf.l_margin, top + height + 7)


def _said_of(pdf: FPDF, middles: list[float], text: str, y: float) -> None:
    """How high the highest are, over each; of neighbours without room for it, over the first."""
    wide = pdf.get_string_width(text) + 2 * pdf.c_margin
    free, last = pdf.l_margin, pdf.l_margin + pdf.epw - wide
    for middle in middles:
        x = min(max(middle - wide / 2, pdf.l_margin), last)
        if x >= free:
            pdf.set_xy(x, y)
            pdf.cell(wide, 4, text, align="C")
            free = x + wide


def _legend(pdf: FPDF, names: Sequence[str]) -> None:
    x, y = pdf.l_margin, pdf.get_y() + 1
    if len(names) == 1:
        return
    for place, name in enumerate(names):
        pdf.set_fill_color(*INKS[place % len(INKS)])
        pdf.rect(x, y - 1, 3, 3, style="F")
        pdf.set_xy(x + 4, y - 2)
        pdf.cell(0, 5, name)
        x += 10 + pdf.get_string_width(name)


def _check(report: Report, en: bool) -> None:
    said = [report.title[en], *(x[en] for x in report.about)]
    for section in report.sections:
        said += letters_of(section.table, en)
        said += letters_of(section.chart.of, en) if section.chart and section.chart.of else []
    check_letters(said)
