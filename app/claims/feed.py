"""Keep a settlement file that a bureau's program sends: a worker takes it (`app.feeds.take_sent`).

The file is stored part by part while it arrives, each part sealed, so that a large one is never in
memory, and does not wait on a disk in the clear; it is let go when it was taken.
"""

import json
from collections.abc import Iterable
from typing import Final

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from app.claims.feed_models import SettlementFeed
from app.claims.file import RequestKeyUsed
from app.db import one_at_a_time
from app.errors import Refusal, RowFault
from app.evidence.append import record
from app.files.keep import DAYS_KEPT, keep, kept_in_a_day, let_go
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
FEED_TABLE: Final = "settlement_feed"
"""What the rows of a report are sealed under."""
_FORGOTTEN: Final = text(
    """
    SELECT f.id FROM settlement_feed f WHERE f.state = 'waiting'
    AND NOT EXISTS (SELECT FROM job j WHERE j.subject_id = f.id AND j.kind = :kind)
    """
)


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
    return [RowFault(**x) for x in json.loads(vault().open(feed.listed, FEED_TABLE, feed.id))]
