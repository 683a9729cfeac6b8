"""What a member's own program may do: see the cover and the claims, and file one."""

from datetime import date
from typing import Any, Final

from flask import abort
from marshmallow import fields

from app.accounts.scopes import Scope
from app.api.door import asks, bearer
from app.api.given import Routes
from app.api.shapes import Fen, Said, Yuan, one_of
from app.clock import today
from app.db import db
from app.web.read.covers import CoverSeen, Room, Standing, Status, covers_of, not_covered

WHY: Final = ("unpaid", "credited", "undecided", "late")
routes = Routes("member", __name__, url_prefix="/api/v1/my")


class RoomSaid(Said):
    """What is left of one cap in the benefit year; without a cap the amounts are null."""

    care = fields.String()
    percents = fields.List(fields.String())
    cap_fen = Fen(allow_none=True)
    cap = Yuan(allow_none=True)
    used_fen = Fen()
    used = Yuan()
    left_fen = Fen(allow_none=True)
    left = Yuan(allow_none=True)


class CoverSaid(Said):
    """One cover. The dues are those of one head."""

    id = fields.Integer()
    status = one_of(Status)
    benefit_year = fields.Integer()
    scheme = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    last_waiting_day = fields.Date(allow_none=True)
    unit = fields.String(allow_none=True)
    campaign = fields.String(allow_none=True)
    unit_due_fen = Fen()
    unit_due = Yuan()
    worker_due_fen = Fen()
    worker_due = Yuan()
    union_due_fen = Fen()
    union_due = Yuan()
    rooms = fields.List(fields.Nested(RoomSaid))


class EnrolledSaid(Said):
    """Enrolled, and not covered yet."""

    by = fields.String()
    benefit_year = fields.Integer()
    why = one_of(WHY)


class CoversSaid(Said):
    """The covers of a member, the one that counts today first."""

    day = fields.Date()
    covers = fields.List(fields.Nested(CoverSaid))
    not_covered = fields.List(fields.Nested(EnrolledSaid))


@routes.get("/cover")
@asks(Scope.COVER_READ)
@routes.response(200, CoversSaid)
def cover() -> Any:
    session, member_id, day = db.session(), own_member(), today()
    standing = Standing.on(day, covers_of(session, member_id))
    found = [x for x in (standing.counts, *standing.later, *standing.earlier) if x]
    return {
        "day": day,
        "covers": [_cover(each, day) for each in found],
        "not_covered": not_covered(session, member_id),
    }


def own_member() -> int:
    """The member whose token asks: only members' tokens have these scopes."""
    found = bearer().member_id
    return found if found is not None else abort(403)


def _cover(seen: CoverSeen, day: date) -> dict[str, Any]:
    named = {name: getattr(seen, name) for name in _AS_SEEN}
    rooms = [_room(each) for each in seen.rooms]
    return {**named, "status": seen.status(day), "scheme": seen.scheme_id, "rooms": rooms}


def _room(room: Room) -> dict[str, Any]:
    left_fen = None if room.cap_fen is None else room.left_fen
    told = {name: getattr(room, name) for name in ("care", "percents", "cap_fen", "used_fen")}
    return {**told, "left_fen": left_fen}


_AS_SEEN: Final = (
    *("id", "benefit_year", "starts_on", "ends_on", "last_waiting_day", "unit", "campaign"),
    *("unit_due_fen", "worker_due_fen", "union_due_fen"),
)
