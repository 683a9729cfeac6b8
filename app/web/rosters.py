"""An officer sends a unit's roster, watches it being read, and says whether to enrol it."""

import io
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.clock import today
from app.db import db, transaction
from app.enrolment.confirmed import (
    ConfirmedAhead,
    ConfirmedLongBefore,
    ConfirmedNotToday,
    YearIsOver,
)
from app.enrolment.enrol import NoScheme, StartOutsideYear
from app.enrolment.upload import (
    FilesOfTheDay,
    UploadsBeingRead,
    confirm_upload,
    discard_upload,
    take_upload,
)
from app.files.keep import kept, read
from app.files.names import plain_name
from app.jobs import CHECK_ROSTER, ENROL_ROSTER
from app.roster.template import roster_template
from app.texts import say, word
from app.texts.plainly import plainly
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.paging import asked
from app.web.read.own_unit import own_unit
from app.web.read.scope import scope_of
from app.web.read.unit import UnitSeen, unit_seen
from app.web.read.units import units_named
from app.web.read.uploads import UploadSeen, upload_seen, uploads
from app.web.roles import serves
from app.web.roster_form import RosterForm, roster_form

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SAID_IN_FORM: Final = (
    *(NoScheme, StartOutsideYear, ConfirmedAhead, ConfirmedLongBefore),
    *(ConfirmedNotToday, YearIsOver),
    *(UploadsBeingRead, FilesOfTheDay),
)

pages = Blueprint("rosters", __name__, url_prefix="/office")


@pages.get("/upload")
@serves(Role.OFFICER, Role.OPERATOR)
def choose() -> ResponseReturnValue:
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    words = request.args.get("q", "").strip()
    found = units_named(session, scope, words, asked())
    # The list's year goes along to the form; what is no year is not believed there.
    year = request.args.get("year")
    return render_template("rosters/choose.html", units=found, words=words, year=year)


@pages.get("/upload/template.xlsx")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def template() -> ResponseReturnValue:
    named = "roster.xlsx" if language() == "en" else "花名册.xlsx"
    return _download(roster_template(), named, _XLSX)


@pages.get("/unit/<id:unit_id>/upload")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def form(unit_id: int) -> ResponseReturnValue:
    given = {name: request.args.get(name) for name in ("year", "starts_on", "confirmed_on")}
    return _show_form(_unit(unit_id), roster_form(db.session(), signed_in().role, **given))


@pages.post("/unit/<id:unit_id>/upload")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def send(unit_id: int) -> ResponseReturnValue:
    unit, typed = _unit(unit_id), roster_form(db.session(), signed_in().role)
    if not typed.validate_on_submit():
        return _show_form(unit, typed, code=400)
    name = plain_name(typed.file.data.filename or "")
    content = typed.file.data.read()
    try:
        with transaction() as session:
            wish = typed.wish(session, unit.id, language())
            upload_id = take_upload(session, wish, content, name=name, by=signed_in().id)
    except _SAID_IN_FORM as refused:
        return _show_form(unit, typed, say(refused, language()), code=409)
    ring(CHECK_ROSTER, upload_id)
    return redirect(url_for("rosters.show", upload_id=upload_id))


@pages.get("/rosters/")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def sent() -> ResponseReturnValue:
    session = db.session()
    found = uploads(session, scope_of(session, signed_in().union_id), asked())
    mine = signed_in().role is Role.CONTACT and own_unit(session, signed_in().union_id)
    return render_template("rosters/sent.html", uploads=found, own=mine)


@pages.get("/rosters/<id:upload_id>")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def show(upload_id: int) -> ResponseReturnValue:
    seen = _upload(upload_id)
    return render_template(
        "rosters/show.html",
        upload=seen,
        report=seen.report,
        faults=seen.faults(asked()),
        today=today(),
        plainly=lambda reason: plainly(reason, language()),
        worded=lambda fault: word(fault.reason, language(), **fault.facts),
    )


@pages.post("/rosters/<id:upload_id>/enrol")
@serves(Role.OFFICER, Role.CONTACT)
def enrol(upload_id: int) -> ResponseReturnValue:
    seen = _upload(upload_id)
    with transaction() as session:
        confirm_upload(session, seen.id, by=signed_in().id)
    ring(ENROL_ROSTER, seen.id)
    return redirect(url_for("rosters.show", upload_id=seen.id))


@pages.post("/rosters/<id:upload_id>/discard")
@serves(Role.OFFICER, Role.CONTACT)
def discard(upload_id: int) -> ResponseReturnValue:
    seen = _upload(upload_id)
    with transaction() as session:
        discard_upload(session, seen.id, by=signed_in().id)
    return redirect(url_for("rosters.show", upload_id=seen.id))


@pages.get("/rosters/<id:upload_id>/<any(marked, refused):part>")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def copy(upload_id: int, part: str) -> ResponseReturnValue:
    """The file with the reasons beside its rows, whole or with the refused rows alone."""
    seen, session = _upload(upload_id), db.session()
    file_id = seen.marked_file_id if part == "marked" else seen.refused_file_id
    file = kept(session, file_id) if file_id else None
    if file is None:
        abort(404)
    stem = (seen.file_name or f"{seen.unit}-{seen.benefit_year}").rsplit(".", 1)[0]
    named = f"{stem}-{word(f'Copy_{part}', language())}.{file.name.rsplit('.', 1)[-1]}"
    return _download(b"".join(read(session, file)), named, file.media_type)


def _show_form(
    unit: UnitSeen, typed: RosterForm, trouble: str = "", code: int = 200
) -> ResponseReturnValue:
    return render_template("rosters/form.html", unit=unit, form=typed, trouble=trouble), code


def _unit(unit_id: int) -> UnitSeen:
    session = db.session()
    return unit_seen(session, unit_id, scope_of(session, signed_in().union_id)) or abort(404)


def _upload(upload_id: int) -> UploadSeen:
    session = db.session()
    return upload_seen(session, upload_id, scope_of(session, signed_in().union_id)) or abort(404)


def _download(content: bytes, named: str, media_type: str) -> ResponseReturnValue:
    return send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=named)
