"""Lists by their description: a page with filters in the address, views of one's own, and files.

Whom somebody looks for is posted, kept under a number for an hour, and never stands in an address.
"""

from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.db import db, transaction
from app.errors import Refusal
from app.jobs import MAKE_LIST_FILE
from app.lists.cells import cells, heads, list_name
from app.lists.listing import Listing, Sees, Wanted
from app.lists.listings import LISTINGS
from app.lists.order import Ordered, order_list_file
from app.lists.read_listing import Rows, every_row, page_of
from app.lists.searches import keep_search, kept_search
from app.lists.views import forget_view, save_view, views_of
from app.lists.wanted import LONGEST, wanted_of
from app.texts import listed as texts
from app.texts import say
from app.unions.open import districts
from app.web.auth import signed_in
from app.web.bells import ring
from app.web.languages import language
from app.web.list_file import list_file
from app.web.listed import AskedOf, At, asked_of, place_of
from app.web.paging import asked
from app.web.read.found import people_found
from app.web.read.scope import Scope, reach, scope_of
from app.web.roles import serves

_LIST: Final = f"<any({', '.join(LISTINGS)}):listed>"

pages = Blueprint("lists", __name__, url_prefix="/office/lists")


@pages.get(f"/{_LIST}")
@serves(Role.OFFICER)
def show(listed: str) -> ResponseReturnValue:
    return list_page(At(_listing(listed)), "lists/show.html")


@pages.post(f"/{_LIST}/search")
@serves(Role.OFFICER)
def search(listed: str) -> ResponseReturnValue:
    """Look for somebody in the list: the words are kept, and the address has their number."""
    typed = asked_of(_listing(listed))
    words = " ".join(request.form.get("words", "").split())[:LONGEST]
    if not words:
        return redirect(url_for("lists.show", listed=listed, **typed.kept))
    with transaction() as session:
        number = keep_search(session, words, by=signed_in().id)
    return redirect(url_for("lists.show", listed=listed, **typed.kept, search=number))


@pages.post(f"/{_LIST}/file")
@serves(Role.OFFICER)
def file(listed: str) -> ResponseReturnValue:
    return take_file(At(_listing(listed)))


@pages.post(f"/{_LIST}/view")
@serves(Role.OFFICER)
def save(listed: str) -> ResponseReturnValue:
    return keep_view(At(_listing(listed)))


@pages.post(f"/{_LIST}/views/<id:view_id>/forget")
@serves(Role.OFFICER)
def forget(listed: str, view_id: int) -> ResponseReturnValue:
    return drop_view(At(_listing(listed)), view_id)


def list_page(at: At, template: str, **more: object) -> ResponseReturnValue:
    """A page of a list, and of a first page how many rows there are."""
    session, listing = db.session(), at.listing
    typed, page = asked_of(listing), asked()
    scope, below = _scope(session, listing, typed)
    wanted, words, cut = _wanted(session, scope, at, typed)
    found = page_of(session, scope, listing, wanted, after=page.after, size=page.size)
    return render_template(
        template,
        at=at,
        listing=listing,
        listings=[x.name for x in LISTINGS.values() if scope.whole or x.sees is not Sees.FUND],
        found=found,
        counted=found.counted,
        typed=typed,
        words=words,
        cut=len(wanted.people or ()) if cut else 0,
        lang_texts=texts,
        heads=heads(listing, language()),
        rows=[*zip(cells(listing, found.rows, language()), _places(listing, found), strict=True)],
        districts=below,
        views=[x for x in views_of(session, signed_in().id) if x.state in at.views],
        **more,
    )


def take_file(at: At) -> ResponseReturnValue:
    """All of the list as it was asked for: who took it is on record before the first row."""
    session, listing = db.session(), at.listing
    typed = asked_of(listing)
    scope, _ = _scope(session, listing, typed)
    wanted, _, _ = _wanted(session, scope, at, typed)
    lang = language()
    rows = cells(listing, every_row(session, scope, listing, wanted), lang)
    name = list_name(listing, lang)
    made = list_file(at.logged, name, urlencode(typed.kept), heads(listing, lang), rows)
    return made or _by_worker(at, typed, wanted)


def _by_worker(at: At, typed: AskedOf, wanted: Wanted) -> ResponseReturnValue:
    """A list longer than a request may make: a worker makes it, and its page tells how far."""
    whose = typed.district or signed_in().union_id
    what = (at.listing.name, at.part, typed.typed, wanted.order, wanted.people)
    try:
        with transaction() as session:
            asked_for = Ordered(*what, whose, language())
            order_id = order_list_file(session, asked_for, by=signed_in().id)
    except Refusal as refused:
        flash(say(refused, language()), "trouble")
        return redirect(at.page(**typed.with_search))
    ring(MAKE_LIST_FILE, order_id)
    flash(gettext("The list is long: its workbook is being made."))
    return redirect(url_for("list_orders.show", made_id=order_id))


def keep_view(at: At) -> ResponseReturnValue:
    """Keep the filters under a name of the officer's own."""
    typed = asked_of(at.listing)
    try:
        with transaction() as session:
            name, kept = request.form.get("name", ""), urlencode(typed.kept)
            save_view(session, name, state=at.view, filters=kept, by=signed_in().id)
    except Refusal as refused:
        flash(say(refused, language()), "trouble")
    else:
        flash(gettext("The view is saved. It stands above the list, for you alone."))
    return redirect(at.page(**typed.kept))


def drop_view(at: At, view_id: int) -> ResponseReturnValue:
    """Forget one of the account's own views."""
    with transaction() as session:
        forget_view(session, view_id, by=signed_in().id) or abort(404)
    flash(gettext("The view is gone; the list is not."))
    return redirect(at.page())


def _listing(name: str) -> Listing:
    """The list; what is the whole fund's is not found by an officer of a part."""
    found = LISTINGS[name]
    if found.sees is Sees.FUND:
        scope_of(db.session(), signed_in().union_id).whole or abort(404)
    return found


def _scope(session: Session, listing: Listing, typed: AskedOf) -> tuple[Scope, list[object]]:
    """The scope, or a district's within it, and the districts there are; one elsewhere is not
    found."""
    scope = scope_of(session, signed_in().union_id)
    if listing.sees is Sees.FUND:
        return scope, []
    below = districts(session, reach(scope))
    if not typed.district:
        return scope, [*below]
    if typed.district not in {each.id for each in below}:
        abort(404)
    return scope_of(session, typed.district), [*below]


def _wanted(session: Session, scope: Scope, at: At, typed: AskedOf) -> tuple[Wanted, str, bool]:
    """What is asked for, the words of a search, whether more people are called so than are looked
    for; a search that is over finds nobody."""
    if typed.search is None or not at.listing.people:
        return Wanted(typed.values, typed.order, part=at.part), "", False
    words = kept_search(session, typed.search, by=signed_in().id)
    if words is None:
        flash(gettext("What was looked for is kept for an hour and is gone."), "trouble")
        # Nobody, and not everybody: a file of one person must not become one of all.
        return Wanted(typed.values, typed.order, people=()), "", False
    people, more = people_found(session, scope, wanted_of(words))
    return Wanted(typed.values, typed.order, tuple(people)), words, more


def _places(listing: Listing, found: Rows) -> list[str]:
    return [place_of(listing, row) for row in found.rows]
