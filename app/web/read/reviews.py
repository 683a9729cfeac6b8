"""What the review screen shows beside the claim itself."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.claims.alike import Double, alike
from app.claims.filed import Filing, filing_of
from app.claims.odd import Odd, odd_of
from app.claims.papers import Paper, Same, papers_of, same_elsewhere
from app.claims.scope import reaches
from app.reviews.hold import HeldByAnother, Hold, hold_of, take
from app.reviews.stages import Barred, Outcome, barred
from app.reviews.standing import Acted, Standing, acts_of, who_of
from app.web.auth import SignedIn
from app.web.paging import Asked
from app.web.read.claims import ClaimRow, claims_of_member

_OTHERS: Final = 6


@dataclass(frozen=True, slots=True)
class Room:
    """What a member has left of a care's cap in a benefit year; no cap: None."""

    care: str
    benefit_year: int
    cap_fen: int | None
    used_fen: int

    @property
    def left_fen(self) -> int | None:
        return None if self.cap_fen is None else self.cap_fen - self.used_fen


@dataclass(frozen=True, slots=True)
class Review:
    """Everything beside the bill. `bars`: why who looks may not act; `held`: another has it open.

    `used`: other claims with one of its papers. `elsewhere`: a double is of a member whom only
    other unions' officers look after.
    """

    at: Standing
    acts: list[Acted]
    filing: Filing | None
    filed_by: str
    by_member: bool
    doubles: list[Double]
    elsewhere: bool
    odd: Odd | None
    bars: Barred | None
    held: Hold | None
    rooms: list[Room]
    others: list[ClaimRow]
    papers: list[Paper]
    used: list[Same]

    @property
    def may_act(self) -> bool:
        return self.bars is None and self.held is None

    @property
    def awaited(self) -> bool:
        """Papers were asked for and have not come."""
        return self.at.papers_by is not None


def open_review(session: Session, at: Standing, account: SignedIn) -> Review:
    """The review of a claim, taken for who looks where that may act and nobody else has it."""
    member_id, claim_id = at.member_id, at.claim_id
    who = who_of(session, session.get_one(Account, account.id), member_id, claim_id)
    bars = barred(at.stage, Outcome.ON, who, member_id, at.steps)
    held = None
    if bars is None:
        try:
            take(session, at, by=account.id)
        except HeldByAnother:
            held = hold_of(session, member_id, claim_id)
    else:
        found = hold_of(session, member_id, claim_id)
        held = found if found and found.account_id != account.id else None
    doubles = alike(session, member_id, claim_id)
    near = [x for x in doubles if reaches(session, account.union_id, x.member_id)]
    filing = filing_of(session, member_id, claim_id)
    name, role = "", ""
    if filing:
        name, role = session.execute(_FILER, {"account": filing.filed_by}).one()
    others = claims_of_member(session, member_id, Asked(None, _OTHERS)).rows
    return Review(
        at,
        acts_of(session, member_id, claim_id),
        filing,
        name,
        role == "member",
        near,
        len(near) < len(doubles),
        odd_of(session, member_id, claim_id),
        bars,
        held,
        [Room(*row) for row in session.execute(_ROOMS, {"member": member_id})],
        [each for each in others if each.id != claim_id],
        papers_of(session, member_id, claim_id),
        same_elsewhere(session, member_id, claim_id),
    )


def unions_below(session: Session, union_id: int) -> list[tuple[int, str]]:
    """The unions right below one: what a list can be narrowed to."""
    return [(number, name) for number, name in session.execute(_BELOW, {"union": union_id})]


_FILER: Final = text("SELECT name, role FROM account WHERE id = :account")
_ROOMS: Final = text(
    """
    SELECT care, benefit_year, cap_fen, used_fen FROM entitlement
    WHERE member_id = :member ORDER BY benefit_year DESC, care DESC LIMIT 4
    """
)
_BELOW: Final = text(
    """
    SELECT n.id, n.name FROM union_node n WHERE n.parent_id = :union
    AND NOT EXISTS (SELECT FROM unit u WHERE u.union_id = n.id AND n.name = u.name)
    ORDER BY n.id LIMIT 60
    """
)
