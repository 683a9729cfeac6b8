"""`huzhu books …`: vouchers and sheets, on the terminal or as a file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.closing import close, reverse
from app.cli.frame import DONE, LISTED, Told, command, office
from app.cli.outfile import OutFileExists, placed, refuse_existing, written_beside
from app.cli.spoken import group
from app.errors import Refusal
from app.money import yuan
from app.texts.amounts import in_yuan

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.books.table import Table

DAY = click.DateTime(["%Y-%m-%d"])
YEAR = click.IntRange(1900, 9999)


class BooksFileKind(Refusal):
    """A sheet is written as XLSX or as CSV."""


@group()
def books() -> None:
    """Vouchers, sheets and closing (账务)."""


def _days(function: Callable[..., Any]) -> Callable[..., Any]:
    last = click.option("--to", "last", required=True, type=DAY, help="The last day.")
    return click.option("--from", "first", required=True, type=DAY, help="The first day.")(
        last(function)
    )


_out = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to write (.xlsx or .csv); must not exist.",
)
_profile = click.option(
    "--profile", metavar="NAME", help="The chart of accounts. Default: the unions' of these days."
)
_benefit_year = click.option("--year", type=YEAR, help="Of this benefit year only.")


@command("vouchers", help="Vouchers for the federation's finance software.")
@_days
@_profile
@_out
def vouchers(
    lang: str, first: datetime, last: datetime, profile: str | None, out: Path | None
) -> Told:
    from app.books.derive import derived
    from app.books.told import vouchers_table
    from app.db import transaction

    _refuse_out(out)
    with office(), transaction() as session:
        chosen, found = derived(session, first.date(), last.date(), profile)
    table = vouchers_table(chosen, found, first.date(), last.date())
    total = yuan(sum(x.total_fen for x in found))
    facts = {"profile": chosen.id, "vouchers": len(found), "total": total}
    said = {
        "en": f"Vouchers: {len(found)}, {total} yuan, by {chosen.name['en']}.",
        "zh": f"凭证 {len(found)} 张，共 {total} 元，按{chosen.name['zh']}。",
    }
    return _told(table, lang, out, facts, said[lang])


@command("check", help="Compare vouchers with the ledger, month by month. Exit 1: they differ.")
@_days
@_profile
def check(lang: str, first: datetime, last: datetime, profile: str | None) -> Told:
    from app.books.derive import differences
    from app.db import transaction

    with office(), transaction() as session:
        found = differences(session, first.date(), last.date(), profile)
    rows = [
        {"month": f"{x.month:%Y-%m}", "account": x.account, "off": yuan(x.vouchers_fen)}
        for x in found
    ]
    said = {
        ("en", True): "The vouchers add up to the books.",
        ("zh", True): "凭证与账簿相符。",
        ("en", False): "The vouchers do not add up to the books.",
        ("zh", False): "凭证与账簿不符。",
    }
    listed = [f"{x.month:%Y-%m}  {x.account}  {in_yuan(x.vouchers_fen)}" for x in found]
    facts = {"holds": not found, "differences": rows}
    return Told(facts, [said[lang, not found]], LISTED if found else DONE, listed)


@command("trial-balance", help="Opening, turnover and closing of every account.")
@_days
@_benefit_year
@_out
def trial_balance(
    lang: str, first: datetime, last: datetime, year: int | None, out: Path | None
) -> Told:
    from app.books.sheets import balances
    from app.books.told import balance_table
    from app.db import transaction

    _refuse_out(out)
    with office(), transaction() as session:
        found = balances(session, first.date(), last.date(), benefit_year=year)
    return _told(balance_table(found, first.date(), last.date(), lang, year), lang, out)


@command("sheet", help="An account's entries and its balance after each.")
@click.argument("account")
@_days
@_benefit_year
@_out
def sheet(
    lang: str, account: str, first: datetime, last: datetime, year: int | None, out: Path | None
) -> Told:
    return _sheet(lang, account, first.date(), last.date(), year, out)


@command("day-book", help="The day book of the bank, or of online payments.")
@_days
@click.option("--online", is_flag=True, help="Of online payments on their way.")
@_out
def day_book(lang: str, first: datetime, last: datetime, online: bool, out: Path | None) -> Told:
    from app.ledger.chart import Account

    account = Account.ONLINE_CLEARING if online else Account.BANK
    return _sheet(lang, account.value, first.date(), last.date(), None, out)


@command("income", help="Income and expenditure of a benefit year, or of a calendar year.")
@click.argument("year", type=YEAR)
@click.option("--booked", is_flag=True, help="By booking day (calendar year).")
@click.option(
    "--per", type=click.Choice(("scheme", "union", "campaign")), help="A column for each of these."
)
@_out
def income(lang: str, year: int, booked: bool, per: Any, out: Path | None) -> Told:
    from app.books.income import By, income_by
    from app.books.income import income as whole
    from app.books.told import income_table
    from app.db import transaction

    _refuse_out(out)
    by: By = "booked_on" if booked else "benefit_year"
    with office(), transaction() as session:
        parts = income_by(session, year, per, by) if per else [whole(session, year, by)]
    return _told(income_table(parts, year, by, lang, _PER[per]), lang, out)


_PER = {
    None: ("", ""),
    "scheme": ("（按方案）", " by scheme"),
    "union": ("（按工会）", " by union"),
    "campaign": ("（按赠送活动）", " by campaign"),
}


@command("bank", help="The bank reconciliation at the end of a day. Exit 1: it does not come out.")
@click.argument("day", type=DAY)
@click.option("--account", metavar="CODE", help="Of this account of the fund; else all together.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file to write (.xlsx, .csv or .pdf); must not exist.",
)
def bank(lang: str, day: datetime, account: str | None, out: Path | None) -> Told:
    from app.books.bank_balance import reconciliation
    from app.books.told_bank import reconciliation_table
    from app.db import transaction

    _refuse_out(out, ".pdf")
    with office(), transaction() as session:
        found = reconciliation(session, day.date(), account)
    facts = {
        "book": yuan(found.book_fen),
        "bank": yuan(found.bank_fen),
        "adjusted": yuan(found.adjusted_book_fen),
        "off": yuan(found.off_fen),
    }
    told = _told(reconciliation_table(found, lang), lang, out, facts)
    told.exit_code = LISTED if found.off_fen else DONE
    return told


def _sheet(
    lang: str, number: str, first: date, last: date, year: int | None, out: Path | None
) -> Told:
    from app.books.sheets import account_sheet
    from app.books.told import sheet_table
    from app.db import transaction
    from app.ledger.chart import Account

    _refuse_out(out)
    if number not in set(Account):
        raise NoSuchLedgerAccount(account=number)
    with office(), transaction() as session:
        found = account_sheet(session, Account(number), first, last, benefit_year=year)
    return _told(sheet_table(found, lang), lang, out)


class NoSuchLedgerAccount(Refusal):
    """No account of the ledger has this number."""


def _refuse_out(out: Path | None, *also: str) -> None:
    if out is None:
        return
    if out.suffix.lower() not in {".xlsx", ".csv", *also}:
        raise BooksFileKind(out=str(out))
    refuse_existing(out)


def _told(
    table: Table,
    lang: str,
    out: Path | None,
    facts: dict[str, Any] | None = None,
    said: str = "",
) -> Told:
    """The table on the terminal, or in the file that was asked for."""
    from app.books.paper import paper
    from app.books.table import as_csv, as_facts, as_lines
    from app.books.workbook import workbook

    told = {"rows": len(table.rows), "out": str(out) if out else None, **(facts or {})}
    if out is None:
        lines = as_lines(table, lang)
        return Told(told | {"lines": as_facts(table)}, [*lines, *([said] if said else [])])
    kind = out.suffix.lower()
    if kind == ".pdf":
        data = paper(table, lang)
    else:
        data = as_csv(table, lang) if kind == ".csv" else workbook([table], lang)
    if not placed(written_beside(out, data), out):
        raise OutFileExists(out=str(out))
    written = {"en": f"Written to {out}.", "zh": f"已写入 {out}。"}
    return Told(told, [*([said] if said else []), written[lang]])


for _each in (vouchers, check, trial_balance, sheet, day_book, income, bank, close, reverse):
    books.add_command(_each)
