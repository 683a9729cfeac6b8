"""The charts of a report's paper: what the highest bars come to stands clear of all else."""

import io
from collections.abc import Sequence
from itertools import pairwise

import pytest
from pypdf import PdfReader

from app.books.bars import Bars
from app.books.table import Column, Table
from app.reports.paper import report_paper
from app.reports.report import Report, Section
from app.texts.amounts import figure

MOST = 44_208_900_12
YEARS = [str(year) for year in range(2019, 2025)]
NAMES = [("收入", "Contributions"), ("补助支出", "Benefits")]
LETTER_PT = 8.0
MARGIN_PT, WIDTH_PT = 28.3, 595.3


def texts(values: Sequence[Sequence[int]], lang: str) -> list[tuple[float, float, str]]:
    """What stands on the page: from the left, from below, the text."""
    title, year = ("收支", "In and out"), Column(("年度", "Year"))
    years = YEARS[: len(values[0])]
    sums = [Column(name, "money") for name in NAMES[: len(values)]]
    of = Table(title, [], [year, *sums], [*zip(years, *values, strict=True)])
    chart = Bars(range(1, 1 + len(values)), ("元", "Yuan"), of)
    section = Section(Table(title, [], [year], [[x] for x in years]), chart)
    paper = report_paper(Report(("报告", "Report"), [], [section]), lang)
    found: list[tuple[float, float, str]] = []

    def keep(text: str, _cm: object, matrix: Sequence[float], *_: object) -> None:
        if text.strip():
            found.append((matrix[4], matrix[5], text.strip()))

    PdfReader(io.BytesIO(paper)).pages[0].extract_text(visitor_text=keep)
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("highest", range(len(YEARS)))
def test_the_highest_bar_says_so_below_the_legend(lang: str, highest: int) -> None:
    values = [[1] * len(YEARS), [MOST if n == highest else 0 for n in range(len(YEARS))]]
    for both in (values, values[::-1]):
        found = texts(both, lang)
        [(x, y, _)] = [each for each in found if each[2] == figure(MOST)]
        [legend] = {y for _, y, text in found if text in {name[lang == "en"] for name in NAMES}}
        assert legend - y > 1.5 * LETTER_PT
        assert MARGIN_PT < x < WIDTH_PT - MARGIN_PT - len(figure(MOST)) * LETTER_PT / 2.5


def test_neighbours_as_high_say_it_once_and_others_each() -> None:
    found = texts([[MOST, 1, 1, MOST, 1, 1], [MOST, 1, 1, 1, 1, MOST]], "zh")
    said = sorted(x for x, _, text in found if text == figure(MOST))
    assert len(said) == 3
    assert all(after - x > 50 for x, after in pairwise(said))


def test_one_series_needs_no_legend_and_has_its_figure() -> None:
    found = [text for _, _, text in texts([[MOST]], "zh")]
    assert figure(MOST) in found
    assert "收入" not in found
