"""Feeds of settlements: each with what became of every row, class by class, to read or take away.

A feed is the whole fund's: it holds the bills of every unit's members. What a member's bill came to
is looked up for each, so a large feed's rows are counted and listed on demand: as a file.
"""

from collections.abc import Iterator
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from app.accounts.models import Role
from app.db import db
from app.feeds.account import (
    CLASSES,
    DETERMINED,
    RowTold,
    accounted,
    parts_counted,
    rows_of_class,
)
from app.lists.tables_out import MOST_IN_WORKBOOK, Cell, Count
from app.texts import word
from app.texts.fates import class_said, why_said
from app.web.auth import signed_in
from app.web.languages import language
from app.web.list_file import list_file
from app.web.paging import Asked, Page, asked
from app.web.read.feeds import (
    PIPE,
    FeedTold,
    came_whole,
    claims_of,
    feed_told,
    latest_feeds,
)
from app.web.read.scope import scope_of
from app.web.roles import serves

MOST_COUNTED: Final = 20_000
"""Rows of a feed whose new bills a page looks up one by one."""
_MOST_OF_A_ROW: Final = 40
"""Faults that one row can have."""
SOURCES: Final = {
    "file": lazy_gettext("A file"),
    PIPE: lazy_gettext("The standard input"),
    "pull": lazy_gettext("The bureau's interface"),
}

pages = Blueprint("feeds", __name__, url_prefix="/office/feeds")


@pages.before_request
def _of_the_whole_fund() -> None:
    if not scope_of(db.session(), signed_in().union_id).whole:
        abort(404)


@pages.get("/")
@serves(Role.OFFICER, Role.OPERATOR)
def index() -> ResponseReturnValue:
    feeds = latest_feeds(db.session(), asked())
    whole = came_whole(db.session(), feeds.rows)
    return render_template("feeds/index.html", feeds=feeds, whole=whole, sources=SOURCES)


@pages.get("/<id:feed_id>")
@serves(Role.OFFICER, Role.OPERATOR)
def show(feed_id: int) -> ResponseReturnValue:
    feed = _feed(feed_id)
    found = accounted(db.session(), feed_id) if feed.rows_in <= MOST_COUNTED else None
    return render_template(
        "feeds/show.html",
        feed=feed,
        found=found,
        counts=found.classes if found else parts_counted(db.session(), feed_id),
        classes=CLASSES,
        sources=SOURCES,
        why=_why(feed),
        whole=came_whole(db.session(), [feed]),
    )


@pages.get("/<id:feed_id>/<fate>")
@serves(Role.OFFICER, Role.OPERATOR)
def rows(feed_id: int, fate: str) -> ResponseReturnValue:
    feed = _feed(feed_id)
    if fate not in CLASSES:
        abort(404)
    page, too_many = asked(), feed.rows_in > MOST_COUNTED and fate in DETERMINED
    found = Page[RowTold]([], None) if too_many else _page(feed_id, fate, page)
    return render_template(
        "feeds/rows.html",
        feed=feed,
        fate=fate,
        rows=found,
        claims=claims_of(db.session(), [_bill(row, fate) for row in found.rows]),
        bill=_bill,
        too_many=too_many,
        as_workbook=feed.rows_in <= MOST_IN_WORKBOOK,
    )


@pages.post("/<id:feed_id>/<fate>")
@serves(Role.OFFICER, Role.OPERATOR)
def file(feed_id: int, fate: str) -> ResponseReturnValue:
    """The rows of a class as CSV, or as a workbook where they are few enough."""
    _feed(feed_id)
    if fate not in CLASSES:
        abort(404)
    head = [gettext("Line"), gettext("Bill"), gettext("Claim"), gettext("Why")]
    answer: Response | None = list_file(
        f"feed.{fate}", row_class(fate), f"feed={feed_id}", head, _cells(feed_id, fate)
    )
    return answer or redirect(url_for("feeds.rows", feed_id=feed_id, fate=fate))


@pages.app_template_filter("row_class")
def row_class(fate: str) -> str:
    """The class of a feed's row, or a count of rows, in the reader's language."""
    return class_said(fate, language())


@pages.app_template_filter("row_why")
def row_why(row: RowTold, fate: str) -> str:
    """Why a row has its class, as in the file of them."""
    return why_said(fate, row.why, language())


def _page(feed_id: int, fate: str, page: Asked) -> Page[RowTold]:
    """A page of a class; what is said of one row stays on one page."""
    most = page.size + _MOST_OF_A_ROW
    found = [*rows_of_class(db.session(), feed_id, fate, after=page.after or 0, most=most)]
    last = found[: page.size][-1].line if found else 0
    rows = [row for row in found if row.line <= last]
    return Page(rows, last if len(rows) < len(found) else None)


def _bill(row: RowTold, fate: str) -> str:
    """The number of the bill that a row is about: of a refund, the one that it undoes."""
    return row.why if fate == "refund" else row.setl_id


def _cells(feed_id: int, fate: str) -> Iterator[list[Cell]]:
    for row in rows_of_class(db.session(), feed_id, fate):
        claim = Count(row.claim_id) if row.claim_id else None
        yield [Count(row.line), row.setl_id, claim, why_said(fate, row.why, language())]


def _feed(feed_id: int) -> FeedTold:
    return feed_told(db.session(), feed_id) or abort(404)


def _why(feed: FeedTold) -> str:
    """Why a feed stopped, in words."""
    if feed.fault is None:
        return ""
    facts = dict(feed.fault)
    return word(str(facts.pop("name", "")), language(), **facts.get("facts", facts))
