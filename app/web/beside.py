"""What the audit administrator keeps beside checkpoints and bundles: SM2, time-stamps, by file.

Signed is where the keys are, stamped by whom the city trusts; here it is checked before it is kept,
shown with its state, and given to whoever takes the bundle. No private key comes here.
"""

import io
import zipfile

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask import send_file as send_bytes
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.audit.beside import beside_order
from app.audit.keep_stamp import digest_file, keep_stamp, name_of
from app.audit.models import BundleOrder
from app.audit.sm2 import keep_sm2
from app.db import db, transaction
from app.errors import Refusal
from app.ordered import READY
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.read.countersigned import bundles_seen
from app.web.read.sealed import sealed_seen
from app.web.roles import serves

_MOST = 32 * 1024
"""Bytes of a stamp, a signature, or a file of certificates."""

pages = Blueprint("beside", __name__, url_prefix="/seals/beside")


@pages.get("/")
@serves(Role.AUDIT_ADMIN)
def show() -> ResponseReturnValue:
    return _page()


@pages.post("/sm2")
@serves(Role.AUDIT_ADMIN)
def sm2() -> ResponseReturnValue:
    try:
        with transaction() as session:
            size = keep_sm2(session, _sent("public"), _sent("file"), by=signed_in().id).note.size
    except Refusal as refused:
        return _page(say(refused, language())), 409
    return _done(
        gettext("The SM2 signature of the checkpoint of %(size)s leaves is kept.", size=size)
    )


@pages.post("/<id:order_id>")
@serves(Role.AUDIT_ADMIN)
def stamp(order_id: int) -> ResponseReturnValue:
    _ready(order_id)
    try:
        with transaction() as session:
            who = signed_in().id
            said = keep_stamp(session, order_id, _sent("file"), _sent("roots"), by=who)
    except Refusal as refused:
        return _page(say(refused, language())), 409
    return _done(gettext("The time-stamp of %(by)s is kept.", by=said.by))


@pages.get("/<id:order_id>/digest")
@serves(Role.AUDIT_ADMIN)
def digest(order_id: int) -> Response:
    """What is stamped."""
    order = _ready(order_id)
    name = f"{name_of(order)}.sha256"
    content = digest_file(order.sha256 or "", name_of(order))
    return send_bytes(io.BytesIO(content), "text/plain", as_attachment=True, download_name=name)


@pages.get("/<id:order_id>/files")
@serves(Role.AUDIT_ADMIN)
def files(order_id: int) -> Response:
    return packed(_ready(order_id))


def packed(order: BundleOrder) -> Response:
    """All that lies beside a bundle, in one zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        for name, each in beside_order(db.session(), order):
            zipped.writestr(name, each)
    content.seek(0)
    name = f"{name_of(order)[:-4]}-beside.zip"
    return send_bytes(content, "application/zip", as_attachment=True, download_name=name)


def _ready(order_id: int) -> BundleOrder:
    order = db.session().get(BundleOrder, order_id)
    return order if order and order.state == READY else abort(404)


def _page(trouble: str = "") -> str:
    session = db.session()
    return render_template(
        "seals/beside.html",
        sealed=sealed_seen(session),
        bundles=bundles_seen(session),
        trouble=trouble,
    )


def _sent(name: str) -> bytes:
    file = request.files.get(name)
    return file.stream.read(_MOST) if file else b""


def _done(said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(url_for("beside.show"))
