"""Papers an officer prints: notices, receipts, a batch's sheet; a year's notices as one zip."""

from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Role
from app.banking.notice_order import notices_name, order_notices
from app.banking.papers import notice_of, receipt_of
from app.clock import today
from app.db import db, transaction
from app.files.keep import kept
from app.jobs import MAKE_NOTICES
from app.papers.batch_sheet import batch_paper
from app.papers.notice import notice_paper
from app.papers.receipt import receipt_paper
from app.payments.batch import NoSuchBatch
from app.payments.sheet import sheet_of
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.ranged import send
from app.web.read.papers import NoticesSeen, notices_seen, receipt_in, subsidy_in
from app.web.read.scope import scope_of
from app.web.read.unit import unit_seen
from app.web.roles import serves

pages = Blueprint("papers", __name__, url_prefix="/office/papers")

_PDF: Final = "application/pdf"


@pages.get("/unit/<id:unit_id>/<int(max=9999):year>/notice.pdf")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def notice(unit_id: int, year: int) -> Response:
    session = db.session()
    scope = scope_of(session, signed_in().union_id)
    seen = unit_seen(session, unit_id, scope) or abort(404)
    made = notice_of(session, unit_id, year, made_on=today(), by=signed_in().id)
    return _pdf(notice_paper(made), f"notice-{seen.uscc}-{year}.pdf")


@pages.get("/receipt/<id:receipt_id>.pdf")
@serves(Role.OFFICER, Role.OPERATOR, Role.CONTACT)
def receipt(receipt_id: int) -> Response:
    session = db.session()
    receipt_in(session, receipt_id, scope_of(session, signed_in().union_id)) or abort(404)
    made = receipt_of(session, receipt_id, made_on=today(), by=signed_in().id)
    return _pdf(receipt_paper(made), f"receipt-{made.number}.pdf")


@pages.get("/subsidy/<id:subsidy_id>.pdf")
@serves(Role.OFFICER, Role.OPERATOR)
def subsidy(subsidy_id: int) -> Response:
    session = db.session()
    subsidy_in(session, subsidy_id, scope_of(session, signed_in().union_id)) or abort(404)
    made = receipt_of(session, subsidy_id, made_on=today(), by=signed_in().id, of_union=True)
    return _pdf(receipt_paper(made), f"receipt-{made.number}.pdf")


@pages.get("/batch/<batch>.pdf")
@serves(Role.OFFICER, Role.OPERATOR)
def batch_sheet(batch: str) -> Response:
    session = db.session()
    # A batch is the whole fund's.
    if not scope_of(session, signed_in().union_id).whole:
        abort(404)
    try:
        made = sheet_of(session, batch)
    except NoSuchBatch:
        abort(404)
    return _pdf(batch_paper(made), f"batch-{made.number}.pdf")


@pages.post("/notices/<int(max=9999):year>")
@serves(Role.OFFICER)
def ask(year: int) -> ResponseReturnValue:
    with transaction() as session:
        order_id = order_notices(session, year, by=signed_in().id)
    ring(MAKE_NOTICES, order_id)
    return redirect(url_for("papers.notices", notices_id=order_id))


@pages.get("/notices/<id:notices_id>")
@serves(Role.OFFICER)
def notices(notices_id: int) -> ResponseReturnValue:
    order = _order(notices_id)
    return render_template("papers/notices.html", order=order, name=notices_name(order.year))


@pages.get("/notices/<id:notices_id>/file")
@serves(Role.OFFICER)
def file(notices_id: int) -> Response:
    order = _order(notices_id)
    found = kept(db.session(), order.file_id) if order.file_id else None
    return send(found or abort(404))


def _order(notices_id: int) -> NoticesSeen:
    """An order is for the account that asked: it holds what that account may see."""
    return notices_seen(db.session(), notices_id, by=signed_in().id) or abort(404)


def _pdf(data: bytes, name: str) -> Response:
    answer = Response(data, mimetype=_PDF)
    answer.headers.set("Content-Disposition", "inline", filename=name)
    return answer
