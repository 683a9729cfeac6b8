"""The auditor's pages, read only: years with their totals and charts, and the books of one."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.books.sheets import days_booked
from app.books.summaries import summaries
from app.db import db
from app.desks.keep_waiting import WAITING
from app.ledger.balance import both_balances
from app.ledger.chart import NAMES, Account
from app.reports.years import figures
from app.web import bundles
from app.web.auth import signed_in
from app.web.languages import language
from app.web.missing import missing
from app.web.read.books import book_years, memo_totals, waiting_claims
from app.web.read.orders import orders_of
from app.web.read.scope import scope_of
from app.web.roles import serves
from app.web.yearly import money, participation, payments

pages = Blueprint("audit", __name__, url_prefix="/audit")
pages.register_blueprint(bundles.pages)


@pages.get("/")
@serves(Role.AUDITOR)
def years() -> ResponseReturnValue:
    session = db.session()
    seen = figures(session)
    by_year = {each.year: each for each in seen}
    rows = [(book, by_year[book.year]) for book in book_years(session)]
    charts = [participation(seen), payments(seen)]
    return render_template("audit/years.html", rows=rows, charts=charts, wide=money(seen))


@pages.get("/<int(min=1, max=9999):year>")
@serves(Role.AUDITOR)
def of_year(year: int) -> ResponseReturnValue:
    session = db.session()
    by_benefit_year, booked = both_balances(session, year)
    if not (by_benefit_year.lines or booked.lines):
        missing(gettext("Nothing is booked of %(year)s. The start page has the years.", year=year))
    column = 1 if language() == "en" else 0
    lines = {line.account: line for line in by_benefit_year.lines}
    bank, due = lines.get(Account.BANK), lines.get(Account.UNION_SUBSIDY_DUE)
    recover = lines.get(Account.TO_RECOVER)
    first, last = days_booked(session, year) or (date(year, 1, 1), date(year, 12, 31))
    days: dict[str, dict[str, Any]] = {
        by_benefit_year.by: {"from": first, "to": last, "year": year},
        booked.by: {"from": date(year, 1, 1), "to": date(year, 12, 31)},
    }
    return render_template(
        "audit/year.html",
        year=year,
        days=days,
        figures=next(iter(figures(session, year, year)), None),
        balances=(by_benefit_year, booked),
        banked_fen=bank.debit_fen if bank else 0,
        to_recover_fen=recover.balance_fen if recover else 0,
        union_due_fen=due.balance_fen if due else 0,
        names={account: words[column] for account, words in NAMES.items()},
        journal=memo_totals(session, year),
        memos=summaries(language()),
        waiting=waiting_claims(session, year),
        states=WAITING,
        orders=orders_of(session, year),
        whole=scope_of(session, signed_in().union_id).whole,
    )
