"""Enquiries as a union answers them: the list by deadline, one with its thread, the figures."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.books.workbook import workbook
from app.claims.scope import within
from app.clock import today
from app.db import db, transaction
from app.enquiries import handle
from app.enquiries.ask import moved_to
from app.enquiries.lifecycle import State
from app.enquiries.policy import policy
from app.enquiries.table import mean, table
from app.enquiries.thread import EnquiryMoved, EnquiryTextUnfit
from app.enquiries.weekly import By, figures
from app.errors import Refusal
from app.texts import say
from app.unions.open import districts
from app.web.auth import signed_in
from app.web.enquiry_charts import answered_by_week
from app.web.languages import language
from app.web.paging import asked, number_sent
from app.web.read.enquiries import FILTERS, Thread, by_deadline, thread, waiting_enquiries
from app.web.read.scope import Scope, reach, scope_of
from app.web.roles import serves

pages = Blueprint("enquiry_desk", __name__, url_prefix="/office/enquiries")

STATES: Final = {
    "open": lazy_gettext("Waits for an answer"),
    "late": lazy_gettext("Late (enquiry)"),
    "asked_back": lazy_gettext("The asker is asked"),
    "answered": lazy_gettext("Answered (enquiry)"),
}
_LOOKS: Final = {"open": "going", "late": "trouble", "asked_back": "quiet", "answered": "good"}
_WEEKS: Final = 12
_MOST_WEEKS: Final = 104
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/")
@serves(*handle.PREPARES)
def waiting() -> ResponseReturnValue:
    session, scope, now = db.session(), _scope(), today()
    which = request.args.get("state", "open")
    category = request.args.get("category") or None
    union = request.args.get("union", "", str)
    below = districts(session, reach(scope))
    union_id = next((each.id for each in below if str(each.id) == union), None)
    if which not in FILTERS or (category and category not in policy().categories):
        abort(404)
    found = by_deadline(session, scope, which, asked(), now, category=category, union_id=union_id)
    kept = {"state": which, "category": category, "union": union_id}
    return render_template(
        "enquiries/desk.html",
        enquiries=found,
        which=which,
        kept={name: value for name, value in kept.items() if value},
        districts=below,
        counts=waiting_enquiries(session, scope, now),
        today=now,
        **_words(),
    )


@pages.get("/<id:enquiry_id>")
@serves(*handle.PREPARES)
def show(enquiry_id: int) -> ResponseReturnValue:
    return _show(_seen(enquiry_id))


@pages.post("/<id:enquiry_id>/take")
@serves(Role.OFFICER)
def take(enquiry_id: int) -> ResponseReturnValue:
    over = request.form.get("over") == "1"
    return _done(enquiry_id, lambda s: handle.take(s, enquiry_id, by=_by(), over=over))


@pages.post("/<id:enquiry_id>/dispatch")
@serves(*handle.PREPARES)
def dispatch(enquiry_id: int) -> ResponseReturnValue:
    _seen(enquiry_id)
    with transaction() as session:
        handle.dispatch(session, enquiry_id, number_sent("union"), by=_by())
    flash(gettext("Sent on. The officers there see it now."))
    gone = thread(db.session(), enquiry_id, _scope()) is None
    place = url_for("enquiry_desk.waiting") if gone else _place(enquiry_id)
    return redirect(place)


@pages.post("/<id:enquiry_id>/write")
@serves(*handle.PREPARES)
def write(enquiry_id: int) -> ResponseReturnValue:
    """One box, three buttons: answer, ask back, keep as a draft."""
    how, said = request.form.get("how", ""), request.form.get("said", "")
    if how not in {"answer", "ask_back", "draft"}:
        abort(400)
    if how != "draft" and signed_in().role is not Role.OFFICER:
        abort(403)
    seen = request.form.get("seen", 0, type=int)

    def act(session: Session) -> None:
        if how == "draft":
            handle.draft(session, enquiry_id, said, by=_by())
        elif how == "answer":
            handle.answer(session, enquiry_id, said, by=_by(), seen=seen)
        else:
            handle.ask_back(session, enquiry_id, said, by=_by(), seen=seen)

    told = {
        "answer": gettext("The answer is sent."),
        "ask_back": gettext("The asker is asked."),
        "draft": gettext("Kept as a draft. Nobody outside sees it."),
    }
    return _done(enquiry_id, act, told[how], said)


@pages.get("/weekly")
@serves(*handle.PREPARES)
def weekly() -> ResponseReturnValue:
    session, scope = db.session(), _scope()
    weeks = min(max(request.args.get("weeks", _WEEKS, int), 1), _MOST_WEEKS)
    last = today()
    first = last - timedelta(days=last.weekday() + 7 * (weeks - 1))
    parts: dict[By, Any] = {
        by: figures(session, by, first, last, reach(scope)) for by in ("week", "category", "union")
    }
    tables = [table(by, found, _days(first, last), language()) for by, found in parts.items()]
    if request.args.get("as") == "xlsx":
        name = f"enquiries-{first}-{last}.xlsx"
        head = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(workbook(tables, language()), mimetype=_XLSX, headers=head)
    return render_template(
        "enquiries/weekly.html",
        parts=parts,
        chart=answered_by_week(parts["week"]),
        first=first,
        last=last,
        weeks=weeks,
        mean=mean,
        **_words(),
    )


def _days(first: date, last: date) -> tuple[str, str]:
    return f"{first} 至 {last}", f"{first} to {last}"


def _done(
    enquiry_id: int, act: Callable[[Session], None], told: str = "", said: str = ""
) -> ResponseReturnValue:
    _seen(enquiry_id)
    try:
        with transaction() as session:
            act(session)
    except (EnquiryTextUnfit, EnquiryMoved) as refused:
        return _show(_seen(enquiry_id), said, refused)
    if told:
        flash(told)
    return redirect(_place(enquiry_id))


def _show(seen: Thread, said: str = "", refused: Refusal | None = None) -> ResponseReturnValue:
    session, me = db.session(), signed_in()
    about = seen.member_id if seen.claim_id else None
    gone_to = moved_to(session, seen.asked_by, seen.union_id)
    page = render_template(
        "enquiries/answer.html",
        thread=seen,
        said=said or (seen.draft[0] if seen.draft else ""),
        trouble=say(refused, language()) if refused else "",
        longest=policy().longest_text,
        today=today(),
        districts=[x for x in districts(session, None) if x.id != seen.union_id],
        gone_to=gone_to,
        own=me.id == seen.asked_by or me.member_id in seen.of_members,
        me=me.id,
        sends=me.role is Role.OFFICER,
        asks_back=seen.listed.state == State.OPEN,
        claim=about is not None and within(session, reach(_scope()), about),
        **_words(),
    )
    return page, 409 if isinstance(refused, EnquiryMoved) else 400 if refused else 200


def _seen(enquiry_id: int) -> Thread:
    return thread(db.session(), enquiry_id, _scope()) or abort(404)


def _scope() -> Scope:
    if "enquiry_scope" not in g:  # asked of the database once a request
        g.enquiry_scope = scope_of(db.session(), signed_in().union_id)
    found: Scope = g.enquiry_scope
    return found


def _place(enquiry_id: int) -> str:
    return url_for("enquiry_desk.show", enquiry_id=enquiry_id)


def _by() -> int:
    return signed_in().id


def _words() -> dict[str, Any]:
    categories = {key: policy().called(key, language()) for key in policy().categories}
    return {"categories": categories, "states": STATES, "looks": _LOOKS}
