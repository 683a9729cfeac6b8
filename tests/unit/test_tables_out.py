"""A list as a workbook: its sheet's name, and columns as wide as what stands in them."""

import io
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from app.lists.tables_out import Cell, Count, workbook_of, write_workbook

HEAD = ["姓名", "证件号码", "金额", "日期", "人数", "说明"]
ROWS: list[list[Cell]] = [
    ["赵安", "410599196001010001", 123_456_789_012, date(2023, 5, 1), Count(7), "可"],
    ["古丽", None, -5, None, Count(1234567), "这一行" * 40],
]


def widths_and_wraps(data: bytes) -> tuple[str, list[float], list[bool]]:
    [sheet] = load_workbook(io.BytesIO(data)).worksheets
    widths = [sheet.column_dimensions[x].width for x in "ABCDEF"]
    return sheet.title, widths, [bool(x.alignment.wrap_text) for x in sheet[3]]


def test_what_stands_in_a_column_can_be_read(tmp_path: Path) -> None:
    data = workbook_of("职工", HEAD, ROWS) or b""
    path = tmp_path / "list.xlsx"
    assert write_workbook(path, "职工", HEAD, ROWS, lambda line: None)
    name, widths, wraps = widths_and_wraps(data)
    assert (name, widths, wraps) == widths_and_wraps(path.read_bytes())
    assert name == "职工"
    wanted = [4, 18, len("1,234,567,890.12"), 10, 7, 60]
    assert all(has > needs for has, needs in zip(widths, wanted, strict=True))
    assert widths[-1] < 80
    assert wraps == [False] * 5 + [True]
