"""A unit's contact hands in joiners and leavers; an officer of its unions looks and confirms."""

from typing import Any, Final
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import DateField, HiddenField, SubmitField
from wtforms.validators import Optional, Regexp

from app import bell
from app.accounts.models import Role
from app.clock import today
from app.contributions.receive import COVERS
from app.db import db, one_at_a_time, transaction
from app.enrolment.hand_in import (
    WAITING,
    faults_of,
    hand_in,
    read_list_again,
    refuse_list,
    take_list,
    withdraw_list,
)
from app.enrolment.upload import UploadFileGone
from app.errors import Refusal
from app.files.names import plain_name
from app.roster.identity import masked_certno
from app.texts import say
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.changes import ListForm
from app.web.languages import language
from app.web.paging import asked
from app.web.read.change_lists import HandedIn, list_seen, lists_seen
from app.web.read.own_unit import own_unit
from app.web.read.scope import scope_of
from app.web.read.unit import UnitSeen, unit_seen
from app.web.roles import serves
from app.web.unit_forms import ReasonForm

_PATIENCE_S: Final = 10
_SHOWN: Final = 200
STATES: Final = {
    "waiting": (lazy_gettext("waits for an officer"), "waits"),
    "taken": (lazy_gettext("list taken in"), "good"),
    "refused": (lazy_gettext("list sent back"), "trouble"),
    "withdrawn": (lazy_gettext("list withdrawn"), "quiet"),
}

pages = Blueprint("change_lists", __name__, url_prefix="/office")


class HandInForm(ListForm):
    """A list and the day of joiners' covers. `key` makes a form that is sent twice one list."""

    starts_on = DateField(
        lazy_gettext("Joiners' cover starts on"),
        [Optional()],
        description=lazy_gettext("Leave empty for today. It starts later where the money is late."),
    )
    key = HiddenField(validators=[Regexp(r"[0-9a-f]{32}\Z")])
    submit = SubmitField(lazy_gettext("Hand the list in"), render_kw={"class": "btn btn-primary"})


@pages.get("/unit/<id:unit_id>/changes/new")
@serves(Role.CONTACT)
def form(unit_id: int) -> ResponseReturnValue:
    return _form(_unit(unit_id), HandInForm(key=uuid4().hex))


@pages.post("/unit/<id:unit_id>/changes/new")
@serves(Role.CONTACT)
def send(unit_id: int) -> ResponseReturnValue:
    unit, typed = _unit(unit_id), HandInForm()
    if not typed.validate_on_submit():
        return _form(unit, typed, code=400)
    name, content = plain_name(typed.file.data.filename or ""), typed.file.data.read()
    try:
        with transaction() as session:
            list_id = hand_in(
                session,
                unit.id,
                content,
                name=name,
                starts_on=typed.starts_on.data or today(),
                request_key=typed.key.data,
                by=signed_in().id,
            )
    except Refusal as refused:
        return _form(unit, typed, trouble=say(refused, language()), code=409)
    return redirect(url_for("change_lists.show", list_id=list_id))


@pages.get("/changes/")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def sent() -> ResponseReturnValue:
    session = db.session()
    # An officer has work to find, a contact what became of the own lists.
    every = request.args.get("all") == "1" or signed_in().role is Role.CONTACT
    found = lists_seen(session, scope_of(session, signed_in().union_id), asked(), every=every)
    mine = signed_in().role is Role.CONTACT and own_unit(session, signed_in().union_id)
    return render_template(
        "change_lists/sent.html", lists=found, every=every, states=STATES, own=mine
    )


@pages.get("/changes/<id:list_id>")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def show(list_id: int) -> ResponseReturnValue:
    return _show(_list(list_id), ReasonForm())


@pages.post("/changes/<id:list_id>/take")
@serves(Role.OFFICER)
def take(list_id: int) -> ResponseReturnValue:
    seen = _list(list_id)
    with transaction() as session:
        one_at_a_time(session, COVERS, patience_s=_PATIENCE_S)
        take_list(session, seen.id, by=signed_in().id)
    ring(bell.LOOK_AGAIN)
    flash(gettext("The list is taken in."), "good")
    return redirect(url_for("change_lists.show", list_id=seen.id))


@pages.post("/changes/<id:list_id>/refuse")
@serves(Role.OFFICER)
def refuse(list_id: int) -> ResponseReturnValue:
    seen, typed = _list(list_id), ReasonForm()
    if not typed.validate_on_submit():
        return _show(seen, typed, code=400)
    with transaction() as session:
        refuse_list(session, seen.id, reason=typed.reason.data, by=signed_in().id)
    return redirect(url_for("change_lists.show", list_id=seen.id))


@pages.post("/changes/<id:list_id>/withdraw")
@serves(Role.CONTACT)
def withdraw(list_id: int) -> ResponseReturnValue:
    seen = _list(list_id)
    with transaction() as session:
        withdraw_list(session, seen.id, by=signed_in().id)
    return redirect(url_for("change_lists.show", list_id=seen.id))


def _form(
    unit: UnitSeen, typed: HandInForm, trouble: str = "", code: int = 200
) -> ResponseReturnValue:
    page = render_template("change_lists/form.html", unit=unit, form=typed, trouble=trouble)
    return page, code


def _show(seen: HandedIn, typed: ReasonForm, code: int = 200) -> ResponseReturnValue:
    rows, faults = _rows(seen) if seen.state == WAITING else ([], [])
    if seen.faults:
        faults = faults_of(seen.faults, seen.id)
    page = render_template(
        "change_lists/show.html",
        seen=seen,
        rows=rows[:_SHOWN],
        more=len(rows) - _SHOWN,
        told={"faults": faults},
        worded=lambda fault: say(fault, language()),
        form=typed,
        states=STATES,
    )
    return page, code


def _rows(seen: HandedIn) -> tuple[list[dict[str, Any]], list[Any]]:
    """What the list says, by its lines; IDs masked. Nothing of a file that is gone."""
    try:
        changes = read_list_again(db.session(), seen.id)
    except UploadFileGone:
        return [], []
    names = {each.certno: each.name for each in changes.listed.people}
    rows: list[dict[str, Any]] = [
        {"line": x.line, "of": x, "on_day": None} for x in changes.joiners
    ]
    rows += [{"line": x.line, "of": x, "on_day": x.on_day} for x in changes.leavers]
    for row in rows:
        certno = row.pop("of").certno
        row.update(name=names.get(certno, ""), masked=masked_certno(certno))
    return sorted(rows, key=lambda row: row["line"]), changes.listed.faults


def _unit(unit_id: int) -> UnitSeen:
    session = db.session()
    return unit_seen(session, unit_id, scope_of(session, signed_in().union_id)) or abort(404)


def _list(list_id: int) -> HandedIn:
    session = db.session()
    return list_seen(session, list_id, scope_of(session, signed_in().union_id)) or abort(404)
