"""An officer's list of units: enrolled, due, received, covered in a benefit year."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.db import db
from app.web.auth import signed_in
from app.web.paging import asked
from app.web.read.scope import scope_of
from app.web.read.units import units, years
from app.web.roles import serves

pages = Blueprint("units", __name__, url_prefix="/office/units")


@pages.get("/")
@serves(Role.OFFICER)
def newest() -> ResponseReturnValue:
    session = db.session()
    known = years(session, scope_of(session, signed_in().union_id))
    if known:
        return redirect(url_for("units.of_year", year=known[0]))
    return render_template("units/none.html")


@pages.get("/<int(max=9999):year>")
@serves(Role.OFFICER)
def of_year(year: int) -> ResponseReturnValue:
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    return render_template(
        "units/of_year.html",
        year=year,
        years=years(session, scope),
        units=units(session, scope, year, asked()),
    )
