"""An officer's list of units, who has paid; and one unit with its rosters, money and people."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.clock import today
from app.db import db
from app.lists.tables_out import Cell
from app.units.waiting import requests
from app.web.auth import signed_in
from app.web.list_file import list_file
from app.web.paging import Asked, asked
from app.web.read.scope import Scope, reach, scope_of
from app.web.read.unit import unit_seen, unit_shown
from app.web.read.unit_people import people_of_units
from app.web.read.units import PAID, totals, units, years
from app.web.read.uploads import uploads
from app.web.roles import serves
from app.web.unit_requests import KINDS, STATES

_UPLOADS: Final = 5
_REQUESTS: Final = 10
_AT_ONCE: Final = 1_000

pages = Blueprint("units", __name__, url_prefix="/office")


@pages.get("/units/")
@serves(Role.OFFICER, Role.OPERATOR)
def newest() -> ResponseReturnValue:
    session = db.session()
    scope, now = scope_of(session, signed_in().union_id), today().year
    known = years(session, scope)
    if known:
        return redirect(url_for("units.of_year", year=known[0]))
    if totals(session, scope, now).none:
        return redirect(url_for("units.of_year", year=now, paid="none"))
    return render_template("units/none.html")


@pages.get("/units/<int(max=9999):year>")
@serves(Role.OFFICER, Role.OPERATOR)
def of_year(year: int) -> ResponseReturnValue:
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    words, paid = request.args.get("q", "").strip(), request.args.get("paid", "all")
    if paid not in PAID:
        abort(404)
    return render_template(
        "units/of_year.html",
        year=year,
        years=years(session, scope),
        paid=paid,
        words=words,
        totals=totals(session, scope, year, words),
        units=units(session, scope, year, asked(), paid=paid, words=words),
    )


@pages.post("/units/<int(max=9999):year>/file")
@serves(Role.OFFICER, Role.OPERATOR)
def file(year: int) -> ResponseReturnValue:
    """The list as it was asked for, all pages of it."""
    words, paid = request.args.get("q", "").strip(), request.args.get("paid", "all")
    if paid not in PAID:
        abort(404)
    asked_for = {"paid": paid, "q": words} if words else {"paid": paid}
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    rows = _every_row(session, scope, year, paid, words)
    called = f"{gettext('Units')} {year}"
    made = list_file(f"units.{year}", called, urlencode(asked_for), _head(), rows)
    if made is None:
        flash(
            gettext("There are more rows than a workbook may have: take the CSV file."), "trouble"
        )
    return made or redirect(url_for("units.of_year", year=year, paid=paid, q=words or None))


def _head() -> list[str]:
    return [
        gettext("Unit"),
        gettext("Social credit code"),
        gettext("Enrolled"),
        gettext("Covered"),
        gettext("Due"),
        gettext("Received"),
        gettext("Missing"),
    ]


def _every_row(
    session: Session, scope: Scope, year: int, paid: str, words: str
) -> Iterator[list[Cell]]:
    after = None
    while True:
        page = units(session, scope, year, Asked(after, _AT_ONCE), paid=paid, words=words)
        for each in page.rows:
            heads = [str(each.enrolled), str(each.covered)]
            money = [each.due_fen, each.received_fen, each.missing_fen]
            yield [each.name, each.uscc, *heads, *money]
        if page.following is None:
            return
        after = page.following


@pages.get("/unit/<id:unit_id>", defaults={"year": None})
@pages.get("/unit/<id:unit_id>/<int(max=9999):year>")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def show(unit_id: int, year: int | None) -> ResponseReturnValue:
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    seen = unit_seen(session, unit_id, scope) or abort(404)
    known = unit_shown(session, seen)
    found_requests = requests(session, reach(scope), unit_id=unit_id, size=_REQUESTS)
    shown = next((each for each in known.years if year in {None, each.year}), None)
    if year is not None and shown is None:
        abort(404)
    return render_template(
        "units/show.html",
        unit=seen,
        years=known.years,
        shown=shown,
        people=people_of_units(session, known.units, scope, shown.year, asked()) if shown else None,
        credit=known.credit,
        gig=known.gig,
        uploads=uploads(session, scope, Asked(None, _UPLOADS), unit_id).rows,
        requests=found_requests,
        contact=known.contact,
        paid_back=known.paid_back,
        kinds=KINDS,
        states=STATES,
        takes_back=scope.whole and signed_in().role is Role.OFFICER,
    )
