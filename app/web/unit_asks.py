"""Officers, and a unit's contact, ask for what another officer then approves."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.db import db, transaction
from app.errors import Refusal
from app.files.workbook import read_book
from app.roster.units import unit_of
from app.texts import say
from app.unions.tree import reach_of_union
from app.units.ask import (
    Asked,
    ask_change,
    ask_contact,
    ask_merge,
    ask_registration,
    ask_split,
)
from app.units.named import members_named, numbers_typed
from app.units.sheet import read_units
from app.units.take_in import take_in
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read.scope import scope_of
from app.web.read.unit import UnitSeen, unit_seen
from app.web.roles import serves
from app.web.unit_compared import say_what_stands
from app.web.unit_forms import (
    ChangeForm,
    ContactForm,
    MergeForm,
    RegistrationForm,
    SplitForm,
    UnitFileForm,
    beside,
    choose_district,
)

pages = Blueprint("unit_asks", __name__, url_prefix="/office")


@pages.route("/units/register", methods=["GET", "POST"])
@serves(Role.OFFICER, Role.OPERATOR)
def register() -> ResponseReturnValue:
    form = choose_district(RegistrationForm(), db.session(), _reach())
    title = gettext("Register a unit")
    return _ask(title, None, form, lambda s: ask_registration(s, form.wanted(), by=signed_in().id))


@pages.route("/unit/<id:unit_id>/change", methods=["GET", "POST"])
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def change(unit_id: int) -> ResponseReturnValue:
    unit, form = _unit(unit_id), ChangeForm()
    choose_district(form, db.session(), _reach(), may_stay=True)
    title = gettext("Change the unit's particulars")
    return _ask(title, unit, form, lambda s: ask_change(s, unit.id, form.wanted(), by=_by()))


@pages.route("/unit/<id:unit_id>/contact", methods=["GET", "POST"])
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def contact(unit_id: int) -> ResponseReturnValue:
    unit, form = _unit(unit_id), ContactForm()
    title = gettext("Name the unit's contact")
    return _ask(title, unit, form, lambda s: ask_contact(s, unit.id, form.wanted(), by=_by()))


@pages.route("/unit/<id:unit_id>/merge", methods=["GET", "POST"])
@serves(Role.OFFICER, Role.OPERATOR)
def merge(unit_id: int) -> ResponseReturnValue:
    unit, form = _unit(unit_id), MergeForm()

    def act(session: Session) -> Asked:
        into = unit_of(session, form.other.data)
        return ask_merge(session, unit.id, into.id, form.on_day.data, by=_by())

    return _ask(gettext("Merge the unit into another"), unit, form, act)


@pages.route("/unit/<id:unit_id>/split", methods=["GET", "POST"])
@serves(Role.OFFICER, Role.OPERATOR)
def split(unit_id: int) -> ResponseReturnValue:
    unit, form, faults = _unit(unit_id), SplitForm(), []

    def act(session: Session) -> Asked:
        to, day = unit_of(session, form.other.data), form.on_day.data
        numbers = numbers_typed(form.numbers.data)
        members, wrong = members_named(session, unit.id, numbers, day)
        faults.extend(wrong)
        return ask_split(session, unit.id, to.id, day, members, by=_by())

    return _ask(gettext("Move people to another unit"), unit, form, act, faults)


@pages.route("/units/import", methods=["GET", "POST"])
@serves(Role.OFFICER, Role.OPERATOR)
def import_file() -> ResponseReturnValue:
    form = UnitFileForm()
    taken, trouble, code = None, "", 200
    if request.method == "POST":
        code = 400
        if form.validate_on_submit():
            content = form.file.data.read()
            try:
                sheet = read_units(read_book(content))
                with transaction() as session:
                    digest = hashlib.sha256(content).hexdigest()
                    taken = take_in(session, sheet, file_sha256=digest, by=_by())
                code = 200
            except Refusal as refused:
                trouble, code = say(refused, language()), 409
    said = lambda fault: say(fault, language())  # noqa: E731 - handed to the template
    return render_template(
        "unit_requests/import.html", form=form, taken=taken, trouble=trouble, said=said
    ), code


def _ask(
    title: str,
    unit: UnitSeen | None,
    form: Any,
    act: Callable[[Session], Asked],
    faults: list[Any] | None = None,
) -> ResponseReturnValue:
    """Show the form, or do what it asks for and go to the request."""
    trouble, code = "", 200
    if unit:
        say_what_stands(db.session(), unit.id, form)
    if request.method == "POST":
        code = 400
        if form.validate_on_submit():
            try:
                with transaction() as session:
                    asked = act(session)
            except Refusal as refused:
                trouble, code = beside(form, refused, say(refused, language())), 409
            else:
                _tell(asked, len(faults or []))
                return redirect(_after(asked, unit))
    told = [(fault.line, say(fault, language())) for fault in faults or []]
    page = {"title": title, "unit": unit, "form": form, "trouble": trouble, "faults": told}
    return render_template("unit_requests/form.html", **page), code


def _tell(asked: Asked, left: int) -> None:
    flash(
        gettext("This was asked for before; nothing changed.")
        if asked.again
        else gettext("Sent. Another person, an officer, approves it."),
        "good",
    )
    if left:
        flash(
            ngettext(
                "%(num)d line named nobody who can go, and was left out.",
                "%(num)d lines named nobody who can go, and were left out.",
                left,
            ),
            "note",
        )


def _after(asked: Asked, unit: UnitSeen | None) -> str:
    if signed_in().role is Role.CONTACT and unit:
        return url_for("units.show", unit_id=unit.id)
    return url_for("unit_requests.show", request_id=asked.request_id)


def _by() -> int:
    return signed_in().id


def _reach() -> list[int] | None:
    return reach_of_union(db.session(), signed_in().union_id)


def _unit(unit_id: int) -> UnitSeen:
    session = db.session()
    return unit_seen(session, unit_id, scope_of(session, signed_in().union_id)) or abort(404)
