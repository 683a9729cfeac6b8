"""Heirs of members who died: named by one officer of the city federation, approved by another."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.db import db, transaction
from app.payments.heirs import HeirUnfit, approve_heir, drop_heir, propose_heir
from app.texts import say
from app.texts.plainly import plainly
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read import heirs as read
from app.web.read.scope import scope_of
from app.web.roles import serves

pages = Blueprint("heirs", __name__, url_prefix="/office/payments/heirs")

FIELDS = ("name", "certno", "relation", "account", "papers")


def _federation() -> None:
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(404)


@pages.get("/")
@serves(Role.OFFICER, Role.OPERATOR)
def index() -> ResponseReturnValue:
    _federation()
    return render_template("payments/heirs.html", people=read.deceased(db.session()))


@pages.get("/<id:member_id>")
@serves(Role.OFFICER, Role.OPERATOR)
def show(member_id: int) -> ResponseReturnValue:
    _federation()
    return _show(member_id, {})


@pages.post("/<id:member_id>/propose")
@serves(Role.OFFICER, Role.OPERATOR)
def propose(member_id: int) -> ResponseReturnValue:
    _federation()
    typed = {field: request.form.get(field, "").strip() for field in FIELDS}
    try:
        with transaction() as session:
            propose_heir(session, member_id, by=signed_in().id, **typed)
    except HeirUnfit as unfit:
        facts = unfit.facts | {"why": plainly(str(unfit.facts["why"]), language())}
        return _show(member_id, typed, say(HeirUnfit(**facts), language()), code=400)
    flash(gettext("Noted. Another officer of the city federation must agree."))
    return redirect(url_for("heirs.show", member_id=member_id))


@pages.post("/<id:member_id>/agree")
@serves(Role.OFFICER)
def agree(member_id: int) -> ResponseReturnValue:
    _federation()
    with transaction() as session:
        heir_id = request.form.get("heir_id", 0, type=int)
        approve_heir(session, member_id, by=signed_in().id, heir_id=heir_id)
    flash(gettext("The heir is paid with the next batch."))
    return redirect(url_for("heirs.show", member_id=member_id))


@pages.post("/<id:member_id>/drop")
@serves(Role.OFFICER)
def drop(member_id: int) -> ResponseReturnValue:
    _federation()
    with transaction() as session:
        drop_heir(session, member_id, by=signed_in().id)
    return redirect(url_for("heirs.show", member_id=member_id))


def _show(
    member_id: int, typed: dict[str, str], trouble: str = "", code: int = 200
) -> ResponseReturnValue:
    seen = read.deceased_member(db.session(), member_id) or abort(404)
    page = render_template(
        "payments/heir.html", who=seen, typed=typed, trouble=trouble, me=signed_in().id
    )
    return page, code
