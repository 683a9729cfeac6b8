"""What a list of reviews is narrowed to, as the address says it."""

from datetime import MAXYEAR, MINYEAR, date
from typing import Any, Final

from flask import request
from sqlalchemy.orm import Session

from app.claims.tidy import tidy_amount
from app.money import NotAnAmount, fen
from app.reviews.by_deadline import Place
from app.reviews.list_waiting import Asked
from app.reviews.stages import STAGES, Stage
from app.unions.tree import Reach, subtree
from app.web.auth import signed_in
from app.web.read.scope import Scope, reach, scope_of

_LONGEST: Final = len(str(2**63))
_KEPT: Final = ("stage", "late", "over", "union", "mine", "papers")


def asked(*, mine: bool = False, after: Place | None = None) -> Asked:
    """The filters of the address; nonsense filters nothing."""
    args = request.args
    try:
        over = fen(tidy_amount(args.get("over", ""))) if args.get("over") else 0
    except NotAnAmount:
        over = 0
    stage = args.get("stage", "")
    return Asked(
        stage=Stage(stage) if stage in set(STAGES) else None,
        late=bool(args.get("late")),
        papers=bool(args.get("papers")) and not mine,
        over_fen=over,
        mine=signed_in().id if mine or args.get("mine") else None,
        after=after if mine else begins_after(),
    )


def over_unread() -> bool:
    """Whether an amount is asked for that is none."""
    text = request.args.get("over", "")
    try:
        fen(tidy_amount(text) or "0")
    except NotAnAmount:
        return True
    return False


def within(session: Session) -> tuple[Scope, Reach]:
    """The officer's scope, and whose claims the list is narrowed to."""
    scope = scope_of(session, signed_in().union_id)
    union = request.args.get("union", "")
    if not is_number(union):
        return scope, reach(scope)
    below = subtree(session, int(union))
    return scope, below if scope.whole else sorted({*below} & {*scope.unions})


def begins_after() -> Place | None:
    """Where the list goes on, as `key` wrote it; nonsense is its beginning."""
    due, _, came = request.args.get("after", "").partition(".")
    since, _, claim = came.partition(".")
    if not is_number(claim):
        return None
    try:
        place = Place(date.fromisoformat(due), date.fromisoformat(since), int(claim))
    except ValueError:
        return None
    # At the ends of the calendar there is no day before or after to count from.
    return place if MINYEAR < place.due_on.year < MAXYEAR else None


def key(place: Place) -> str:
    """A place as the address names it."""
    return ".".join(str(each) for each in place)


def kept() -> dict[str, Any]:
    """What was asked of the list, to go on with it."""
    return {name: request.args[name] for name in _KEPT if request.args.get(name)}


def is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < _LONGEST
