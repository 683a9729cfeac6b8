"""What changes in the course of a year: joiners and leavers, deaths, late money, credit."""

import re
from hashlib import sha256
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SubmitField
from wtforms.validators import Optional

from app import bell
from app.accounts.models import Role
from app.clock import today
from app.contributions.credit import credit_late, use_credit
from app.contributions.receive import COVERS
from app.db import db, one_at_a_time, transaction
from app.enrolment.changes import Changed, Changes, read_changes, take_changes
from app.enrolment.enrol import Asked
from app.enrolment.fates import doubt_fate, import_fates, read_fates, take_fate_back
from app.enrolment.withdraw import withdraw_roster
from app.errors import Refusal
from app.files.workbook import read_book
from app.roster.models import Roster
from app.roster.units import unit_of
from app.texts import say, word
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.paging import asked
from app.web.read.fates import on_record
from app.web.read.scope import scope_of
from app.web.read.unit import UnitSeen, unit_seen, units_shown
from app.web.roles import serves

_PATIENCE_S: Final = 10

pages = Blueprint("changes", __name__, url_prefix="/office")


class ListForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """A list of people."""

    file = FileField(
        lazy_gettext("List file"),
        [FileRequired(lazy_gettext("Choose the file."))],
        description=lazy_gettext("A table of people: Excel (.xlsx) or CSV."),
        render_kw={"accept": ".xlsx,.csv"},
    )
    submit = SubmitField(lazy_gettext("Take the list in"), render_kw={"class": "btn btn-primary"})


class ChangesForm(ListForm):
    """And the day from which joiners' covers are asked for."""

    starts_on = DateField(
        lazy_gettext("Joiners' cover starts on"),
        [Optional()],
        description=lazy_gettext("Leave empty for today. It starts later where the money is late."),
    )


@pages.get("/unit/<id:unit_id>/changes")
@serves(Role.OFFICER)
def form(unit_id: int) -> ResponseReturnValue:
    return _show(_unit(unit_id), ChangesForm())


@pages.post("/unit/<id:unit_id>/changes")
@serves(Role.OFFICER)
def send(unit_id: int) -> ResponseReturnValue:
    unit, typed = _unit(unit_id), ChangesForm()
    if not typed.validate_on_submit():
        return _show(unit, typed, code=400)
    content, starts_on = typed.file.data.read(), typed.starts_on.data or today()
    try:
        changes = read_changes(read_book(content), today())
        with transaction() as session:
            one_at_a_time(session, COVERS, patience_s=_PATIENCE_S)
            wish = Asked(
                unit=unit_of(session, unit.uscc),
                year=starts_on.year,
                starts_on=starts_on,
                confirmed_on=today(),
                unit_percent=unit.unit_percent,
                file_sha256=sha256(content).hexdigest(),
                unreadable=len(changes.listed.faults),
            )
            by = signed_in().id
            changed = take_changes(session, wish, changes.joiners, changes.leavers, by=by)
    except Refusal as refused:
        return _show(unit, typed, trouble=say(refused, language()), code=409)
    ring(bell.LOOK_AGAIN)
    return _show(unit, typed, told=_told(changes, changed))


@pages.get("/fates")
@serves(Role.OFFICER)
def fates() -> ResponseReturnValue:
    return _show_fates(ListForm())


@pages.post("/fates")
@serves(Role.OFFICER)
def send_fates() -> ResponseReturnValue:
    typed = ListForm()
    if not typed.validate_on_submit():
        return _show_fates(typed, code=400)
    content = typed.file.data.read()
    try:
        listed, rows = read_fates(read_book(content), today())
        with transaction() as session:
            one_at_a_time(session, COVERS, patience_s=_PATIENCE_S)
            told = import_fates(
                session,
                rows,
                faults=listed.faults,
                file_sha256=sha256(content).hexdigest(),
                by=signed_in().id,
            )
    except Refusal as refused:
        return _show_fates(typed, trouble=say(refused, language()), code=409)
    ring(bell.LOOK_AGAIN)
    return _show_fates(typed, told=told)


@pages.post("/members/<id:member_id>/fate/doubt")
@serves(Role.OFFICER)
def doubt(member_id: int) -> ResponseReturnValue:
    with transaction() as session:
        doubt_fate(session, member_id, by=signed_in().id)
    flash(gettext("Noted. Another officer takes it back."))
    return redirect(url_for("changes.fates"))


