"""Statements as banks write them, for the tests."""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate

from app.banking.add_account import add_fund_account
from app.banking.import_statement import Imported, import_statement
from tests.db.office import Office, fen
from tests.factories import csv_bytes

NUMBER = "6222000000000000017"
HEADINGS = ("记账日期", "流水号", "金额", "余额", "对方户名", "对方账号", "摘要")
Line = tuple[date, str, str, str]
"""Day, yuan (out: minus), payer, remark."""


def account(office: Office, code: str = "main", form: str = "plain", number: str = NUMBER) -> int:
    return add_fund_account(
        office.session,
        code=code,
        holder="市总工会互助保障",
        bank="某银行城中支行",
        number=number,
        statement_format_name=form,
        payment_format="plain",
        by=office.by,
    )


def take(office: Office, *lines: Line, opening: str = "0.00", first: int = 1) -> Imported:
    """A plain statement of the main account, read and booked."""
    data = plain(lines, opening, first=first)
    return import_statement(office.session, data, account="main", by=office.by)


def yuan(amount_fen: int) -> str:
    return f"{'-' if amount_fen < 0 else ''}{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02d}"


def plain(
    lines: Sequence[Line], opening: str = "0.00", *, first: int = 1, number: str = NUMBER
) -> bytes:
    """A plain statement; bank numbers run from `first`."""
    amounts = [fen(amount) for _, amount, _, _ in lines]
    balances = list(accumulate(amounts, initial=fen(opening)))[1:]
    rows: list[Sequence[str]] = [("账号", number), ("期初余额", opening), HEADINGS]
    rows += [
        (
            *(day.isoformat(), f"S{first + at}", amount, yuan(balances[at]), payer),
            *("6222999900001111" if payer else "", remark),
        )
        for at, (day, amount, payer, remark) in enumerate(lines)
    ]
    rows.append(("期末余额", yuan(balances[-1])))
    return csv_bytes(rows)
