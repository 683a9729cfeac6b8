"""What a file is called: no ID number in any writing, and nothing else lost."""

import pytest

from app.files.names import plain_name, without_ids
from tests.factories import make_id

ID = make_id(7)
OLD = ID[:6] + ID[8:17]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (f"张三{ID}.xlsx", "张三….xlsx"),
        (f"{ID[:17]}X花名册.csv", "…花名册.csv"),
        (f"{ID[:17]}x.csv", "….csv"),
        (f"张三{OLD}.xlsx", "张三….xlsx"),
        (f"2023年{ID}-{ID}.xlsx", "2023年…-….xlsx"),
        (f"20231201{ID}.xlsx", "….xlsx"),
        (f"a{ID[:6]}-{ID[6:14]}-{ID[14:]}.xlsx", "a….xlsx"),
        (f"a {ID[:6]} {ID[6:14]} {ID[14:17]}X.xlsx", "a ….xlsx"),
        ("".join(chr(ord(x) + 0xFEE0) for x in ID) + ".xlsx", "….xlsx"),
        (ID[:9] + "\u200b" + ID[9:] + ".xlsx", "….xlsx"),
        (f"C:\\{ID}\\b.xlsx", "b.xlsx"),
        ("x" * 200 + ID + ".xlsx", "x" * 114 + "….xlsx"),
        (f"{ID}{'y' * 114}.xlsx", f"…{'y' * 114}.xlsx"),
    ],
)
def test_an_id_is_masked(sent: str, shown: str) -> None:
    assert plain_name(sent) == shown


@pytest.mark.parametrize(
    "name",
    [
        "花名册.xlsx",
        "第一机械厂2023年度花名册(2).xlsx",
        "20231201_101530.xlsx",
        "20231201-20240101.csv",
        "2023-01-01 至 2023-12-31.csv",
        "huzhu-2021.zip",
        "13800138000.csv",
    ],
)
def test_other_numbers_stay(name: str) -> None:
    assert (plain_name(name), without_ids(name)) == (name, name)
