"""Take a feed part by part; each part is one transaction with its accounting."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from app.claims.bills import FEEDS
from app.claims.gather import gather
from app.claims.settlement import of_bill
from app.claims.sort_out import TWICE, Asked, Lines, Taken, asked_of
from app.claims.submit import Feed as Source
from app.claims.submit import take_rows
from app.db import copy_in, one_at_a_time
from app.errors import Refusal, RowFault
from app.feeds.models import Feed, FeedFault, FeedPart
from app.feeds.reading import Part

OPEN, WHOLE, STOPPED = "open", "whole", "stopped"
FILE, PULL = "file", "pull"
_NOW: Final = func.transaction_timestamp()
_LAST: Final = select(func.coalesce(func.max(FeedPart.through_line), 0))
_NO_RUN: Final = ""


class FeedMovedOn(Refusal):
    """Somebody else takes the same feed just now, and has come further."""


def open_feed(session: Session, *, source: str, name: str, sha256: str, by: int) -> Feed:
    """The feed of a file: the one that was interrupted, or a new one."""
    one_at_a_time(session, FEEDS)
    begun = select(Feed).where(
        Feed.file_sha256 == sha256, Feed.source == source, Feed.state != WHOLE
    )
    known = session.scalars(begun.order_by(Feed.id.desc()).limit(1)).one_or_none()
    return known or add_feed(session, source=source, name=name, sha256=sha256, by=by)


def add_feed(session: Session, *, source: str, name: str, sha256: str | None, by: int) -> Feed:
    """A new feed, of which nothing has been taken."""
    facts = {"source": source, "name": name, "file_sha256": sha256, "recorded_by": by}
    made = insert(Feed).values(state=OPEN, **facts).returning(Feed)
    return session.scalars(made).one()


def come_to(session: Session, feed_id: int) -> int:
    """The line to which it has been taken."""
    return int(session.execute(_LAST.where(FeedPart.feed_id == feed_id)).scalar_one())


def take_part(
    session: Session, feed_id: int, part: Part, *, after_line: int, earlier: Lines | None = None
) -> Taken:
    """Take the rows that follow `after_line`. Raises FeedMovedOn.

    `earlier`: the lines in which numbers stood in the parts before, where that can be told.
    """
    one_at_a_time(session, FEEDS)
    feed = session.get_one(Feed, feed_id, populate_existing=True)
    if come_to(session, feed_id) != after_line:
        raise FeedMovedOn(number=feed_id)
    asked, twice = _told_apart(session, feed, part, after_line)
    taken = Taken(part.rows_in, listed=part.faults + twice)
    digest = feed.file_sha256 or _NO_RUN
    source = Source(digest, feed.recorded_by, feed.run_id, more_comes=True, earlier=earlier)
    take_rows(session, asked, taken, source)
    taken.listed = _with_bills(taken.listed, part)
    _account(session, feed_id, part, taken)
    _move(session, feed_id, run_id=taken.run_id, state=OPEN, fault=None)
    return taken


def _told_apart(
    session: Session, feed: Feed, part: Part, after_line: int
) -> tuple[Asked, list[RowFault]]:
    """What is asked about a part's rows, and those that are listed unasked.

    A file that was sent before may have one number twice: its other row was listed then, when the
    first had just come in. Now that is known already, and the other would be a change.
    """
    before = (
        select(FeedFault.line)
        .join(Feed, Feed.id == FeedFault.feed_id)
        .where(
            *(Feed.file_sha256 == feed.file_sha256, Feed.source == FILE, Feed.id < feed.id),
            *(FeedFault.line > after_line, FeedFault.line <= part.through_line),
            FeedFault.reason.in_(TWICE),
        )
    )
    twice = set(session.scalars(before)) if feed.source == FILE else set()
    if not twice:
        return part.asked or asked_of(part.rows), []
    rows = part.rows.picked([line not in twice for line in part.rows.line])
    lines = twice.intersection(part.rows.line)
    return asked_of(rows), [RowFault(x, "setl_id", "SetlIdTwiceBefore") for x in sorted(lines)]


def _with_bills(listed: list[RowFault], part: Part) -> list[RowFault]:
    """The listed rows with their bills' numbers: of a row that was read, its own."""
    lines = {fault.line for fault in listed}
    named = {x: y for x, y in zip(part.rows.line, part.rows.setl_id, strict=True) if x in lines}
    return [of_bill(x, named[x.line]) if x.line in named else x for x in listed]


def end_feed(session: Session, feed_id: int, fault: Refusal | None = None) -> None:
    """Nothing more comes of it; `fault`: what stopped it."""
    feed = session.get_one(Feed, feed_id, populate_existing=True)
    if feed.run_id is not None:
        gather(session, feed.run_id)
    if fault is None:
        _move(session, feed_id, state=WHOLE, fault=None)
        return
    facts = {x: y if isinstance(y, int) else str(y) for x, y in fault.facts.items()}
    _move(session, feed_id, state=STOPPED, fault={"name": fault.name, "facts": facts})


def _move(session: Session, feed_id: int, **now: object) -> None:
    session.execute(update(Feed).where(Feed.id == feed_id).values(moved_at=_NOW, **now))


def _account(session: Session, feed_id: int, part: Part, taken: Taken) -> None:
    """Every row of the part is told once; the table's check adds them up."""
    twice = {x.line for x in taken.listed if x.reason in TWICE}
    lines = sorted(twice.union(taken.known_lines))
    seq = select(func.count() + 1).where(FeedPart.feed_id == feed_id)
    session.execute(
        insert(FeedPart).values(
            feed_id=feed_id,
            seq=seq.scalar_subquery(),
            through_line=part.through_line,
            rows_in=part.rows_in,
            new=taken.new,
            changed=taken.changed,
            duplicate=len(lines),
            refund=taken.refunds,
            no_member=taken.unmatched,
            faulty=taken.refused - len(twice),
            sums_differ=len(taken.sums_differ),
            duplicate_lines=_ranges(lines),
        )
    )
    reasons = {(x.line, x.field): x for x in taken.listed}
    copy_in(
        session,
        FeedFault.__tablename__,
        ("feed_id", "line", "field", "reason", "setl_id"),
        (
            (feed_id, x.line, x.field, x.reason, x.facts.get("setl_id", ""))
            for x in reasons.values()
        ),
    )


def _ranges(lines: Iterable[int]) -> list[Range[int]]:
    """Lines in order as ranges: a file that is sent again is one."""
    ranges: list[Range[int]] = []
    first = last = None
    for line in lines:
        if first is None or last is None or line != last + 1:
            if first is not None and last is not None:
                ranges.append(Range(first, last + 1))
            first = line
        last = line
    if first is not None and last is not None:
        ranges.append(Range(first, last + 1))
    return ranges


def still_coming(run_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether more of a run's feed is just coming: its claims wait for one another."""
    moving = text("transaction_timestamp() - interval '10 minutes'")
    return (
        select(Feed.id)
        .where(Feed.run_id == run_id, Feed.state == OPEN, Feed.moved_at > moving)
        .exists()
    )


def faults_of(rows: Iterable[FeedFault]) -> list[RowFault]:
    """Listed rows as they are worded."""
    return [of_bill(RowFault(x.line, x.field, x.reason), x.setl_id) for x in rows]
