"""Charts in a workbook: none of nothing, none over figures, and the same bytes in every process."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from app.books.bars import Bars
from app.books.table import Column, Table
from app.books.workbook import workbook

YEARS = [str(year) for year in range(2020, 2025)]
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def table(title: str, values: Sequence[Sequence[int]], kind: Any = "money") -> Table:
    columns = [Column(("年度", "Year")), *(Column((f"列 {n}", f"C {n}"), kind) for n in range(2))]
    rows = [(year, *each) for year, each in zip(YEARS, values, strict=False)]
    return Table((title, title), [("说明", "About")], columns, rows, ("合计", None, None))


def made(values: Sequence[Sequence[int]], kind: Any = "money", of: Table | None = None) -> bytes:
    tables = [table("前", [(1, 2)]), table("It's (中)", values, kind)]
    return workbook(tables, "zh", {1: Bars((1, 2), ("元", "Yuan"), of)})


def axis(data: bytes) -> dict[str, str | None]:
    """What the axis of values says of itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        found = ElementTree.fromstring(book.read("xl/charts/chart1.xml")).find(f".//{C}valAx")  # noqa: S314 - our own
    assert found is not None
    said = {"min": f"{C}scaling/{C}min", "unit": f"{C}majorUnit"}
    known = {name: found.find(path) for name, path in said.items()}
    form = found.find(f"{C}numFmt")
    assert form is not None
    given = {name: x.get("val") for name, x in known.items() if x is not None}
    return given | {"format": form.get("formatCode")}


@pytest.mark.parametrize("values", [[], [(0, 0)] * 5, [(-5, 0), (0, -7)]])
def test_of_nothing_nothing_is_drawn(values: list[tuple[int, int]]) -> None:
    for of in (None, table("另", values)):
        data = made([(0, 0)] if of else values, of=of)
        assert not any("chart" in name or "drawing" in name for name in names(data))
        rows = 1 if of else len(values)
        assert load_workbook(io.BytesIO(data)).worksheets[1].max_row == 4 + rows, (
            "a title, a line, headings, sums"
        )


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.namelist()


def test_figures_of_a_chart_alone_stand_above_it() -> None:
    other = table("另有", [(300, 4_000), (500, 6_000)])
    sheet = load_workbook(io.BytesIO(made([(1, 2)], of=other))).worksheets[1]
    shown = [[*row] for row in sheet.iter_rows(values_only=True)]
    assert shown[3:5] == [["2020", 0.01, 0.02], ["合计", None, None]]
    assert shown[6:10] == [
        ["另有", None, None],
        ["年度", "列 0", "列 1"],
        ["2020", 3, 40],
        ["2021", 5, 60],
    ]
    [chart] = sheet._charts
    assert chart.series[1].val.numRef.f == "'It''s (中)'!$C$9:$C$10"
    assert chart.anchor._from.row >= sheet.max_row


def test_the_axis_says_what_the_bars_need() -> None:
    assert axis(made([(123_456_00, 0)])) == {"min": "0", "format": "#,##0"}
    assert axis(made([(1_50, 0)])) == {"min": "0", "format": "#,##0.00"}, "below ten yuan"
    assert axis(made([(123_456_00, -5)])) == {"format": "#,##0"}, "less than nothing is seen"
    few = {"min": "0", "unit": "1", "format": "#,##0"}
    assert axis(made([(3, 0)], "count")) == few, "no half a person"
    assert axis(made([(30, 0)], "count")) == {"min": "0", "format": "#,##0"}


def test_the_same_bytes_here_and_in_another_process() -> None:
    code = "from tests.unit.test_bar_chart import *; print(sha256(made([(1, 2)] * 5)).hexdigest())"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = sha256(made([(1, 2)] * 5)).hexdigest()
    assert [here, there.stdout.strip()] == [sha256(made([(1, 2)] * 5)).hexdigest()] * 2


def test_a_long_heading_has_the_lines_it_takes() -> None:
    """Not every program makes room by itself: the second line stood on the figures below."""
    heads = [("年度", "Year"), ("达到年度限额的人数", "Chronic outpatient care")]
    columns = [Column(name, width=14) for name in heads]
    data = workbook([Table(("表", "Table"), [], columns, [("2020", "1")])], "en")
    of = {
        line: x.height for line, x in load_workbook(io.BytesIO(data)).active.row_dimensions.items()
    }
    assert of == {1: 21, 2: 30}
