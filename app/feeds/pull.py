"""Pull a day's settlements from the bureau's interface: a page is a part, taken as it comes.

The feed keeps the cursor of the next page, in the transaction that takes the page; so a pull that
was interrupted goes on with that page. A day that was pulled whole may be pulled again: what is
known changes nothing, what has changed is a change. Lines are rows in the order of the pages.

What is a file's header are the names of a page's rows together: a name that one row lacks is an
empty cell, as `null` is, but a page on which no row has a needed name is refused whole, as a file
with a changed header is, for without what others have paid every bill of it would be paid too much.
The feed stops there with page and names, and the next pull goes on with that page.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.claims.bills import FEEDS
from app.claims.columns import layout_of, read_piece
from app.claims.settlement import FIELDS, NEEDED, SYNONYMS, national, of_bill
from app.claims.sort_out import Taken
from app.clock import CHINA, today
from app.db import one_at_a_time
from app.errors import Refusal, RowFault
from app.feeds.bureau import CursorLoops, Interface, Page, PageLacks
from app.feeds.faults import BegunAnew
from app.feeds.import_file import MOST_NAMED, Transaction
from app.feeds.models import Feed, FeedPart
from app.feeds.reading import Part
from app.feeds.take import (
    PULL,
    STOPPED,
    WHOLE,
    FeedMovedOn,
    add_feed,
    come_to,
    end_feed,
    take_part,
)

_NAMES = [*FIELDS, *SYNONYMS]
_HALVES: Final = re.compile("[\ud800-\udfff]")


class DaysReversed(Refusal):
    """The last day lies before the first."""


class DayNotBegun(Refusal):
    """A day that lies ahead: nothing can have been settled on it."""


@dataclass(slots=True)
class Pulled:
    """What came of a day now; `went_on`: the pull had been interrupted.

    `listed`: the first rows that a person should look at; the feed has all.
    """

    day: date
    feed_id: int = 0
    run_id: int | None = None
    went_on: bool = False
    pages: int = 0
    rows_in: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refunds: int = 0
    unmatched: int = 0
    refused: int = 0
    listed: list[RowFault] = field(default_factory=list)


_SUMMED = ("rows_in", "new", "changed", "unchanged", "refunds", "unmatched", "refused")
Watch = Callable[[Pulled], None]


def pull_day(
    transaction: Transaction,
    interface: Interface,
    day: date,
    *,
    by: int,
    anew: bool = False,
    watch: Watch = lambda pulled: None,
) -> Pulled:
    """Pull a day, or go on with it; `anew`: from its first page.

    Raises PullFailed, DayNotBegun, FeedMovedOn.
    """
    _check_begun(day)
    pulled = Pulled(day)
    with transaction() as session:
        feed = _feed(session, day, by=by, anew=anew)
        pulled.feed_id, pulled.run_id, cursor = feed.id, feed.run_id, feed.cursor
        line = come_to(session, feed.id)
        pulled.went_on = line > 0
    seen = {cursor}
    while True:
        page = interface.page(day.isoformat(), cursor)
        if page.following is not None and (page.following in seen or not page.rows):
            raise CursorLoops
        _check_names(transaction, pulled.feed_id, page, line)
        with transaction() as session:
            taken = _take(session, pulled.feed_id, page, line)
        line += len(page.rows)
        _add(pulled, taken)
        watch(pulled)
        cursor = page.following
        if cursor is None:
            break
        seen.add(cursor)
    with transaction() as session:
        end_feed(session, pulled.feed_id)
    return pulled


def days_of(first: date, last: date) -> list[date]:
    """Every day from the first to the last. Raises DaysReversed, DayNotBegun."""
    if last < first:
        raise DaysReversed
    _check_begun(last)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _check_begun(day: date) -> None:
    """Today may be looked at; it is pulled again when it is over (`is_pulled`)."""
    if day > today():
        raise DayNotBegun(day=day.isoformat(), today=today().isoformat())


def is_over(day: date) -> bool:
    """Whether nothing more can be settled on it."""
    return day < today()


def is_pulled(session: Session, day: date) -> bool:
    """Whether a day has come whole before, and was over when its pull began."""
    over = datetime.combine(day + timedelta(days=1), time(), CHINA)
    known = select(Feed.id).where(
        *(Feed.source == PULL, Feed.name == day.isoformat(), Feed.state == WHOLE),
        Feed.recorded_at >= over,
    )
    return session.scalar(known.limit(1)) is not None


def _feed(session: Session, day: date, *, by: int, anew: bool) -> Feed:
    one_at_a_time(session, FEEDS)
    known = select(Feed).where(Feed.source == PULL, Feed.name == day.isoformat())
    going = or_(Feed.state != STOPPED, Feed.fault["name"].astext != BegunAnew.__name__)
    begun = session.scalars(
        known.where(Feed.state != WHOLE, going).order_by(Feed.id.desc()).limit(1)
    ).one_or_none()
    if begun is not None and not anew:
        return begun
    if begun is not None:
        end_feed(session, begun.id, BegunAnew())  # it never came whole
    return add_feed(session, source=PULL, name=day.isoformat(), sha256=None, by=by)


def _check_names(transaction: Transaction, feed_id: int, page: Page, line: int) -> None:
    """Stop the feed before a page whose rows lack a needed name. Raises PageLacks, FeedMovedOn."""
    lacking = lacking_of(page.rows)
    if not lacking:
        return
    with transaction() as session:
        one_at_a_time(session, FEEDS)
        if come_to(session, feed_id) != line:  # another pull had a whole page, and has gone on
            raise FeedMovedOn(number=feed_id)
        parts = select(func.count()).where(FeedPart.feed_id == feed_id)
        number = session.scalars(parts).one() + 1  # each page before it is a part
        facts = {"page": number, "first_line": line + 1, "last_line": line + len(page.rows)}
        refused = PageLacks(**facts, columns=", ".join(lacking))
        end_feed(session, feed_id, refused)
    raise refused


def lacking_of(rows: list[dict[str, Any]]) -> list[str]:
    """The needed names that no row of a page has; none where there is no row."""
    told = national([*{name for row in rows for name in row}])
    return [name for name in NEEDED if name not in told] if rows else []


def _take(session: Session, feed_id: int, page: Page, line: int) -> Taken | None:
    """Take a page and keep where the next one begins; the first page's digest names the feed."""
    taken = None
    if page.rows:
        named = update(Feed).where(Feed.id == feed_id, Feed.file_sha256.is_(None))
        session.execute(named.values(file_sha256=page.sha256))
        taken = take_part(session, feed_id, part_of(page.rows, line), after_line=line)
    session.execute(update(Feed).where(Feed.id == feed_id).values(cursor=page.following))
    return taken


