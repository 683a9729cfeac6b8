"""An officer of a unit's county or above lets it enrol after the window."""

from datetime import date
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, StringField, SubmitField
from wtforms.validators import InputRequired, Length, NumberRange

from app.accounts.models import Role
from app.clock import today
from app.db import db, transaction
from app.enrolment.window import (
    LONGEST_WHY,
    LateWhyMissing,
    NotTheCounty,
    UntilWrong,
    permissions_of,
    permit_late,
)
from app.roster.now import UnitMerged
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read.scope import scope_of
from app.web.read.unit import UnitSeen, unit_seen
from app.web.roles import serves

_NEEDED: Final = InputRequired(lazy_gettext("Fill this in."))

pages = Blueprint("late", __name__, url_prefix="/office")


class LateForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """Which year, until when, why."""

    year = IntegerField(lazy_gettext("Benefit year"), [_NEEDED, NumberRange(2000, 2100)])
    until = DateField(lazy_gettext("May enrol until"), [_NEEDED])
    why = StringField(lazy_gettext("Why it is permitted"), [_NEEDED, Length(max=LONGEST_WHY)])
    submit = SubmitField(
        lazy_gettext("Permit late enrolment"), render_kw={"class": "btn btn-primary"}
    )


@pages.get("/unit/<id:unit_id>/late")
@serves(Role.OFFICER)
def form(unit_id: int) -> ResponseReturnValue:
    return _show(_unit(unit_id), LateForm(year=today().year))


@pages.post("/unit/<id:unit_id>/late")
@serves(Role.OFFICER)
def permit(unit_id: int) -> ResponseReturnValue:
    unit, typed = _unit(unit_id), LateForm()
    if not typed.validate_on_submit():
        return _show(unit, typed, code=400)
    until: date = typed.until.data
    try:
        with transaction() as session:
            given: dict[str, Any] = {"year": typed.year.data, "until": until}
            permit_late(session, unit.id, **given, why=typed.why.data, by=signed_in().id)
    except NotTheCounty as refused:
        return _show(unit, typed, say(refused, language()), code=403)
    except (UntilWrong, LateWhyMissing, UnitMerged) as refused:
        return _show(unit, typed, say(refused, language()), code=409)
    flash(gettext("%(unit)s may enrol until %(day)s.", unit=unit.name, day=until.isoformat()))
    return redirect(url_for("late.form", unit_id=unit.id))


def _show(
    unit: UnitSeen, typed: LateForm, trouble: str = "", code: int = 200
) -> ResponseReturnValue:
    given = permissions_of(db.session(), unit.id)
    return render_template(
        "late/form.html", unit=unit, form=typed, given=given, trouble=trouble
    ), code


def _unit(unit_id: int) -> UnitSeen:
    session = db.session()
    return unit_seen(session, unit_id, scope_of(session, signed_in().union_id)) or abort(404)
