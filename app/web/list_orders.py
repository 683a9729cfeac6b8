"""A long list on its way to a workbook: its progress, and the file for who asked for it."""

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.db import db
from app.files.keep import Kept, kept
from app.lists.listings import EVERY
from app.lists.models import ListFile
from app.lists.order import TOO_LONG, scope_asked
from app.ordered import MAKING
from app.texts import listed as texts
from app.web.auth import signed_in
from app.web.listed import At
from app.web.ranged import send
from app.web.roles import serves

pages = Blueprint("list_orders", __name__, url_prefix="/office/list-files")


@pages.get("/<id:made_id>")
@serves(Role.OFFICER, Role.OPERATOR)
def show(made_id: int) -> ResponseReturnValue:
    order = _own(made_id)
    return render_template(
        "lists/file.html",
        order=order,
        file=_file(order),
        going=order.state == MAKING,
        too_long=order.trouble == TOO_LONG,
        name=texts.NAMES[order.listing],
        back=At(EVERY[order.listing], order.part).page(**order.filters),
    )


@pages.get("/<id:made_id>/file")
@serves(Role.OFFICER, Role.OPERATOR)
def file(made_id: int) -> Response:
    return send(_file(_own(made_id)) or abort(404))


def _own(made_id: int) -> ListFile:
    """An order of the account's own, whose list it may still see."""
    session = db.session()
    order = session.get(ListFile, made_id)
    if order is None or order.asked_by != signed_in().id or scope_asked(session, order) is None:
        abort(404)
    return order


def _file(order: ListFile) -> Kept | None:
    return kept(db.session(), order.file_id) if order.file_id else None
