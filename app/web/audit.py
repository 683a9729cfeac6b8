"""The auditor's pages, read only: years, and the trial balance of one."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.db import db
from app.ledger.balance import trial_balance
from app.ledger.chart import NAMES
from app.web.languages import language
from app.web.read.books import book_years
from app.web.roles import serves

pages = Blueprint("audit", __name__, url_prefix="/audit")


@pages.get("/")
@serves(Role.AUDITOR)
def years() -> ResponseReturnValue:
    return render_template("audit/years.html", years=book_years(db.session()))


@pages.get("/<int(max=9999):year>")
@serves(Role.AUDITOR)
def of_year(year: int) -> ResponseReturnValue:
    session = db.session()
    by_benefit_year = trial_balance(session, year)
    booked = trial_balance(session, year, "booked_on")
    if not (by_benefit_year.lines or booked.lines):
        abort(404)
    column = 1 if language() == "en" else 0
    names = {account: words[column] for account, words in NAMES.items()}
    return render_template(
        "audit/year.html", year=year, balances=(by_benefit_year, booked), names=names
    )
