"""What a unit's personnel system may do: rosters, joiners and leavers, what is due, the notice.

A roster is sent, read by the workers, looked at and confirmed, as on the pages. Joiners and leavers
are handed in, and an officer confirms them: that takes two people.
"""

from typing import Any, Final

from flask import Response, abort, g
from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from app.accounts.scopes import Scope
from app.api.door import asks, bearer, sent_blocks, takes
from app.api.given import Routes
from app.api.problems import asked_language, fault_said
from app.api.shapes import Day, KeyGiven, Paging
from app.api.unit_shapes import (
    HandedInSaid,
    RosterSaid,
    RostersSaid,
    UnitSaid,
)
from app.banking.papers import notice_of
from app.clock import today
from app.cover.place import first_day
from app.db import db, transaction
from app.enrolment.hand_in import faults_of, hand_in
from app.enrolment.upload import Wish, confirm_upload, discard_upload, take_upload
from app.errors import RowFault
from app.files.names import plain_name
from app.jobs import CHECK_ROSTER, ENROL_ROSTER
from app.papers.notice import notice_paper
from app.schemes.publish import published_schemes
from app.web.bells import ring
from app.web.paging import Asked
from app.web.read.change_lists import HandedIn, list_seen
from app.web.read.scope import Scope as Reached
from app.web.read.scope import scope_of
from app.web.read.unit import UnitSeen, unit_of_union, unit_seen, years_of
from app.web.read.uploads import UploadSeen, upload_seen, uploads

MOST_BYTES: Final = 20_500_000
KINDS: Final = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
)
FILE: Final = {
    "required": True,
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS},
}
_SHOWN: Final = 1_000

routes = Routes("unit", __name__, url_prefix="/api/v1/unit")


class RosterGiven(Schema):
    """Which year a roster is for and from when; without a start it is the year's first day.

    Whoever sends is a unit's contact, who confirms today: the day may be left out.
    """

    year = fields.Integer(required=True, validate=Range(2000, 2100))
    starts_on = Day(load_default=None)
    confirmed_on = Day(load_default=None)
    name = fields.String(load_default="", validate=Length(max=200))


class ChangesGiven(Schema):
    """From when joiners' cover is asked for; without a day, from today."""

    starts_on = Day(load_default=None)
    name = fields.String(load_default="", validate=Length(max=200))


@routes.get("")
@asks(Scope.UNIT_READ)
@routes.response(200, UnitSaid)
def show() -> Any:
    unit = own_unit()
    return {"unit": unit, "years": years_of(db.session(), unit.id)}


@routes.get("/<int(min=2000, max=2100):year>/notice.pdf")
@asks(Scope.UNIT_READ)
@routes.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def notice(year: int) -> Response:
    unit, by = own_unit(), bearer().account_id
    made = notice_of(db.session(), unit.id, year, made_on=today(), by=by)
    return Response(notice_paper(made), mimetype="application/pdf")


@routes.post("/rosters")
@asks(Scope.ROSTER_WRITE)
@takes(MOST_BYTES)
@routes.arguments(KeyGiven, location="headers")
@routes.arguments(RosterGiven, location="query")
@routes.doc(requestBody=FILE)
@routes.response(202, RosterSaid)
def send(header: dict[str, str], given: dict[str, Any]) -> Any:
    unit, content = own_unit(), b"".join(sent_blocks(KINDS))
    with transaction() as session:
        starts_on = given["starts_on"] or first_day(published_schemes(session), given["year"])
        days = (given["year"], starts_on, given["confirmed_on"] or today())
        wish = Wish(unit.id, *days, header["key"], asked_language())
        name, by = plain_name(given["name"]), bearer().account_id
        upload_id = take_upload(session, wish, content, name=name, by=by)
    ring(CHECK_ROSTER, upload_id)
    return roster_said(own_upload(upload_id))


@routes.get("/rosters")
@asks(Scope.UNIT_READ)
@routes.arguments(Paging, location="query")
@routes.response(200, RostersSaid)
def sent(page: dict[str, Any]) -> Any:
    unit = own_unit()
    found = uploads(db.session(), reached(), Asked(**page), unit.id)
    return {"rosters": found.rows, "following": found.following}


