"""Money out, for officers of the city federation: prepare, approve, fetch files, take answers."""

import io
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.banking.add_account import fund_accounts
from app.banking.formats import format_named, formats
from app.clock import today
from app.db import db, transaction
from app.payments.batch import rebuilt_file
from app.payments.find_owing import owing
from app.payments.order import (
    OrderChanged,
    approve_order,
    changes_of,
    confirm_order,
    order_held,
    prepare_order,
    withdraw_order,
)
from app.payments.policy import limits_on
from app.payments.returns import take_return
from app.payments.take import LeftOut, sorted_out
from app.texts import say
from app.web.auth import signed_in
from app.web.languages import language
from app.web.paging import Asked, Page, asked
from app.web.payment_form import PaymentForm
from app.web.read import payments as read
from app.web.read.payment_outcomes import outcomes as outcomes_of
from app.web.read.resolutions import resolutions_waiting
from app.web.read.scope import scope_of
from app.web.roles import serves

_MOST_OWING: Final = 50
WHICH: Final = ("all", "paid", "failed", "unknown", "open", "held")

pages = Blueprint("payments", __name__, url_prefix="/office/payments")


def _federation() -> None:
    """Only those who see the whole fund send its money; to others these pages do not exist."""
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(404)


@pages.get("/")
@serves(Role.OFFICER, Role.OPERATOR)
def index() -> ResponseReturnValue:
    session = db.session()
    if not scope_of(session, signed_in().union_id).whole:
        return render_template("payments/elsewhere.html")
    return render_template(
        "payments/index.html",
        ready=read.ready(session),
        proposed=resolutions_waiting(session),
        batches=read.batches(session, asked()),
        formats=formats(),
    )


@pages.get("/ready/<int:year>")
@serves(Role.OFFICER, Role.OPERATOR)
def ready(year: int) -> ResponseReturnValue:
    _federation()
    return _show_ready(year, _form())


@pages.post("/ready/<int:year>")
@serves(Role.OFFICER, Role.OPERATOR)
def prepare(year: int) -> ResponseReturnValue:
    _federation()
    typed = _form()
    if not typed.validate_on_submit():
        return _show_ready(year, typed, code=400)
    with transaction() as session:
        made = prepare_order(
            session,
            year,
            by=signed_in().id,
            made_on=typed.made_on.data,
            template=typed.template.data,
            fund_account=typed.account.data or None,
        )
    flash(gettext("Prepared. Another officer of the city federation must approve it."))
    return redirect(url_for("payments.show", batch_id=made.id))


@pages.get("/batch/<id:batch_id>")
@serves(Role.OFFICER, Role.OPERATOR)
def show(batch_id: int) -> ResponseReturnValue:
    _federation()
    seen = read.batch_seen(db.session(), batch_id) or abort(404)
    return _show_order(seen) if seen.is_order else _show_batch(seen)


@pages.post("/batch/<id:batch_id>/approve")
@serves(Role.OFFICER)
def approve(batch_id: int) -> ResponseReturnValue:
    """The second person approves the file; the third confirms it. Each by its SHA-256."""
    _federation()
    digest = request.form.get("sha256", "")
    try:
        with transaction() as session:
            waits = order_held(session, batch_id)
            step = confirm_order if waits.state == "approved" else approve_order
            sent = step(session, batch_id, by=signed_in().id, sha256=digest)
    except OrderChanged as changed:
        flash(say(changed, language()))
        return redirect(url_for("payments.show", batch_id=batch_id))
    if sent:
        flash(gettext("Approved. Fetch the file and give it to the bank once."))
    else:
        flash(gettext("Approved. A third person must confirm it."))
    return redirect(url_for("payments.show", batch_id=batch_id))


@pages.post("/batch/<id:batch_id>/withdraw")
@serves(Role.OFFICER)
def withdraw(batch_id: int) -> ResponseReturnValue:
    _federation()
    with transaction() as session:
        withdraw_order(session, batch_id, by=signed_in().id)
    flash(gettext("Withdrawn. It can be prepared again."))
    return redirect(url_for("payments.index"))


