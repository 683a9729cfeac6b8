"""The reports of a year and of a month: asked for, made by a worker, fetched as files."""

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.db import db, transaction
from app.errors import Refusal
from app.files.keep import kept
from app.jobs import MAKE_REPORT
from app.reports.order import latest_report, order_report
from app.texts import LANGUAGES, say
from app.web import report_lines
from app.web.audit_acts import order_a_report
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.ranged import send
from app.web.read.scope import scope_of
from app.web.roles import serves

pages = Blueprint("reports", __name__, url_prefix="/books/report")
pages.register_blueprint(report_lines.pages)

_OF = "/<int(min=1900, max=9998):year>/<int(min=0, max=12):of_month>"


@pages.before_request
def _of_the_whole_fund() -> None:
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(403)


@pages.get(_OF)
@serves(Role.OFFICER, Role.AUDITOR)
def show(year: int, of_month: int) -> ResponseReturnValue:
    return _page(year, of_month)


@pages.post(_OF)
@serves(Role.OFFICER, Role.AUDITOR)
def ask(year: int, of_month: int) -> ResponseReturnValue:
    who, lang = signed_in(), language()
    try:
        if who.role == Role.AUDITOR:
            order_id = order_a_report(year, of_month, lang)
        else:
            with transaction() as session:
                order_id = order_report(session, year, of_month, lang, by=who.id)
    except Refusal as refused:
        return _page(year, of_month, say(refused, lang)), 409
    ring(MAKE_REPORT, order_id)
    return redirect(url_for("reports.show", year=year, of_month=of_month))


@pages.get(f"{_OF}/<any(pdf, xlsx):kind>")
@serves(Role.OFFICER, Role.AUDITOR)
def file(year: int, of_month: int, kind: str) -> Response:
    """In the reader's language, or in the other: the language may have changed since the page."""
    session = db.session()
    orders = (latest_report(session, year, of_month, x) for x in (language(), *LANGUAGES))
    ids = (x.pdf_id if kind == "pdf" else x.xlsx_id for x in orders if x)
    there = next((x for each in ids if each and (x := kept(session, each))), None)
    return send(there or abort(404))


def _page(year: int, of_month: int, trouble: str = "") -> str:
    return render_template(
        "reports/show.html",
        year=year,
        month=of_month,
        period=f"{year}-{of_month:02d}" if of_month else str(year),
        report=latest_report(db.session(), year, of_month, language()),
        trouble=trouble,
        groups=report_lines.groups(year, of_month),
        auditor=signed_in().role == Role.AUDITOR,
    )