@routes.get("/rosters/<id:upload_id>")
@asks(Scope.UNIT_READ)
@routes.response(200, RosterSaid)
def roster(upload_id: int) -> Any:
    return roster_said(own_upload(upload_id))


@routes.post("/rosters/<id:upload_id>/confirm")
@asks(Scope.ROSTER_WRITE)
@routes.response(202, RosterSaid)
def confirm(upload_id: int) -> Any:
    seen = own_upload(upload_id)
    with transaction() as session:
        confirm_upload(session, seen.id, by=bearer().account_id)
    ring(ENROL_ROSTER, seen.id)
    return roster_said(own_upload(upload_id))


@routes.post("/rosters/<id:upload_id>/discard")
@asks(Scope.ROSTER_WRITE)
@routes.response(200, RosterSaid)
def discard(upload_id: int) -> Any:
    seen = own_upload(upload_id)
    with transaction() as session:
        discard_upload(session, seen.id, by=bearer().account_id)
    return roster_said(own_upload(upload_id))


@routes.post("/changes")
@asks(Scope.ROSTER_WRITE)
@takes(MOST_BYTES)
@routes.arguments(KeyGiven, location="headers")
@routes.arguments(ChangesGiven, location="query")
@routes.doc(requestBody=FILE)
@routes.response(202, HandedInSaid)
def change(header: dict[str, str], given: dict[str, Any]) -> Any:
    unit, content = own_unit(), b"".join(sent_blocks(KINDS))
    with transaction() as session:
        list_id = hand_in(
            session,
            unit.id,
            content,
            name=plain_name(given["name"]),
            starts_on=given["starts_on"] or today(),
            request_key=header["key"],
            by=bearer().account_id,
        )
    return _handed_in(list_id)


@routes.get("/changes/<id:list_id>")
@asks(Scope.UNIT_READ)
@routes.response(200, HandedInSaid)
def changes(list_id: int) -> Any:
    return _handed_in(list_id)


def reached() -> Reached:
    """What the account sees for which this request acts."""
    if "reached" not in g:
        g.reached = scope_of(db.session(), bearer().union_id)
    found: Reached = g.reached
    return found


def own_unit() -> UnitSeen:
    """The unit whose contact made the token."""
    session = db.session()
    unit_id = unit_of_union(session, bearer().union_id) or abort(404)
    return unit_seen(session, unit_id, reached()) or abort(404)


def own_upload(upload_id: int) -> UploadSeen:
    """A roster file of the unit's."""
    return upload_seen(db.session(), upload_id, reached()) or abort(404)


def roster_said(seen: UploadSeen) -> dict[str, Any]:
    """A roster file, and what was found in it once it was read."""
    found = seen.report
    named = {x: getattr(seen, x) for x in ("id", "state", "benefit_year", "starts_on")}
    told = {**named, "confirmed_on": seen.confirmed_on, "done": seen.done, "total": seen.total}
    if found is None:
        return {**told, "found": None, "fault": None, "faults": []}
    whole = found.file_fault
    faults = [RowFault(x.line, x.field, x.reason, x.facts) for x in found.faults[:_SHOWN]]
    return {
        **told,
        "found": None if whole else found,
        "fault": _row(RowFault(0, "", whole.reason, whole.facts)) if whole else None,
        "faults": [_row(each) for each in faults],
    }


def _row(fault: RowFault) -> dict[str, Any]:
    return {"line": fault.line, **fault_said(fault)}


def _handed_in(list_id: int) -> dict[str, Any]:
    seen: HandedIn = list_seen(db.session(), list_id, reached()) or abort(404)
    names = ("id", "state", "starts_on", "joiners", "leavers", "refused", "reason")
    faults = faults_of(seen.faults, seen.id) if seen.faults else []
    told = {name: getattr(seen, name) for name in names}
    return {**told, "handed_in_at": seen.at, "faults": [_row(each) for each in faults]}
