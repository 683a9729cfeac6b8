"""A member's helpers: who may act for me, since when, until when; asked and ended here."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.db import db, transaction
from app.errors import Refusal
from app.helping.accept import end
from app.helping.invite import invite_by_code, invite_named, withdraw_invite
from app.helping.policy import policy
from app.helping.standing import helpers_of, invited_by
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.roles import serves

pages = Blueprint("helpers", __name__, url_prefix="/my/helpers")


@pages.get("/", strict_slashes=False)
@serves(Role.MEMBER)
def mine() -> ResponseReturnValue:
    return _show()


@pages.post("/code")
@serves(Role.MEMBER)
def code() -> ResponseReturnValue:
    """The code is on the answer itself: it is kept nowhere, in no address and in no cookie."""
    try:
        with transaction() as session:
            made = invite_by_code(session, until=until(), by=signed_in().id)
    except Refusal as refused:
        return _show(refused, 409)
    return _show(made=made)


@pages.post("/named")
@serves(Role.MEMBER)
def named() -> ResponseReturnValue:
    try:
        with transaction() as session:
            typed = request.form.get("certno", "")
            invite_named(session, typed, until=until(), by=signed_in().id)
    except Refusal as refused:
        return _show(refused, 409)
    flash(gettext("Noted. Who has this ID number finds it under “For whom” after signing in."))
    return redirect(url_for("helpers.mine"))


@pages.post("/invitations/<id:invite_id>/withdraw")
@serves(Role.MEMBER)
def withdraw(invite_id: int) -> ResponseReturnValue:
    with transaction() as session:
        withdraw_invite(session, invite_id, by=signed_in().id)
    return redirect(url_for("helpers.mine"))


@pages.post("/<id:consent_id>/end")
@serves(Role.MEMBER)
def stop(consent_id: int) -> ResponseReturnValue:
    with transaction() as session:
        end(session, consent_id, by=signed_in().id)
    flash(gettext("Ended. It holds from now on."))
    return redirect(url_for("helpers.mine"))


def until() -> date | None:
    """The last day that was typed; none where the field was left empty."""
    typed = request.form.get("until", "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        abort(400)


def _show(refused: Refusal | None = None, status: int = 200, made: str = "") -> ResponseReturnValue:
    session, member = db.session(), signed_in().member_id or 0
    page = render_template(
        "helping/mine.html",
        helpers=helpers_of(session, member),
        invited=invited_by(session, member),
        trouble=say(refused, language()) if refused else "",
        made=made,
        hours=policy().code_hours,
    )
    return page, status