def part_of(rows: list[dict[str, Any]], after_line: int) -> Part:
    """A page's rows, read as those of a file are: its names were checked. Raises ColumnMissing."""
    lowered = [{name.lower(): value for name, value in row.items()} for row in rows]
    names = [name for name in _NAMES if any(name in row for row in lowered)]
    numbered = [
        (line, [_text(row.get(name)) for name in names])
        for line, row in enumerate(lowered, after_line + 1)
    ]
    layout = layout_of(after_line + 1, names)
    broken = _unstorable(names, numbered)
    lines = {fault.line for fault in broken}
    piece = read_piece(layout, [(line, cells) for line, cells in numbered if line not in lines])
    faults = sorted(piece.faults + broken, key=lambda fault: fault.line)
    return Part(after_line + len(rows), len(rows), piece.rows, faults)


def _unstorable(names: list[str], numbered: list[tuple[int, list[str]]]) -> list[RowFault]:
    """Cells with signs that JSON can write and no file holds: NUL, and halves of a sign."""
    if _is_storable("".join(cell for _, cells in numbered for cell in cells)):
        return []
    found = []
    for line, cells in numbered:
        odd = [x for x, cell in zip(names, cells, strict=True) if not _is_storable(cell)]
        setl_id = cells[names.index("setl_id")] if "setl_id" in names else ""
        found += [of_bill(RowFault(line, name, "TextUnstorable"), setl_id) for name in odd]
    return found


def _is_storable(text: str) -> bool:
    return "\0" not in text and not _HALVES.search(text)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value).strip()


def _add(pulled: Pulled, taken: Taken | None) -> None:
    pulled.pages += 1
    if taken is None:
        return
    pulled.run_id = taken.run_id
    for name in _SUMMED:
        setattr(pulled, name, getattr(pulled, name) + getattr(taken, name))
    pulled.listed += taken.listed[: MOST_NAMED - len(pulled.listed)]
