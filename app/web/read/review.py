"""A claim whose papers an officer must see: who filed it, and what may be the same bill."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.claims.alike import Double
from app.claims.lifecycle import State
from app.claims.scope import reached
from app.claims.undo import undoable_in
from app.web.auth import SignedIn
from app.web.read.beside import Beside
from app.web.read.scope import Scope, reach
from app.web.read.told import ClaimSeen


@dataclass(frozen=True, slots=True)
class Review:
    """Empty `filed_by`: the bureau's bill, which may be one that was typed before.

    `by_member`: the member's own filing. `mine`: who looks may not decide about it.
    `elsewhere`: a double is of a member whom only other unions' officers look after.
    `by_me`: who looks has filed it, and can take it back. Of a claim that does not wait for its
    papers (held by the rules) only that is asked, and whether it shall be sent back.
    """

    filed_by: str
    by_member: bool
    filed_at: datetime | None
    mine: bool
    doubles: list[Double]
    elsewhere: bool
    by_me: bool


def review_of(
    session: Session, claim: ClaimSeen, account: SignedIn, scope: Scope, seen: Beside
) -> Review | None:
    """What an officer needs who is to confirm the figures; None where nothing waits for that."""
    undoable = undoable_in(seen.filing, claim.state)
    if claim.state is not State.REVIEW and not (undoable and claim.state is State.HELD):
        return None
    within = reached(session, reach(scope), {x.member_id for x in seen.doubles})
    doubles = [x for x in seen.doubles if x.member_id in within]
    elsewhere = len(doubles) < len(seen.doubles)
    filing, filer = seen.filing, seen.filer
    if filing is None or filer is None:
        mine = account.member_id == claim.member_id
        return Review("", False, None, mine, doubles, elsewhere, by_me=False)
    name, role, filer_is = filer
    mine = account.id == filing.filed_by or (
        account.member_id is not None and account.member_id in {claim.member_id, filer_is}
    )
    by_me = account.id == filing.filed_by
    by_member = role == "member" and filer_is == claim.member_id  # else a helper
    return Review(name, by_member, filing.filed_at, mine, doubles, elsewhere, by_me=by_me)
