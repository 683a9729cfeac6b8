"""An auditor asks for a year's bundle, watches it being made, and fetches it.

A bundle holds the whole fund, so it is for auditors of the top of the tree of unions only.
"""

from typing import NoReturn

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.audit.auditor_key import auditor_key
from app.audit.make import NothingBookedInYear, NothingInYear
from app.audit.models import BundleOrder
from app.audit.pack import BundleTooLarge
from app.audit.proof import SealBroken
from app.db import db
from app.files.keep import kept
from app.jobs import MAKE_BUNDLE
from app.texts import say
from app.web.audit_acts import order_a_bundle
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.beside import packed
from app.web.languages import language
from app.web.missing import missing
from app.web.ranged import send
from app.web.read.editions import editions_of
from app.web.read.orders import OrderSeen, order_seen
from app.web.read.scope import scope_of
from app.web.roles import serves

pages = Blueprint("bundles", __name__)


@pages.post("/<int(max=9999):year>/bundles")
@serves(Role.AUDITOR)
def ask(year: int) -> ResponseReturnValue:
    """Of this year; of this and those up to another; or of the calendar year."""
    _for_the_whole_fund()
    last_year = request.form.get("last_year", type=int) or year
    order_id = order_a_bundle(year, last_year, booked=request.form.get("booked") == "1")
    ring(MAKE_BUNDLE, order_id)
    return redirect(url_for("audit.bundles.show", order_id=order_id))


@pages.get("/bundles/<id:order_id>")
@serves(Role.AUDITOR)
def show(order_id: int) -> ResponseReturnValue:
    order, who = _order(order_id), signed_in().id
    session = db.session()
    return render_template(
        "audit/bundle.html",
        order=order,
        why=_why(order),
        key=auditor_key(session, who),
        editions=editions_of(session, order_id),
        me=who,
    )


@pages.get("/bundles/<id:order_id>/file")
@serves(Role.AUDITOR)
def file(order_id: int) -> Response:
    order = _order(order_id)
    found = kept(db.session(), order.file_id) if order.file_id else None
    return send(found or _no_file())


@pages.get("/bundles/<id:order_id>/beside")
@serves(Role.AUDITOR)
def beside(order_id: int) -> Response:
    """Digest, time-stamp, and what others signed."""
    if not _order(order_id).ready:
        _no_file()
    return packed(db.session().get_one(BundleOrder, order_id))


def _for_the_whole_fund() -> None:
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(403)


def _order(order_id: int) -> OrderSeen:
    _for_the_whole_fund()
    return order_seen(db.session(), order_id) or missing(
        gettext("No bundle %(number)s was asked for. Ask on the page of its year.", number=order_id)
    )


def _no_file() -> NoReturn:
    missing(gettext("This bundle has no file: it is not made yet, or broke off. Its page says so."))


def _why(order: OrderSeen) -> str | None:
    """Why it failed, in words."""
    if order.trouble is None:
        return None
    known = (NothingInYear, NothingBookedInYear, BundleTooLarge, SealBroken)
    if refused := {x.__name__: x for x in known}.get(order.trouble):
        return say(refused(year=order.year), language())
    return str(
        gettext("Its making broke off (%(kind)s); the server's log says why.", kind=order.trouble)
    )
