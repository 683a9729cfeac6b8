"""An auditor's own key, and identified editions encrypted to it; the right is given elsewhere."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.audit.auditor_key import auditor_key
from app.db import db
from app.errors import Refusal
from app.files.keep import kept
from app.jobs import IDENTIFY
from app.texts import say
from app.web.audit_acts import give_own_key, order_an_edition
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.missing import missing
from app.web.ranged import send
from app.web.read.editions import edition_file
from app.web.read.scope import scope_of
from app.web.roles import serves

_LONGEST = 200

pages = Blueprint("identified", __name__, url_prefix="/audit/identified")


@pages.before_request
def _of_the_whole_fund() -> None:
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(403)


@pages.get("/key")
@serves(Role.AUDITOR)
def key() -> ResponseReturnValue:
    return _key_page()


@pages.post("/key")
@serves(Role.AUDITOR)
def give_key() -> ResponseReturnValue:
    try:
        give_own_key(request.form.get("recipient", "")[:_LONGEST])
    except Refusal as refused:
        return _key_page(say(refused, language())), 400
    flash(gettext("Your key is kept. Now the security administrator gives it the right."), "good")
    return redirect(url_for("identified.key"))


@pages.post("/bundles/<id:order_id>")
@serves(Role.AUDITOR)
def ask(order_id: int) -> ResponseReturnValue:
    try:
        edition_id = order_an_edition(order_id, request.form.get("purpose", ""))
    except Refusal as refused:
        flash(say(refused, language()), "trouble")
    else:
        ring(IDENTIFY, edition_id)
    return redirect(url_for("audit.bundles.show", order_id=order_id) + "#identified")


@pages.get("/<id:edition_id>/file")
@serves(Role.AUDITOR)
def file(edition_id: int) -> Response:
    session = db.session()
    file_id = edition_file(session, edition_id, by=signed_in().id)
    found = kept(session, file_id) if file_id else None
    return send(
        found
        or missing(
            gettext("This edition is not there or not yours. The bundle's page lists yours.")
        )
    )


def _key_page(trouble: str = "") -> str:
    mine = auditor_key(db.session(), signed_in().id)
    return render_template("audit/key.html", key=mine, trouble=trouble)
