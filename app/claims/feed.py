"""Take a settlement file that a bureau's program sends: kept as it comes, then taken by a worker.

The file is stored part by part while it arrives, each part sealed, so that a large one is never in
memory or on a disk in the clear; it is let go when it was taken. What is done with it is what
`huzhu settlements import` does (`take_feed`), in the name of the officer who answers for it.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from app.accounts.token_models import ApiToken
from app.claims.feed_models import SettlementFeed
from app.claims.file import RequestKeyUsed
from app.claims.settlement import read_settlements
from app.claims.sort_out import Taken
from app.claims.submit import take_feed
from app.db import one_at_a_time
from app.errors import FileFault, Refusal, RowFault
from app.evidence.append import record
from app.files.keep import DAYS_KEPT, keep, kept, kept_in_a_day, let_go, read
from app.jobs import TAKE_FEED, promise
from app.secrets import vault

WAITING, TAKEN, REFUSED = "waiting", "taken", "refused"
COUNTS: Final = (
    *("rows_in", "new", "changed", "unchanged", "refunds", "unmatched", "refused", "joined"),
    "promised",
)
MOST_LISTED: Final = 1_000
"""Rows named in the report; the counts are of all."""
MOST_A_DAY: Final = 200
_TABLE: Final = "settlement_feed"
_FORGOTTEN: Final = text(
    """
    SELECT f.id FROM settlement_feed f WHERE f.state = 'waiting'
    AND NOT EXISTS (SELECT FROM job j WHERE j.subject_id = f.id AND j.kind = :kind)
    """
)


class FeedFileGone(Refusal):
    """The file was kept for some days and is gone."""


class FeedTokenRevoked(Refusal):
    """The token it was sent with was revoked before it was taken."""


class FeedGivenUp(Refusal):
    """The file could not be taken, again and again."""


class FeedsOfTheDay(Refusal):
    """So many files a day, and no more."""


def hand_feed_in(
    session: Session, blocks: Iterable[bytes], *, request_key: str, sent_with: int, by: int
) -> int:
    """Keep a file and promise to take it; its number. The same request again is the same file.

    Raises FeedsOfTheDay, RequestKeyUsed.
    """
    if kept_in_a_day(session, by=by) >= MOST_A_DAY:
        raise FeedsOfTheDay(most=MOST_A_DAY)
    file = keep(session, blocks, name="settlements.csv", media_type="text/csv", by=by)
    # Not before the file is here: who sends slowly keeps nobody waiting.
    one_at_a_time(session, f"feeds of token {sent_with}")
    mine = select(SettlementFeed.id, SettlementFeed.file_sha256).where(
        SettlementFeed.sent_with == sent_with, SettlementFeed.request_key == request_key
    )
    before = session.execute(mine).one_or_none()
    if before is not None:
        if before.file_sha256 != file.sha256:
            raise RequestKeyUsed
        let_go(session, file.id)
        return int(before.id)
    row = insert(SettlementFeed).values(
        sent_with=sent_with,
        request_key=request_key,
        file_id=file.id,
        file_sha256=file.sha256,
        state=WAITING,
        recorded_by=by,
    )
    feed_id = int(session.execute(row.returning(SettlementFeed.id)).scalar_one())
    digest, act = file.sha256, "settlements.handed_in"
    record(session, act, by=by, about=feed_id, file_sha256=digest, token=sent_with)
    promise(session, TAKE_FEED, feed_id, [(0, [])])
    return feed_id


def take_kept_feed(session: Session, feed_id: int) -> None:
    """Read the file and take it. Twice equals once."""
    feed = session.get(SettlementFeed, feed_id, populate_existing=True)
    if feed is None or feed.state != WAITING:
        return
    file = kept(session, feed.file_id) if feed.file_id else None
    if file is None:
        _refuse(session, feed_id, FeedFileGone())
        return
    if session.get_one(ApiToken, feed.sent_with, populate_existing=True).revoked_at is not None:
        _refuse(session, feed_id, FeedTokenRevoked())
        let_go(session, file.id)
        return
    try:
        found = read_settlements(b"".join(read(session, file)))
    except FileFault as fault:
        _refuse(session, feed_id, fault)
    else:
        taken = take_feed(session, found, file_sha256=file.sha256, by=feed.recorded_by)
        _report(session, feed_id, taken)
    let_go(session, file.id)


def give_up_feed(session: Session, feed_id: int) -> None:
    """Taking it failed again and again: nothing of it was written."""
    _refuse(session, feed_id, FeedGivenUp(number=feed_id))


def promise_forgotten_feeds(session: Session) -> None:
    """Promise to take files that wait and nobody promised."""
    for feed_id in session.scalars(_FORGOTTEN, {"kind": TAKE_FEED}).all():
        promise(session, TAKE_FEED, feed_id, [(0, [])])


def let_old_reports_go(session: Session) -> None:
    """Forget the rows of reports when their files would be gone: whom they name is sealed there."""
    session.execute(
        update(SettlementFeed)
        .where(SettlementFeed.listed.is_not(None))
        .where(text(f"recorded_at < now() - make_interval(days => {DAYS_KEPT})"))
        .values(listed=None)
    )


def feed_of(session: Session, feed_id: int, *, by: int) -> SettlementFeed | None:
    """A file that was sent in this account's name."""
    mine = select(SettlementFeed).where(
        SettlementFeed.id == feed_id, SettlementFeed.recorded_by == by
    )
    return session.scalar(mine.execution_options(populate_existing=True))


def listed_of(feed: SettlementFeed) -> list[RowFault]:
    """The rows of a file that a person should look at."""
    if feed.listed is None:
        return []
    return [RowFault(**x) for x in json.loads(vault().open(feed.listed, _TABLE, feed.id))]


def _report(session: Session, feed_id: int, taken: Taken) -> None:
    rows = [asdict(each) for each in taken.listed[:MOST_LISTED]]
    counts = {name: getattr(taken, name) for name in COUNTS}
    known: dict[str, object] = {
        "state": TAKEN,
        "run_id": taken.run_id,
        "counts": counts | {"sums_differ": len(taken.sums_differ)},
        "listed": vault().seal(json.dumps(rows, ensure_ascii=False), _TABLE, feed_id),
    }
    _set(session, feed_id, known)


def _refuse(session: Session, feed_id: int, fault: Refusal) -> None:
    facts = {x: y if isinstance(y, int) else str(y) for x, y in fault.facts.items()}
    _set(session, feed_id, {"state": REFUSED, "fault": {"name": fault.name, "facts": facts}})


def _set(session: Session, feed_id: int, known: dict[str, object]) -> None:
    session.execute(update(SettlementFeed).where(SettlementFeed.id == feed_id).values(known))
