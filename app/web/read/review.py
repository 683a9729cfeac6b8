"""A claim whose papers an officer must see: who filed it, and what may be the same bill."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.alike import Double, alike
from app.claims.filed import filing_of
from app.claims.lifecycle import State
from app.claims.scope import reaches
from app.claims.undo import can_be_undone
from app.web.auth import SignedIn
from app.web.read.told import ClaimSeen

_FILER: Final = text("SELECT name, role, member_id FROM account WHERE id = :account")


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


def review_of(session: Session, claim: ClaimSeen, account: SignedIn) -> Review | None:
    """What an officer needs who is to confirm the figures; None where nothing waits for that."""
    undoable = can_be_undone(session, claim.member_id, claim.id, claim.state)
    if claim.state is not State.REVIEW and not (undoable and claim.state is State.HELD):
        return None
    found = alike(session, claim.member_id, claim.id)
    doubles = [x for x in found if reaches(session, account.union_id, x.member_id)]
    elsewhere = len(doubles) < len(found)
    filing = filing_of(session, claim.member_id, claim.id)
    if filing is None:
        mine = account.member_id == claim.member_id
        return Review("", False, None, mine, doubles, elsewhere, by_me=False)
    name, role, filer_is = session.execute(_FILER, {"account": filing.filed_by}).one()
    mine = account.id == filing.filed_by or (
        account.member_id is not None and account.member_id in {claim.member_id, filer_is}
    )
    by_me = account.id == filing.filed_by
    by_member = role == "member" and filer_is == claim.member_id  # else a helper
    return Review(name, by_member, filing.filed_at, mine, doubles, elsewhere, by_me=by_me)
