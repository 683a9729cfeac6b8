"""Return files as banks of each template write them."""

import io

import xlsxwriter

from app.banking.formats import format_named
from app.money import yuan
from app.payments.returns import Returned, take_return
from tests.db.payables import PAID_ON, Payables
from tests.factories import csv_bytes

Line = tuple[int, int, str]
"""(line, fen, paid|failed|unknown)."""


def return_of(
    number: str, form: str, lines: list[Line], *, total_fen: int | None = None, day: str = PAID_ON
) -> bytes:
    """A whole answer; the total is right unless another is given."""
    back = format_named(form).back
    word = {outcome: said for said, outcome in reversed(back.outcomes.items())}
    total = sum(amount for _, amount, _ in lines) if total_fen is None else total_fen
    if form == "fixed":
        return _fixed(number, lines, word, total, day)
    names = [back.columns[x] for x in ("line", "amount", "outcome", "booked_on", "reason")]
    rows = [[back.batch, number], names]
    for line, amount, said in lines:
        rows.append([line, yuan(amount), word[said], day if said != "unknown" else "", ""])
    rows.append([back.trailer, len(lines), yuan(total)])
    return csv_bytes(rows, "utf-8-sig") if form == "plain" else _workbook(rows)


def answered(fund: Payables, number: str, form: str, lines: list[Line], **how) -> Returned:
    return take_return(fund.session, return_of(number, form, lines, **how), by=fund.third)


def _fixed(number: str, lines: list[Line], word: dict, total: int, day: str) -> bytes:
    rows = [f"H{number:<20}"]
    for line, amount, said in lines:
        on = day.replace("-", "") if said != "unknown" else "0" * 8
        account = " " * 32
        rows.append(f"D{line:08d}{account}{amount:015d}{word[said]}{on}{'':<40}")
    rows.append(f"T{len(lines):08d}{total:015d}")
    return "\r\n".join([*rows, ""]).encode("gbk")


def _workbook(rows: list[list]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(at, place, cell)
                elif place == 1 and cell.replace(".", "").isdigit():
                    sheet.write_number(at, place, float(cell))
                else:
                    sheet.write_string(at, place, cell)
    return out.getvalue()
