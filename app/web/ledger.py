"""The books: months with their vouchers, sheets, statements.

The books are the whole fund's: for officers and auditors of the top of the tree of unions. An
officer of a union below sees the income and expenditure of the unions it reaches.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.books.bank_balance import NoStatement, reconciled, reconciliation
from app.books.derive import derived
from app.books.income import income, income_by
from app.books.profile import profile_for, profiles
from app.books.sheets import account_sheet, balances
from app.books.table import Table, grouped
from app.books.told import (
    balance_table,
    income_table,
    sheet_table,
    vouchers_table,
)
from app.books.told_bank import reconciliation_table
from app.clock import today
from app.db import db
from app.errors import Refusal
from app.ledger.chart import Account
from app.texts import say
from app.web import closing, entries
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read.scope import Scope, scope_of
from app.web.roles import serves
from app.web.sheet_rows import sheet_rows
from app.web.table_file import table_file

pages = Blueprint("books", __name__, url_prefix="/books")
pages.register_blueprint(closing.pages)
pages.register_blueprint(entries.pages)

_PER: Final = {
    "": ("", ""),
    "scheme": ("（按方案）", " by scheme"),
    "union": ("（按工会）", " by union"),
    "campaign": ("（按赠送活动）", " by campaign"),
}
_A_PAGE: Final = 100
_MOST_ROWS: Final = 1000


@pages.get("/")
@serves(Role.OFFICER, Role.AUDITOR)
def start() -> ResponseReturnValue:
    if not _scope().whole:
        return redirect(url_for("books.of_year", year=today().year, per="union"))
    return closing.start_page()


@pages.get("/<int(min=1900, max=9998):year>/<int(min=1, max=12):month>/vouchers")
@serves(Role.OFFICER, Role.AUDITOR)
def vouchers(year: int, month: int) -> ResponseReturnValue:
    _for_the_whole_fund()
    first, last = _month(year, month)
    profile, found = derived(db.session(), first, last, _profile(first, last))
    if request.args.get("as"):
        return table_file(
            vouchers_table(profile, found, first, last), f"vouchers-{year}-{month:02d}"
        )
    page = request.args.get("page", 1, int)
    return render_template(
        "books/vouchers.html",
        year=year,
        month=month,
        profile=profile,
        profiles=[x for x in profiles().values() if x.holds(first, last)],
        vouchers=found[(page - 1) * _A_PAGE : page * _A_PAGE],
        total_fen=sum(x.total_fen for x in found),
        count=len(found),
        page=page,
        more=len(found) > page * _A_PAGE,
    )


@pages.get("/<int(min=1900, max=9998):year>/<int(min=1, max=12):month>/vouchers/<id:no>")
@serves(Role.OFFICER, Role.AUDITOR)
def voucher(year: int, month: int, no: int) -> ResponseReturnValue:
    _for_the_whole_fund()
    first, last = _month(year, month)
    profile, found = derived(db.session(), first, last, _profile(first, last))
    if no > len(found):
        return redirect(url_for("books.vouchers", year=year, month=month, profile=profile.id))
    return render_template(
        "books/voucher.html", year=year, month=month, profile=profile, voucher=found[no - 1]
    )


@pages.get("/trial-balance")
@serves(Role.OFFICER, Role.AUDITOR)
def trial_balance() -> ResponseReturnValue:
    _for_the_whole_fund()
    first, last = _days()
    year = _benefit_year()
    found = balances(db.session(), first, last, benefit_year=year)
    table = balance_table(found, first, last, language(), year)
    days: dict[str, Any] = {"from": first, "to": last}
    links = {
        (at, 0): url_for("books.account", number=x.account, year=year, **days)
        for at, x in enumerate(found)
    }
    return _page(table, f"trial-balance-{first}-{last}", links=links, first=first, last=last)


@pages.get("/accounts/<number>")
@serves(Role.OFFICER, Role.AUDITOR)
def account(number: str) -> ResponseReturnValue:
    _for_the_whole_fund()
    if number not in set(Account):
        abort(404)
    first, last = _days()
    year = _benefit_year()
    sheet = account_sheet(db.session(), Account(number), first, last, benefit_year=year)
    table = sheet_table(sheet, language())
    # The first row is the opening balance.
    links = {
        (at, 1): url_for("books.entries.show", entry_id=line.entry_id)
        for at, line in enumerate(sheet.lines[:_MOST_ROWS], 1)
    }
    return _page(table, f"account-{number}-{first}-{last}", links=links, first=first, last=last)


@pages.get("/bank")
@serves(Role.OFFICER, Role.AUDITOR)
def bank() -> ResponseReturnValue:
    """The bank reconciliation of one account; without a day, at the end of the last month."""
    _for_the_whole_fund()
    session = db.session()
    last = today().replace(day=1) - timedelta(days=1)
    try:
        on = date.fromisoformat(request.args.get("on") or last.isoformat())
        accounts = reconciled(session, on)
        account = request.args.get("account") or next(iter(accounts), None)
        table = reconciliation_table(reconciliation(session, on, account), language())
    except ValueError:
        abort(400)
    except NoStatement as refused:
        return render_template("books/no_statement.html", on=on, why=say(refused, language()))
    place = accounts.index(account) + 1 if account else 1
    name = f"bank-{on}-{place}"
    kinds = ("xlsx", "csv", "pdf")
    return _page(table, name, on=on, kinds=kinds, accounts=accounts, of_account=account)


@pages.get("/income/<int(min=1900, max=9999):year>")
@serves(Role.OFFICER, Role.AUDITOR)
def of_year(year: int) -> ResponseReturnValue:
    session, scope = db.session(), _scope()
    by: Any = "booked_on" if request.args.get("by") == "booked_on" else "benefit_year"
    per: Any = request.args.get("per", "")
    if per not in _PER:
        abort(404)
    if not scope.whole:
        below = frozenset(scope.unions)
        parts = income_by(session, year, "union", by, unions=below, kept=True)
        per = "union"
    else:
        whole = not per and [income(session, year, by)]
        parts = whole or income_by(session, year, per, by, kept=True)
    table = income_table(parts, year, by, language(), _PER[per])
    choices = {"year": year, "per": per, "by": by, "whole": scope.whole}
    links = entries.links_of_income(table, parts, year, by, per, whole=scope.whole)
    return _page(table, f"income-{year}-{by}-{per or 'all'}", income=choices, links=links)


def _scope() -> Scope:
    return scope_of(db.session(), signed_in().union_id)


def _for_the_whole_fund() -> None:
    if not _scope().whole:
        abort(403)


def _profile(first: date, last: date) -> str | None:
    """The profile asked for, where it holds then."""
    name = request.args.get("profile")
    if name is not None:
        try:
            profile_for(name, first, last)
        except Refusal:
            abort(404)
    return name


def _benefit_year() -> int | None:
    """The benefit year asked for; None: all of them."""
    year = request.args.get("year", None, int)
    if year is not None and not date.min.year <= year <= date.max.year:
        abort(400)
    return year


def _month(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    return first, first.replace(day=monthrange(year, month)[1])


def _days() -> tuple[date, date]:
    """The days asked for; without them, this year's so far."""
    try:
        last = date.fromisoformat(request.args.get("to") or today().isoformat())
        first = date.fromisoformat(request.args.get("from") or f"{last.year}-01-01")
    except ValueError:
        abort(400)
    if first > last:
        abort(400)
    return first, last


def _page(
    table: Table, name: str, links: Mapping[tuple[int, int], str] | None = None, **more: Any
) -> ResponseReturnValue:
    """A sheet as a page, or as the file that was asked for."""
    if request.args.get("as"):
        return table_file(table, name)
    cut = len(table.rows) > _MOST_ROWS
    said = 1 if language() == "en" else 0
    rows = sheet_rows(table, table.rows[:_MOST_ROWS], links or {}, said)
    return render_template(
        "books/sheet.html", table=table, rows=rows, cut=cut, cell=grouped, **more
    )
