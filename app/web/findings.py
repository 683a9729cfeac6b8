"""Findings: auditors write them down and close them, officers of the unions concerned answer."""

from typing import Final, get_args

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.clock import today
from app.db import db, transaction
from app.errors import Refusal
from app.inspection.find import (
    LONGEST,
    LONGEST_TITLE,
    WEIGHTS,
    About,
    NoSuchFinding,
    Weight,
    answer_finding,
)
from app.inspection.seen import FindingSeen, finding_seen, findings
from app.texts import say
from app.unions.tree import Reach
from app.web.audit_acts import raise_a_finding, say_to_a_finding
from app.web.auth import signed_in
from app.web.languages import language
from app.web.missing import missing
from app.web.paging import Page, asked
from app.web.read.scope import reach, scope_of
from app.web.read.units import years
from app.web.roles import serves

pages = Blueprint("findings", __name__, url_prefix="/findings")

_UNIONS: Final = text(
    """
    SELECT id, name FROM union_node
    WHERE CAST(:unions AS bigint[]) IS NULL OR id = ANY(:unions)
    ORDER BY parent_id NULLS FIRST, id LIMIT 500
    """
)
_MOST_DIGITS: Final = 18
STATES: Final = {
    "asked": lazy_gettext("Waits for an answer"),
    "answered": lazy_gettext("Answered (finding)"),
    "closed": lazy_gettext("Closed (finding)"),
}
WEIGHT_NAMES: Final = {
    "high": lazy_gettext("High"),
    "middle": lazy_gettext("Middle"),
    "low": lazy_gettext("Low"),
}
STEP_NAMES: Final = {
    "asked": lazy_gettext("Asked again"),
    "answered": lazy_gettext("Answered (finding)"),
    "closed": lazy_gettext("Closed (finding)"),
}


@pages.get("/")
@serves(Role.AUDITOR, Role.OFFICER)
def listed() -> ResponseReturnValue:
    return _list({"year": str(_last_year()), "weight": "middle", **_from_address()})


@pages.post("/")
@serves(Role.AUDITOR)
def raise_one() -> ResponseReturnValue:
    typed = request.form.to_dict()
    weight = next((each for each in get_args(Weight) if each == typed.get("weight")), None)
    year, union_id = _number(typed.get("year", "")), _number(typed.get("union", ""))
    if weight is None or not year or not union_id:
        abort(400)
    about = About(_number(typed.get("claim", "")), _number(typed.get("sample", "")))
    try:
        finding_id = raise_a_finding(
            year, union_id, weight, typed.get("title", ""), typed.get("says", ""), about
        )
    except Refusal as refused:
        return _list(typed, say(refused, language())), 400
    return redirect(url_for("findings.show", finding_id=finding_id))


@pages.get("/<id:finding_id>")
@serves(Role.AUDITOR, Role.OFFICER)
def show(finding_id: int) -> ResponseReturnValue:
    return _show(finding_id)


@pages.post("/<id:finding_id>/answer")
@serves(Role.OFFICER)
def answer(finding_id: int) -> ResponseReturnValue:
    says = request.form.get("says", "")
    try:
        with transaction() as session:
            answer_finding(session, finding_id, says, by=signed_in().id)
    except Refusal as refused:
        return _show(finding_id, say(refused, language()), says), 400
    return redirect(url_for("findings.show", finding_id=finding_id))


@pages.post("/<id:finding_id>/close")
@serves(Role.AUDITOR)
def close(finding_id: int) -> ResponseReturnValue:
    """Closed, or asked again, by which button was pressed."""
    says = request.form.get("says", "")
    try:
        say_to_a_finding(finding_id, says, closing=request.form.get("act") != "ask")
    except Refusal as refused:
        return _show(finding_id, say(refused, language()), says), 400
    return redirect(url_for("findings.show", finding_id=finding_id))


def _last_year() -> int:
    """The last benefit year with rosters that is over; else last year."""
    over = today().year - 1
    known = years(db.session(), scope_of(db.session(), signed_in().union_id))
    return next((year for year in known if year <= over), over)


def _list(typed: dict[str, str], trouble: str = "") -> str:
    session, who = db.session(), signed_in()
    seen = reach(scope_of(session, who.union_id))
    only_open = request.args.get("all") != "1"
    auditor = who.role == Role.AUDITOR
    return render_template(
        "findings/list.html",
        findings=_page(session, seen, only_open=only_open),
        only_open=only_open,
        auditor=auditor,
        unions=session.execute(_UNIONS, {"unions": seen}).all() if auditor else (),
        weights={each: WEIGHT_NAMES[each] for each in WEIGHTS},
        states=STATES,
        typed=typed,
        trouble=trouble,
        longest=LONGEST,
        longest_title=LONGEST_TITLE,
    )


def _page(session: Session, seen: Reach, *, only_open: bool) -> Page[FindingSeen]:
    wanted = asked()
    rows = findings(session, seen, after=wanted.after, size=wanted.size + 1, only_open=only_open)
    more = len(rows) > wanted.size
    return Page(rows[: wanted.size], rows[wanted.size - 1].id if more else None)


def _show(finding_id: int, trouble: str = "", typed: str = "") -> str:
    session, who = db.session(), signed_in()
    found = finding_seen(session, finding_id, reach(scope_of(session, who.union_id)))
    finding, steps = found or missing(say(NoSuchFinding(finding=finding_id), language()))
    return render_template(
        "findings/show.html",
        finding=finding,
        steps=steps,
        auditor=who.role == Role.AUDITOR,
        states=STATES,
        weights=WEIGHT_NAMES,
        step_names=STEP_NAMES,
        trouble=trouble,
        typed=typed,
        longest=LONGEST,
    )


def _from_address() -> dict[str, str]:
    """What a link to the form says: year, sample and claim."""
    return {
        name: request.args[name] for name in ("year", "sample", "claim") if name in request.args
    }


def _number(typed: str) -> int | None:
    plain = typed.strip()
    known = plain.isascii() and plain.isdigit() and len(plain) <= _MOST_DIGITS
    return int(plain) if known else None
