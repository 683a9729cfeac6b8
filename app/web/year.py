"""How a benefit year stands for an officer's units, and what they were told."""

from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.clock import today
from app.db import db, transaction
from app.notices.deliver import try_again
from app.notices.models import KINDS, STATES
from app.notices.outbox import Listed, listed
from app.texts.notices import message_of
from app.unions.tree import Reach, reach_of_union
from app.web.auth import signed_in
from app.web.languages import language
from app.web.paging import asked
from app.web.roles import serves
from app.year.standing import year_standing

_LONGEST: Final = 4
_AT_ONCE: Final = 1_000
KIND_WORDS: Final = {
    "window_opens": lazy_gettext("Enrolment opens"),
    "window_closes": lazy_gettext("Enrolment closes"),
    "money_missing": lazy_gettext("Money missing"),
    "roster_confirmed": lazy_gettext("Roster registered"),
    "roster_refused": lazy_gettext("Roster refused"),
    "papers_wanted": lazy_gettext("Papers wanted, or claim sent back"),
    "card_wanted": lazy_gettext("Another account wanted"),
    "paid": lazy_gettext("Benefit paid"),
    "enquiry_answered": lazy_gettext("Enquiry answered"),
    "enquiry_asked_back": lazy_gettext("Asker asked back"),
    "contact_changed": lazy_gettext("Contact changed"),
    "sign_in_code": lazy_gettext("Code to sign in"),
    "card_changed": lazy_gettext("Card changed"),
    "objection_answered": lazy_gettext("Objection answered"),
}
STATE_WORDS: Final = {
    "waiting": lazy_gettext("To be sent"),
    "sent": lazy_gettext("Notice sent"),
    "failed": lazy_gettext("Could not be sent"),
    "no_address": lazy_gettext("No phone known"),
}
LOOKS: Final = {"waiting": "going", "sent": "good", "failed": "trouble", "no_address": "waits"}

pages = Blueprint("year", __name__, url_prefix="/office")


@pages.get("/year/")
@serves(Role.OFFICER, Role.OPERATOR)
def this_year() -> ResponseReturnValue:
    return redirect(url_for("year.show", year=today().year))


@pages.get("/year/<int(max=9999):year>")
@serves(Role.OFFICER, Role.OPERATOR)
def show(year: int) -> ResponseReturnValue:
    if not 1900 <= year < 9999:  # noqa: PLR2004 - years that have a year before and after them
        abort(404)
    return render_template(
        "year/show.html",
        year=year_standing(db.session(), year, _reach()),
        states=STATE_WORDS,
        now=today().year,
    )


@pages.get("/notices/")
@serves(Role.OFFICER)
def notices() -> ResponseReturnValue:
    state, kind = (request.args.get(name) or None for name in ("state", "kind"))
    if state not in {None, *STATES} or kind not in {None, *KINDS}:
        abort(404)
    year = request.args.get("year", "")
    page = asked()
    chosen = {"state": state, "kind": kind, "year": year if _is_year(year) else None}
    found = listed(
        db.session(),
        reach=_reach(),
        state=state,
        kind=kind,
        year=int(year) if _is_year(year) else None,
        before=page.after,
        size=page.size + 1,
    )
    rows = found[: page.size]
    return render_template(
        "year/notices.html",
        notices=[(each, message_of(each.kind, _facts(each), language())) for each in rows],
        following=rows[-1].id if len(found) > page.size else None,
        chosen={name: value for name, value in chosen.items() if value},
        kinds=KIND_WORDS,
        states=STATE_WORDS,
        looks=LOOKS,
        stuck=_stuck(db.session(), _reach(), 1),
    )


@pages.post("/notices/retry")
@serves(Role.OFFICER)
def retry() -> ResponseReturnValue:
    """Let what could not be sent be tried again, as far as this officer sees."""
    reach = _reach()
    with transaction() as session:
        stuck = _stuck(session, reach, _AT_ONCE)
        again = try_again(session, stuck, by=signed_in().id) if stuck else []
    flash(ngettext("%(num)d notice is sent again.", "%(num)d notices are sent again.", len(again)))
    return redirect(url_for("year.notices"))


def _stuck(session: Session, reach: Reach, most: int) -> list[int]:
    """What could not be sent, as far as somebody sees: so many of each kind."""
    return [
        each.id
        for state in ("failed", "no_address")
        for each in listed(session, reach=reach, state=state, size=most)
    ]


def _facts(each: Listed) -> dict[str, object]:
    facts: dict[str, object] = {**each.facts}
    return facts | {"year": each.benefit_year, "unit": each.unit}


def _reach() -> Reach:
    return reach_of_union(db.session(), signed_in().union_id)


def _is_year(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST
