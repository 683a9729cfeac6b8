"""Public lists: for everybody while they are shown; and for officers, who propose and approve."""

from datetime import date, timedelta
from typing import Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts.models import Role
from app.clock import today
from app.db import db, transaction
from app.errors import Refusal
from app.papers.public_paper import Shown, public_paper
from app.payments.public import Line, approve_list, end_list, propose_list, public_lines
from app.texts import say
from app.texts.steps import CARES
from app.web.auth import signed_in
from app.web.languages import language
from app.web.paging import Page, asked
from app.web.read.public_lists import PublicListSeen, not_over, shown_today
from app.web.read.scope import scope_of
from app.web.roles import serves, serves_everybody

_USUAL_DAYS: Final = timedelta(days=6)
MOST_ON_PAPER: Final = 1_000
"""About three seconds of making it."""
_ROBOTS: Final = "User-agent: *\nDisallow: /\n"

pages = Blueprint("public_lists", __name__)


@pages.get("/robots.txt")
@serves_everybody
def robots() -> ResponseReturnValue:
    """No page is for search engines: what is shown for a week must not be found for years."""
    return Response(_ROBOTS, mimetype="text/plain")


@pages.get("/public/")
@serves_everybody
def index() -> ResponseReturnValue:
    """What is shown today, by the month it was paid in; the address may name a month."""
    lists, month = shown_today(db.session()), request.args.get("month", "")
    months = [*dict.fromkeys(each.month for each in lists)]
    wanted = [each for each in months if month in ("", each)]
    by_month = {each: [x for x in lists if x.month == each] for each in wanted}
    page = render_template("public_lists/index.html", by_month=by_month, months=months, month=month)
    return _for_no_robot(page)


@pages.get("/public/<id:list_id>")
@serves_everybody
def show(list_id: int) -> ResponseReturnValue:
    session = db.session()
    # Not yet shown, over, or never there: the same answer.
    seen = next((x for x in shown_today(session) if x.id == list_id), None) or abort(404)
    return _for_no_robot(_page(seen, office=False))


@pages.get("/office/public/")
@serves(Role.OFFICER, Role.OPERATOR)
def office() -> ResponseReturnValue:
    _federation()
    return render_template(
        "public_lists/office.html",
        lists=not_over(db.session()),
        batch_id=asked().after,
        first=today(),
        last=today() + _USUAL_DAYS,
        me=signed_in().id,
    )


@pages.get("/office/public/<id:list_id>")
@serves(Role.OFFICER, Role.OPERATOR)
def look(list_id: int) -> ResponseReturnValue:
    """What everybody would see."""
    _federation()
    found = not_over(db.session())
    return _page(next((x for x in found if x.id == list_id), None) or abort(404), office=True)


@pages.get("/office/public/<id:list_id>/paper")
@serves(Role.OFFICER)
def paper(list_id: int) -> ResponseReturnValue:
    """To be hung up. For officers alone: making it takes too long to be anybody's to ask for."""
    _federation()
    session = db.session()
    seen = next((x for x in not_over(session) if x.id == list_id), None) or abort(404)
    lines = public_lines(session, seen.batch_id, after=0, size=MOST_ON_PAPER + 1)
    if len(lines) > MOST_ON_PAPER:
        flash(gettext("There are too many lines for one paper: show the page."), "trouble")
        return redirect(url_for("public_lists.look", list_id=list_id))
    told = [(x.no, x.name, x.unit, CARES[x.care].zh, x.amount_fen) for x in lines]
    made = public_paper(Shown(seen.number, seen.from_on, seen.until_on, told))
    answer = Response(made, mimetype="application/pdf")
    name = f"public-{seen.number}.pdf"
    answer.headers.set("Content-Disposition", "inline", filename=name)
    return answer


@pages.post("/office/public/batch/<id:batch_id>")
@serves(Role.OFFICER, Role.OPERATOR)
def propose(batch_id: int) -> ResponseReturnValue:
    _federation()
    days = [_day(request.form.get(name, "")) for name in ("first", "last")]
    try:
        with transaction() as session:
            made = {"from_on": days[0], "until_on": days[1]}
            propose_list(session, batch_id, by=signed_in().id, **made)
    except Refusal as refused:
        flash(say(refused, language()), "trouble")
    else:
        flash(gettext("Proposed. Another officer of the city federation must approve it."))
    return redirect(url_for("public_lists.office"))


@pages.post("/office/public/<id:list_id>/approve")
@serves(Role.OFFICER)
def approve(list_id: int) -> ResponseReturnValue:
    _federation()
    return _done(approve_list, list_id, gettext("Approved: it is shown on its days."))


@pages.post("/office/public/<id:list_id>/end")
@serves(Role.OFFICER)
def end(list_id: int) -> ResponseReturnValue:
    _federation()
    return _done(end_list, list_id, gettext("It is not shown any more."))


def _done(act, list_id: int, told: str) -> ResponseReturnValue:  # type: ignore[no-untyped-def]
    try:
        with transaction() as session:
            act(session, list_id, by=signed_in().id)
    except Refusal as refused:
        flash(say(refused, language()), "trouble")
    else:
        flash(told)
    return redirect(url_for("public_lists.office"))


def _page(seen: PublicListSeen, *, office: bool) -> str:
    page = asked()
    lines = public_lines(db.session(), seen.batch_id, after=page.after or 0, size=page.size + 1)
    more = len(lines) > page.size
    found: Page[Line] = Page(lines[: page.size], lines[page.size - 1].no if more else None)
    return render_template("public_lists/show.html", list=seen, lines=found, office=office)


def _for_no_robot(page: str) -> Response:
    answer = Response(page)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer


def _federation() -> None:
    """Batches are the whole fund's: to others these pages do not exist."""
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(404)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(400)
