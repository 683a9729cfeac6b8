"""What was asked for about units: the list, one of it, and a second officer's word."""

from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.accounts.models import Role
from app.db import db, transaction
from app.texts import say
from app.unions.models import Union
from app.unions.tree import reach_of_union
from app.units.appoint import contact_of, give_password
from app.units.asked import Kind, State
from app.units.decide import approve as approve_one
from app.units.decide import approve_file, content_of, waiting_of_file
from app.units.decide import refuse as refuse_one
from app.units.decide import withdraw as withdraw_one
from app.units.models import UnitRequest
from app.units.waiting import Requested, requests
from app.web.auth import signed_in
from app.web.languages import language
from app.web.paging import asked
from app.web.read.scope import scope_of
from app.web.read.unit import unit_seen
from app.web.roles import serves
from app.web.unit_compared import compared
from app.web.unit_forms import ReasonForm

pages = Blueprint("unit_requests", __name__, url_prefix="/office/requests")

KINDS: Final = {
    Kind.REGISTER: lazy_gettext("Register a unit"),
    Kind.CHANGE: lazy_gettext("Change the unit's particulars"),
    Kind.CONTACT: lazy_gettext("Name the unit's contact"),
    Kind.MERGE: lazy_gettext("Merge the unit into another"),
    Kind.SPLIT: lazy_gettext("Move people to another unit"),
}
STATES: Final = {
    State.WAITING: lazy_gettext("Waits for an officer"),
    State.APPROVED: lazy_gettext("Request approved"),
    State.REFUSED: lazy_gettext("Request refused"),
    State.WITHDRAWN: lazy_gettext("Request taken back"),
}
_LOOKS: Final = {"waiting": "waits", "approved": "good", "refused": "trouble", "withdrawn": "quiet"}
_WORDED: Final = {"kinds": KINDS, "states": STATES, "looks": _LOOKS}


@pages.get("/")
@serves(Role.OFFICER, Role.OPERATOR)
def waiting() -> ResponseReturnValue:
    here = asked()
    every = request.args.get("all") == "1"
    found = requests(
        db.session(),
        _reach(),
        state=None if every else State.WAITING,
        before=here.after,
        size=here.size + 1,
    )
    following = found[here.size - 1].id if len(found) > here.size else None
    files = {x.file_sha256 for x in found if x.file_sha256 and x.state == State.WAITING}
    return render_template(
        "unit_requests/list.html",
        requests=found[: here.size],
        following=following,
        every=every,
        files={each: len(waiting_of_file(db.session(), each, _reach())) for each in sorted(files)},
        **_WORDED,
    )


@pages.get("/<id:request_id>")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def show(request_id: int) -> ResponseReturnValue:
    return _show(_request(request_id), ReasonForm())


@pages.post("/<id:request_id>/approve")
@serves(Role.OFFICER)
def approve(request_id: int) -> ResponseReturnValue:
    seen = _request(request_id)
    with transaction() as session:
        done = approve_one(session, seen.id, by=signed_in().id)
    flash(gettext("The request is approved."), "good")
    if done.contact:  # the password is shown this once, so there is no other page to go to
        return render_template(
            "unit_requests/contact.html", unit_id=done.unit_id, given=done.contact
        )
    return redirect(url_for("units.show", unit_id=done.unit_id))


@pages.post("/file/<file_sha256>/approve")
@serves(Role.OFFICER)
def approve_all(file_sha256: str) -> ResponseReturnValue:
    with transaction() as session:
        done, left = approve_file(session, file_sha256, by=signed_in().id)
    told = [(x.name, say(x.why, language())) for x in left]
    return render_template("unit_requests/approved.html", done=len(done), left=told)


@pages.post("/<id:request_id>/refuse")
@serves(Role.OFFICER)
def refuse(request_id: int) -> ResponseReturnValue:
    seen, form = _request(request_id), ReasonForm()
    if not form.validate_on_submit():
        return _show(seen, form, 400)
    with transaction() as session:
        refuse_one(session, seen.id, reason=form.reason.data, by=signed_in().id)
    return redirect(url_for("unit_requests.show", request_id=seen.id))


@pages.post("/<id:request_id>/withdraw")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def withdraw(request_id: int) -> ResponseReturnValue:
    seen = _request(request_id)
    with transaction() as session:
        withdraw_one(session, seen.id, by=signed_in().id)
    return redirect(url_for("unit_requests.show", request_id=seen.id))


@pages.post("/contact/<id:unit_id>/password")
@serves(Role.OFFICER)
def password(unit_id: int) -> ResponseReturnValue:
    session = db.session()
    unit_seen(session, unit_id, scope_of(session, signed_in().union_id)) or abort(404)
    with transaction() as written:
        given = give_password(written, unit_id, by=signed_in().id)
    return render_template("unit_requests/contact.html", unit_id=unit_id, given=given)


def _reach() -> list[int] | None:
    return reach_of_union(db.session(), signed_in().union_id)


def _request(request_id: int) -> Requested:
    """One within reach; to a unit's contact those that this contact has sent."""
    found = requests(db.session(), _reach(), request_id=request_id)
    if not found or (signed_in().role is Role.CONTACT and found[0].filed_by != signed_in().id):
        abort(404)
    return found[0]


def _show(seen: Requested, form: ReasonForm, code: int = 200) -> ResponseReturnValue:
    session = db.session()
    content: Any = content_of(session.get_one(UnitRequest, seen.id))
    district = getattr(content, "union_id", None)
    names_another = seen.kind == Kind.CONTACT and seen.state == State.WAITING
    return render_template(
        "unit_requests/show.html",
        request_seen=seen,
        content=content,
        district=session.get_one(Union, district).name if district else None,
        replaced=contact_of(session, seen.unit_id) if names_another and seen.unit_id else None,
        compared=compared(session, seen, content),
        form=form,
        own=seen.filed_by == signed_in().id,
        **_WORDED,
    ), code
