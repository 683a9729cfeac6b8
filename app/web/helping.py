"""For whom one acts: chosen here; offers taken up; helping ended by the helper."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.check import count_request
from app.accounts.models import Role
from app.db import db, transaction
from app.errors import Refusal
from app.helping.accept import accept_code, accept_named, decline, end
from app.helping.standing import helped_by, helped_name, offered_to
from app.texts import say
from app.web.acting import act_for
from app.web.auth import signed_in
from app.web.languages import language
from app.web.paging import number_sent
from app.web.roles import serves

pages = Blueprint("helping", __name__, url_prefix="/my/for")


@pages.get("/", strict_slashes=False)
@serves(Role.MEMBER, Role.HELPER)
def choose() -> ResponseReturnValue:
    return _show()


@pages.post("/", strict_slashes=False)
@serves(Role.MEMBER, Role.HELPER)
def act() -> ResponseReturnValue:
    member_id = number_sent("member")
    if helped_name(db.session(), signed_in().id, member_id) is None:
        abort(404)
    act_for(member_id)
    return redirect(url_for("cover.mine"))


@pages.post("/own")
@serves(Role.MEMBER, Role.HELPER)
def own() -> ResponseReturnValue:
    act_for(None)
    return redirect(url_for("home.start"))


@pages.post("/code")
@serves(Role.MEMBER, Role.HELPER)
def code() -> ResponseReturnValue:
    """The code a member has given. Tries are counted and the count kept, whatever comes of it."""
    with transaction() as session:
        late = count_request(session, "help", request.remote_addr or "")
    if late:
        return _show(late, 429)
    try:
        with transaction() as session:
            accept_code(session, request.form.get("code", ""), by=signed_in().id)
    except Refusal as refused:
        return _show(refused, 409)
    flash(gettext("You can act for this member now."))
    return redirect(url_for("helping.choose"))


@pages.post("/offers/<id:invite_id>")
@serves(Role.MEMBER, Role.HELPER)
def answer(invite_id: int) -> ResponseReturnValue:
    with transaction() as session:
        if request.form.get("says") == "yes":
            accept_named(session, invite_id, by=signed_in().id)
        else:
            decline(session, invite_id, by=signed_in().id)
    return redirect(url_for("helping.choose"))


@pages.post("/<id:consent_id>/end")
@serves(Role.MEMBER, Role.HELPER)
def stop(consent_id: int) -> ResponseReturnValue:
    with transaction() as session:
        end(session, consent_id, by=signed_in().id)
    flash(gettext("You do not help this member any more."))
    return redirect(url_for("helping.choose"))


def _show(refused: Refusal | None = None, status: int = 200) -> ResponseReturnValue:
    session, me = db.session(), signed_in()
    page = render_template(
        "helping/choose.html",
        helped=helped_by(session, me.id),
        offers=offered_to(session, me.id),
        trouble=say(refused, language()) if refused else "",
        own=me.member_id is not None,
    )
    return page, status
