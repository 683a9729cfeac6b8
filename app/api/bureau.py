"""What a bureau's program may do: send a settlement file, and read what became of it."""

from typing import Any, Final

from flask import abort
from marshmallow import fields

from app.accounts.scopes import Scope
from app.api.door import asks, bearer, sent_blocks, takes
from app.api.given import Routes
from app.api.problems import asked_language, fault_said
from app.api.shapes import KeyGiven, Said, one_of
from app.api.unit_shapes import RowSaid
from app.claims.feed import COUNTS, REFUSED, TAKEN, WAITING, feed_of, hand_feed_in, listed_of
from app.claims.feed_models import SettlementFeed
from app.db import db, transaction
from app.jobs import TAKE_FEED
from app.texts import word
from app.web.bells import ring

MOST_BYTES: Final = 100_000_000
KINDS: Final = ("text/csv", "application/octet-stream")
_FILE: Final = {
    "required": True,
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS},
}

routes = Routes("bureau", __name__, url_prefix="/api/v1/settlements")

CountsSaid = Said.from_dict(
    {name: fields.Integer() for name in (*COUNTS, "sums_differ")}, name="CountsSaid"
)


class RefusedSaid(Said):
    """Why the whole file was refused; nothing of it was written."""

    name = fields.String()
    detail = fields.String()


class FeedSaid(Said):
    """A settlement file: waiting, taken or refused; of its rows those that a person should see."""

    id = fields.Integer()
    state = one_of((WAITING, TAKEN, REFUSED))
    file_sha256 = fields.String()
    sent_at = fields.AwareDateTime()
    run = fields.Integer(allow_none=True)
    counts = fields.Nested(CountsSaid, allow_none=True)
    listed = fields.List(fields.Nested(RowSaid))
    fault = fields.Nested(RefusedSaid, allow_none=True)


@routes.post("")
@asks(Scope.SETTLEMENTS_WRITE)
@takes(MOST_BYTES)
@routes.arguments(KeyGiven, location="headers")
@routes.doc(requestBody=_FILE)
@routes.response(202, FeedSaid)
def send(header: dict[str, str]) -> Any:
    acting = bearer()
    with transaction() as session:
        feed_id = hand_feed_in(
            session,
            sent_blocks(KINDS),
            request_key=header["key"],
            sent_with=acting.token_id,
            by=acting.account_id,
        )
    ring(TAKE_FEED, feed_id)
    return show(feed_id)


@routes.get("/<id:feed_id>")
@asks(Scope.SETTLEMENTS_WRITE)
@routes.response(200, FeedSaid)
def report(feed_id: int) -> Any:
    return show(feed_id)


def show(feed_id: int) -> dict[str, Any]:
    """A file sent in the name of the account for which this request acts."""
    feed: SettlementFeed = feed_of(db.session(), feed_id, by=bearer().account_id) or abort(404)
    fault = feed.fault
    if fault:
        fault = {**fault, "detail": word(fault["name"], asked_language(), **fault["facts"])}
    return {
        "id": feed.id,
        "state": feed.state,
        "file_sha256": feed.file_sha256,
        "sent_at": feed.recorded_at,
        "run": feed.run_id,
        "counts": feed.counts,
        "listed": [{"line": x.line, **fault_said(x)} for x in listed_of(feed)],
        "fault": fault,
    }
