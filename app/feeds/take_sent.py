"""Take a settlement file that a bureau's program sent, by what `huzhu settlements import` does.

It is read part by part, as there, so that memory does not grow with the file; but its parts are one
transaction with the report. So a file that cannot be taken whole leaves nothing, and a worker that
dies leaves a file that still waits. While it is read it lies in a file nobody can name. It is taken
in the name of the officer who answers for the token.
"""

import json
import tempfile
from contextlib import nullcontext
from dataclasses import asdict

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.token_models import ApiToken
from app.claims.feed import COUNTS, FEED_TABLE, MOST_LISTED, REFUSED, TAKEN, WAITING
from app.claims.feed_models import SettlementFeed
from app.errors import FileFault, Refusal
from app.feeds.import_file import Imported, import_file
from app.files.keep import Kept, kept, let_go, read
from app.secrets import vault


class FeedFileGone(Refusal):
    """The file was kept for some days and is gone."""


class FeedTokenRevoked(Refusal):
    """The token it was sent with was revoked before it was taken."""


class FeedGivenUp(Refusal):
    """The file could not be taken, again and again."""


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
        with session.begin_nested():
            taken = _taken(session, file, by=feed.recorded_by)
    except FileFault as fault:
        _refuse(session, feed_id, fault)
    else:
        _report(session, feed_id, taken)
    let_go(session, file.id)


def give_up_feed(session: Session, feed_id: int) -> None:
    """Taking it failed again and again: nothing of it was written."""
    _refuse(session, feed_id, FeedGivenUp(number=feed_id))


def _taken(session: Session, file: Kept, *, by: int) -> list[Imported]:
    """What became of each CSV in it. Raises FileFault where one cannot be taken whole."""
    taken = []
    with tempfile.TemporaryFile() as whole:
        for block in read(session, file):
            whole.write(block)
        whole.flush()
        for one in import_file(lambda: nullcontext(session), whole, name=file.name, by=by):
            if one.fault:
                raise one.fault
            taken.append(one)
    return taken


def _report(session: Session, feed_id: int, taken: list[Imported]) -> None:
    rows = [asdict(each) for one in taken for each in one.listed][:MOST_LISTED]
    counts = {name: sum(getattr(one, name) for one in taken) for name in COUNTS}
    runs = [one.run_id for one in taken if one.run_id is not None]
    known: dict[str, object] = {
        "state": TAKEN,
        "run_id": runs[-1] if runs else None,
        "counts": counts | {"sums_differ": sum(len(one.sums_differ) for one in taken)},
        "listed": vault().seal(json.dumps(rows, ensure_ascii=False), FEED_TABLE, feed_id),
    }
    _set(session, feed_id, known)


def _refuse(session: Session, feed_id: int, fault: Refusal) -> None:
    facts = {x: y if isinstance(y, int) else str(y) for x, y in fault.facts.items()}
    _set(session, feed_id, {"state": REFUSED, "fault": {"name": fault.name, "facts": facts}})


def _set(session: Session, feed_id: int, known: dict[str, object]) -> None:
    session.execute(update(SettlementFeed).where(SettlementFeed.id == feed_id).values(known))