@pages.post("/members/<id:member_id>/fate/alive")
@serves(Role.OFFICER)
def alive(member_id: int) -> ResponseReturnValue:
    with transaction() as session:
        take_fate_back(session, member_id, by=signed_in().id)
    ring(bell.LOOK_AGAIN)
    flash(gettext("Taken back. The covers stand again as before."))
    return redirect(url_for("changes.fates"))


@pages.post("/unit/<id:unit_id>/rosters/<id:roster_id>/<any(credit, carry):how>")
@serves(Role.OFFICER)
def decide(unit_id: int, roster_id: int, how: str) -> ResponseReturnValue:
    year = _roster(unit_id, roster_id)
    with transaction() as session:
        credit_late(session, roster_id, on=today(), by=signed_in().id, carry=how == "carry")
    ring(bell.LOOK_AGAIN)
    flash(gettext("Decided. The books say so."))
    return redirect(url_for("units.show", unit_id=unit_id, year=year))


@pages.post("/unit/<id:unit_id>/rosters/<id:roster_id>/withdraw")
@serves(Role.OFFICER)
def withdraw(unit_id: int, roster_id: int) -> ResponseReturnValue:
    year = _roster(unit_id, roster_id)
    with transaction() as session:
        withdraw_roster(session, roster_id, by=signed_in().id)
    flash(gettext("Withdrawn: nothing of this roster is due any more."))
    return redirect(url_for("units.show", unit_id=unit_id, year=year))


@pages.post("/unit/<id:unit_id>/credit")
@serves(Role.OFFICER)
def credit(unit_id: int) -> ResponseReturnValue:
    unit = _unit(unit_id)
    from_year, year = (_year_typed(name) for name in _YEARS)
    with transaction() as session:
        use_credit(
            session,
            unit_id=unit.id,
            from_year=from_year,
            year=year,
            on=today(),
            by=signed_in().id,
        )
    ring(bell.LOOK_AGAIN)
    flash(gettext("Used. A cover begins when its roster is full."))
    return redirect(url_for("units.show", unit_id=unit_id, year=year))


_YEARS: Final = ("from_year", "year")


def _year_typed(name: str) -> int:
    """A year of the form, which offers what there is; what is no year, no form of ours sends."""
    typed = request.form.get(name, "")
    return int(typed) if re.fullmatch(r"[0-9]{4}", typed, re.ASCII) else abort(400)


def _told(changes: Changes, changed: Changed) -> dict[str, Any]:
    joined = changed.enrolled
    faults = sorted([*changes.listed.faults, *changed.faults], key=lambda fault: fault.line)
    return {
        "rows_in": changes.listed.total,
        "joined": len(joined.enrolled) if joined else 0,
        "due_fen": joined.due_fen if joined else 0,
        "left": len(changed.left.new),
        "unchanged": len(changed.left.known) + (len(joined.unchanged) if joined else 0),
        "refused": len({fault.line for fault in faults}),
        "faults": faults,
        "renamed": len(joined.renamed) if joined else 0,
        "accounts": len(joined.account_changed) if joined else 0,
        "notes": joined.notes if joined else [],
    }


def _show(unit: UnitSeen, typed: ChangesForm, code: int = 200, **more: Any) -> ResponseReturnValue:
    worded = {
        "worded": lambda fault: say(fault, language()),
        "noted": lambda note: word(note.reason, language(), **note.facts),
    }
    return render_template("changes/form.html", unit=unit, form=typed, **worded, **more), code


def _show_fates(typed: ListForm, code: int = 200, **more: Any) -> ResponseReturnValue:
    session = db.session()
    words = on_record(session, scope_of(session, signed_in().union_id), asked())
    worded = {"worded": lambda fault: say(fault, language()), "me": signed_in().id}
    page = render_template("changes/fates.html", form=typed, words=words, **worded, **more)
    return page, code


def _unit(unit_id: int) -> UnitSeen:
    session = db.session()
    return unit_seen(session, unit_id, scope_of(session, signed_in().union_id)) or abort(404)


def _roster(unit_id: int, roster_id: int) -> int:
    """Its benefit year; 404 where the unit is out of reach, or the roster is not on its page."""
    found = db.session().get(Roster, roster_id)
    if found is None or found.unit_id not in units_shown(db.session(), _unit(unit_id).id):
        abort(404)
    return found.benefit_year
