"""Made-up people, units and files for the tests. No number here belongs to anybody.

Everything is a function of `seed`: the same seed is the same person, and seeds below a million
are different people.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import xlsxwriter
from stdnum import luhn
from stdnum.cn import uscc

ROSTER_HEADINGS = ("姓名", "身份证号", "银行账号")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = "安宁和平康乐明华文武春夏秋冬山川"


def check_digit(body: str) -> str:
    """GB 11643's check digit for the first 17 digits, worked out apart from the application."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def make_id(seed: int = 0, *, born: date | None = None, region: str = "410599") -> str:
    """A valid citizen ID. With `born` given, seeds below 1,000 are different people."""
    born_on = born or date(1960, 1, 1) + timedelta(days=seed // 1000)
    body = f"{region}{born_on:%Y%m%d}{seed % 1000:03d}"
    return body + check_digit(body)


def make_name(seed: int = 0) -> str:
    return (
        _SURNAMES[seed % 16]
        + _GIVEN[seed // 16 % 16]
        + (_GIVEN[seed // 256 % 16] if seed >= 256 else "")
    )


def make_account(seed: int = 0) -> str:
    """A 19-digit bank card number that passes Luhn."""
    body = f"622199{seed:012d}"
    return body + luhn.calc_check_digit(body)


def make_uscc(seed: int = 0) -> str:
    """A unified social credit code with a right check character."""
    body = f"91410599{seed:09d}"
    return body + uscc.calc_check_digit(body)


def roster_rows(count: int, first: int = 0) -> list[list[object]]:
    """A roster: the headings, then `count` people with accounts."""
    people = [[make_name(n), make_id(n), make_account(n)] for n in range(first, first + count)]
    return [list(ROSTER_HEADINGS), *people]


def csv_bytes(rows: Iterable[Sequence[object]], encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(
    rows: Iterable[Sequence[object]], *, epoch_1904: bool = False, hidden: Iterable[str] = ()
) -> bytes:
    """A workbook whose cells have the types of the Python values; texts stay texts.

    A text made by `formula()` is written as a formula. `hidden` names further, hidden sheets. The
    same rows are the same bytes at any time.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": epoch_1904}) as book:
        book.set_properties({"created": datetime(2023, 1, 1)})  # noqa: DTZ001 - it has no zone
        sheet = book.add_worksheet("花名册")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                _write(sheet, y, x, cell, day)
        for name in hidden:
            book.add_worksheet(name).hide()
    return out.getvalue()


def roster_csv(rows: Iterable[Sequence[object]], encoding: str = "utf-8-sig") -> bytes:
    """A roster file as CSV: the headings, then `rows` of name, ID and optionally account."""
    return csv_bytes([ROSTER_HEADINGS, *rows], encoding)


def roster_xlsx(rows: Iterable[Sequence[object]]) -> bytes:
    """A roster file as a workbook: the headings, then `rows` of name, ID and optionally account."""
    return xlsx_bytes([ROSTER_HEADINGS, *rows])


class formula(str):  # noqa: N801 - reads as a function where it is used
    """The text of a formula cell and, after a `|`, the value the program last showed."""

    __slots__ = ()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, y: int, x: int, cell: object, day: object
) -> None:
    match cell:
        case None | "":
            pass
        case formula():
            text, _, shown = cell.partition("|")
            sheet.write_formula(y, x, text, None, shown)
        case str():
            sheet.write_string(y, x, cell)
        case date():
            sheet.write_datetime(y, x, cell, day)
        case _:
            sheet.write(y, x, cell)


def return_file(
    batch_no: str,
    lines: Iterable[tuple[object, ...]],
    *,
    total: str | None = None,
    count: int | None = None,
    trailer: bool = True,
    encoding: str = "utf-8-sig",
) -> bytes:
    """A bank's return file. `lines`: (line_no, amount in yuan, 成功|失败, booked_on, reason).

    The trailer is right unless `total` or `count` say something else.
    """
    details = [list(line) + [""] * (5 - len(line)) for line in lines]
    rows: list[list[object]] = [
        ["批次号", batch_no],
        ["序号", "金额", "结果", "入账日期", "原因"],
        *details,
    ]
    if trailer:
        rows.append(["合计", len(details) if count is None else count, total or _sum(details)])
    return csv_bytes(rows, encoding)


def _sum(details: Sequence[Sequence[object]]) -> str:
    return f"{sum((Decimal(str(line[1])) for line in details), Decimal(0)):.2f}"
