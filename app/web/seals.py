"""The audit administrator's proof: what is sealed, signed by the own key, and seen by witnesses.

The private key never comes here: what is to be signed is fetched, signed where the key is with
openssl and nothing else, and the signature is sent back. Only the demonstration, which has a key of
its own, signs with one click.
"""

import io
import re
from typing import Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask import send_file as send_bytes
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.audit.checkpoint import keep_signed, keep_witness, register_key, to_sign
from app.audit.erase import erasures
from app.audit.erasure_models import Retention
from app.audit.log import checkpoints, witnessed
from app.audit.seal import promise_seal
from app.db import db, transaction
from app.demo.checkpoint import demo_signs, sign_demo
from app.errors import Refusal
from app.evidence.note import fingerprint, read_public
from app.jobs import SEAL
from app.texts import say
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.missing import missing
from app.web.paging import Page, asked
from app.web.read.countersigned import countersigned
from app.web.read.sealed import sealed_seen
from app.web.roles import serves

_MOST: Final = 16 * 1024
"""Bytes of a key, a signature or a checkpoint."""
_NAME: Final = re.compile(r"[A-Za-z0-9./-]{1,40}")

KINDS: Final = {
    "voucher": lazy_gettext("Vouchers and what they rest on"),
    "report": lazy_gettext("Yearly reports"),
    "statement": lazy_gettext("Bank statements"),
}
SCOPES: Final = {
    "reached_by": lazy_gettext("Phone and correspondence"),
    "person": lazy_gettext("Everything personal"),
    "statements": lazy_gettext("Names in bank statements"),
}
WHYS: Final = {
    "kept_long_enough": lazy_gettext("Kept long enough"),
    "person_asks": lazy_gettext("The person asks"),
    "no_reason_to_keep": lazy_gettext("No reason to keep it"),
}

pages = Blueprint("seals", __name__, url_prefix="/seals")


@pages.get("/")
@serves(Role.AUDIT_ADMIN)
def show() -> ResponseReturnValue:
    return _page()


@pages.post("/")
@serves(Role.AUDIT_ADMIN)
def seal_now() -> ResponseReturnValue:
    with transaction() as session:
        promise_seal(session)
    ring(SEAL, 0)
    return redirect(url_for("seals.show"))


@pages.get("/unsigned")
@serves(Role.AUDIT_ADMIN)
def unsigned() -> ResponseReturnValue:
    try:
        note = to_sign(db.session())
    except Refusal as refused:  # the page offers it where there is something
        missing(say(refused, language()))
    return _file(note.body, f"checkpoint-{note.size}.txt")


@pages.post("/signed")
@serves(Role.AUDIT_ADMIN)
def sign() -> ResponseReturnValue:
    by_demo, content = "demo" in request.form, _sent()
    try:
        with transaction() as session:
            if by_demo:
                _demo_or_404(session)
                note = sign_demo(session, by=signed_in().id)
            else:
                note = keep_signed(session, content, by=signed_in().id)
    except Refusal as refused:
        return _page(say(refused, language())), 409
    said = ngettext(
        "The checkpoint of %(num)s leaf is signed.",
        "The checkpoint of %(num)s leaves is signed.",
        note.size,
    )
    return _done(said)


@pages.post("/witnesses")
@serves(Role.AUDIT_ADMIN)
def witness() -> ResponseReturnValue:
    try:
        with transaction() as session:
            text, key = _sent().decode("utf-8", "replace"), _sent("public")
            public = read_public(key) if key else None
            _, fresh = keep_witness(session, text, by=signed_in().id, public=public)
    except Refusal as refused:
        return _page(say(refused, language())), 409
    return _done(gettext("New signatures kept: %(count)s.", count=fresh))


@pages.post("/keys")
@serves(Role.AUDIT_ADMIN)
def register() -> ResponseReturnValue:
    name = request.form.get("name", "").strip()
    if not _NAME.fullmatch(name):
        trouble = gettext("Name the key with letters, digits, dots, strokes; without spaces.")
        return _page(trouble), 400
    try:
        public = read_public(_sent())
        with transaction() as session:
            register_key(session, name, public, by=signed_in().id)
    except Refusal as refused:
        return _page(say(refused, language())), 409
    told = fingerprint(public)
    return _done(gettext("The key is registered, fingerprint %(fingerprint)s.", fingerprint=told))


@pages.get("/checkpoints/<id:checkpoint_id>")
@serves(Role.AUDIT_ADMIN)
def checkpoint(checkpoint_id: int) -> Response:
    session = db.session()
    found = next((x for x in checkpoints(session) if x.id == checkpoint_id), None) or missing(
        gettext("There is no such checkpoint. The page “Proof” lists those that are signed.")
    )
    return _file(witnessed(session, found).text, f"checkpoint-{found.note.size}-signed.txt")


@pages.get("/erasures")
@serves(Role.AUDIT_ADMIN)
def erased() -> ResponseReturnValue:
    here = asked()
    found = erasures(db.session(), before=here.after, most=here.size + 1)
    following = found[here.size - 1].id if len(found) > here.size else None
    kept = db.session().scalars(select(Retention).order_by(Retention.kind)).all()
    return render_template(
        "seals/erasures.html",
        log=Page(found[: here.size], following),
        kept=kept,
        kinds=KINDS,
        scopes=SCOPES,
        whys=WHYS,
    )


def _page(trouble: str = "") -> str:
    session = db.session()
    sealed = sealed_seen(session)
    return render_template(
        "seals/show.html",
        sealed=sealed,
        others=countersigned(session, [each.id for each in sealed.checkpoints]),
        demo=demo_signs(session),
        trouble=trouble,
    )


def _sent(name: str = "file") -> bytes:
    """The file that was sent; nothing where none was."""
    file = request.files.get(name)
    return file.stream.read(_MOST) if file else b""


def _demo_or_404(session: Session) -> None:
    if not demo_signs(session):
        abort(404)


def _file(content: str, name: str) -> Response:
    return send_bytes(
        io.BytesIO(content.encode()), "text/plain", as_attachment=True, download_name=name
    )


def _done(said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(url_for("seals.show"))
