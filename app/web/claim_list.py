"""The list of claims in one state: filters in the address, saved views of it, and it as a file."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final
from urllib.parse import urlencode

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.claims.lifecycle import State
from app.clock import today
from app.db import db, transaction
from app.errors import Refusal
from app.lists.tables_out import MOST_IN_WORKBOOK, Cell
from app.lists.views import forget_view, save_view, views_of
from app.roster.members import masked
from app.texts import say
from app.unions.models import Union
from app.unions.open import districts
from app.web.auth import signed_in
from app.web.claim_filters import Filters, filters_asked
from app.web.languages import language
from app.web.list_file import list_file
from app.web.paging import Asked, Page, asked
from app.web.read.claims import ClaimRow, claims_in
from app.web.read.scope import Scope, reach, scope_of
from app.web.read.waiting import WAITING
from app.web.roles import serves
from app.web.words import REFUSALS, STATES, care

_SHOWN: Final = (*WAITING, State.CLOSED, State.PAID)
"""What waits for somebody first."""
_STATES: Final = "<any(review, payable, closed, held, sent, paid, card_wanted):state>"
_AT_ONCE: Final = 1_000
_YEARS: Final = 8

pages = Blueprint("claim_list", __name__, url_prefix="/office/claims")


def list_page(state: str) -> str:
    """The page of `claims.in_state`."""
    session, filters = db.session(), filters_asked()
    scope = scope_of(session, signed_in().union_id)
    known = districts(session, reach(scope))
    narrowed = _narrowed(session, scope, filters, known)
    found = _page(session, narrowed, State(state), filters, asked())
    return render_template(
        "claims/in_state.html",
        state=State(state),
        states=_SHOWN,
        claims=found,
        filters=filters,
        years=range(today().year, today().year - _YEARS, -1),
        districts=known,
        views=[x for x in views_of(session, signed_in().id) if x.state in {*_SHOWN}],
        most_in_workbook=MOST_IN_WORKBOOK,
    )


@pages.post(f"/{_STATES}/file")
@serves(Role.OFFICER, Role.OPERATOR)
def file(state: str) -> ResponseReturnValue:
    """The list with its filters, all pages of it: who took it is on record before the first row."""
    filters = filters_asked()
    address = _address(state, filters)
    session = db.session()
    # Before the first row is on its way: a district elsewhere is not found.
    scope = scope_of(session, signed_in().union_id)
    scope = _narrowed(session, scope, filters, districts(session, reach(scope)))
    rows = _every_row(session, scope, State(state), filters)
    made = list_file(f"claims.{state}", address.partition("?")[2], _head(), rows)
    return made or redirect(address)


@pages.post(f"/{_STATES}/view")
@serves(Role.OFFICER, Role.OPERATOR)
def save(state: str) -> ResponseReturnValue:
    filters = filters_asked()
    kept = _address(state, filters).partition("?")[2]
    try:
        with transaction() as session:
            name = request.form.get("name", "")
            save_view(session, name, state=state, filters=kept, by=signed_in().id)
    except Refusal as refused:
        flash(say(refused, language()), "trouble")
    else:
        flash(gettext("The view is saved. It stands above the list, for you alone."))
    return redirect(_address(state, filters))


@pages.post("/views/<id:view_id>/forget")
@serves(Role.OFFICER, Role.OPERATOR)
def forget(view_id: int) -> ResponseReturnValue:
    with transaction() as session:
        forget_view(session, view_id, by=signed_in().id) or abort(404)
    flash(gettext("The view is gone; the list is not."))
    return redirect(url_for("claims.in_state", state=State.HELD.value))


def _address(state: str, filters: Filters) -> str:
    """Where the list stands with its filters."""
    place, kept = url_for("claims.in_state", state=state), urlencode(filters.kept)
    return f"{place}?{kept}" if kept else place


def _narrowed(session: Session, scope: Scope, filters: Filters, known: Iterable[Union]) -> Scope:
    """The scope, or a district's within it; a district that lies elsewhere is not found."""
    if not filters.district:
        return scope
    union_id = int(filters.district)
    if union_id not in {each.id for each in known}:
        abort(404)
    return scope_of(session, union_id)


def _page(
    session: Session, scope: Scope, state: State, filters: Filters, page: Asked
) -> Page[ClaimRow]:
    return claims_in(session, scope, state, page, filters.asked, newest_first=filters.newest_first)


def _head() -> list[str]:
    return [
        gettext("Member"),
        gettext("ID number"),
        gettext("Hospital"),
        gettext("Date"),
        gettext("State"),
        gettext("Result"),
        gettext("To pay"),
        gettext("Paid"),
    ]


def _every_row(
    session: Session, scope: Scope, state: State, filters: Filters
) -> Iterator[list[Cell]]:
    after: int | None = None
    while True:
        page = _page(session, scope, state, filters, Asked(after, _AT_ONCE))
        ids = masked(session, [each.member_id for each in page.rows]) if page.rows else {}
        for each in page.rows:
            yield _cells(each, ids[each.member_id])
        if page.following is None:
            return
        after = page.following


def _cells(claim: ClaimRow, masked_id: str) -> list[Cell]:
    result = REFUSALS[claim.refusal] if claim.refusal else care(claim.care or "")
    day: date = claim.treated_on
    return [
        claim.member_name,
        masked_id,
        claim.hospital,
        day.isoformat(),
        str(STATES[claim.state]),
        str(result),
        claim.payable_fen,
        claim.paid_fen,
    ]