@pages.post("/batch/<id:batch_id>/file")
@serves(Role.OFFICER)
def file(batch_id: int) -> ResponseReturnValue:
    """The file for the bank, the same bytes every time; that it was fetched is noted."""
    _federation()
    seen = read.batch_seen(db.session(), batch_id) or abort(404)
    with transaction() as session:
        content = rebuilt_file(session, seen.number, by=signed_in().id)
    named = f"{seen.number}.{format_named(seen.template).suffix}"
    return send_file(
        io.BytesIO(content), "application/octet-stream", as_attachment=True, download_name=named
    )


@pages.post("/batch/<id:batch_id>/return")
@serves(Role.OFFICER, Role.OPERATOR)
def answer(batch_id: int) -> ResponseReturnValue:
    _federation()
    seen = read.batch_seen(db.session(), batch_id) or abort(404)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        flash(gettext("Choose the file."))
        return redirect(url_for("payments.show", batch_id=batch_id))
    with transaction() as session:
        told = take_return(session, sent.read(), by=signed_in().id, template=seen.template)
    return render_template(
        "payments/answered.html",
        batch=seen,
        told=told,
        worded=lambda fault: say(fault, language()),
    )


def _form() -> PaymentForm:
    session = db.session()
    accounts = [x for x in fund_accounts(session) if not x.ends_on or x.ends_on >= today()]
    form = PaymentForm(made_on=today())
    form.template.choices = [(x.name, x.title[language()]) for x in formats().values()]
    form.account.choices = [("", "—"), *((x.code, f"{x.code} · {x.bank}") for x in accounts)]
    return form


def _show_ready(year: int, form: PaymentForm, code: int = 200) -> ResponseReturnValue:
    session = db.session()
    own = {signed_in().member_id} - {None}
    sent, left_out = sorted_out(session, year, own, hold=False)  # type: ignore[arg-type]
    return (
        render_template(
            "payments/ready.html",
            year=year,
            form=form,
            count=len(sent),
            total_fen=sum(claim.due_fen for claim, _ in sent),
            differences=read.differences(session, [(x.member_id, x.claim_id) for x, _ in sent]),
            owing=owing(session, (claim for claim, _ in sent))[:_MOST_OWING],
            waits=next((x for x in read.ready(session) if x.year == year and x.order_id), None),
            left_out=_page_of(left_out, asked()),
            left_out_count=len(left_out),
        ),
        code,
    )


def _page_of(left_out: list[LeftOut], asked_for: Asked) -> Page[LeftOut]:
    """By place: the list is told anew each time, and holds whatever waits then."""
    start = min(asked_for.after or 0, len(left_out))
    end = start + asked_for.size
    return Page(left_out[start:end], end if end < len(left_out) else None)


def _show_order(seen: read.BatchSeen) -> ResponseReturnValue:
    with transaction() as session:
        order = order_held(session, seen.id)
        mine = signed_in().id in (order.prepared_by, order.approved_by)
        open_ = order.state in ("prepared", "approved")
        own = {seen.prepared_is} - {None}
        changes = changes_of(session, order, own) if open_ else []  # type: ignore[arg-type]
    lines = read.lines_seen(db.session(), seen)
    return render_template(
        "payments/order.html",
        batch=seen,
        mine=mine,
        changes=changes,
        limits=limits_on(seen.made_on),
        kinds=lines.kinds,
        largest=lines.largest,
        corrections=lines.corrections,
        unseen=lines.without_bureau,
        form=format_named(seen.template).title[language()],
    )


def _show_batch(seen: read.BatchSeen) -> ResponseReturnValue:
    session = db.session()
    asked_for = request.args.get("which", "all")
    which = asked_for if asked_for in WHICH else "all"
    return render_template(
        "payments/batch.html",
        batch=seen,
        which=which,
        kinds=read.kinds(session, seen),
        outcomes=outcomes_of(session, seen.id, which, asked()),
        form=format_named(seen.template).title[language()],
    )
