"""What the review screen shows beside the claim itself."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.alike import Double
from app.claims.filed import Filing
from app.claims.odd import Odd
from app.claims.papers import Paper, Same
from app.claims.scope import reached
from app.reviews.hold import HOLD, HeldByAnother, Hold, hold_of, take
from app.reviews.stages import Barred, Outcome, Who, barred
from app.reviews.standing import ACTS, ENTERED, Acted, Standing
from app.together import Question, together
from app.web.auth import SignedIn
from app.web.paging import Asked
from app.web.read.beside import BESIDE, beside_among
from app.web.read.claims import ClaimRow, claims_of_member
from app.web.read.person import Person
from app.web.read.scope import Scope, reach

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
    person: Person

    @property
    def may_act(self) -> bool:
        return self.bars is None and self.held is None

    @property
    def awaited(self) -> bool:
        """Papers were asked for and have not come."""
        return self.at.papers_by is not None


def open_review(session: Session, at: Standing, account: SignedIn, scope: Scope) -> Review:
    """The review of a claim, taken for who looks where that may act and nobody else has it."""
    member_id, claim_id = at.member_id, at.claim_id
    asked = {"member": member_id, "claim": claim_id, "by": account.id}
    found = together(session, asked, **_SHOWN)
    also = beside_among(found, member_id, claim_id)
    [(entered, brought)] = found["entered"]
    who = Who(account.id, account.member_id, account.role.value, entered, brought)
    bars = barred(at.stage, Outcome.ON, who, member_id, at.steps)
    if bars is None:
        held = _taken(session, at, by=account.id)
    else:
        held = next((x for x in found["holds"] if x.account_id != account.id), None)
    within = reached(session, reach(scope), {x.member_id for x in also.doubles})
    near = [x for x in also.doubles if x.member_id in within]
    others = claims_of_member(session, member_id, Asked(None, _OTHERS)).rows
    return Review(
        at,
        found["acts"],
        also.filing,
        also.filer.name if also.filer else "",
        also.filer is not None and also.filer.role == "member",
        near,
        len(near) < len(also.doubles),
        also.odd,
        bars,
        held,
        found["rooms"],
        [each for each in others if each.id != claim_id],
        also.papers,
        also.same_papers,
        also.person,
    )


def _taken(session: Session, at: Standing, *, by: int) -> Hold | None:
    """Take it; who has it instead."""
    try:
        take(session, at, by=by)
    except HeldByAnother:
        return hold_of(session, at.member_id, at.claim_id)
    return None


def unions_below(session: Session, union_id: int) -> list[tuple[int, str]]:
    """The unions right below one: what a list can be narrowed to."""
    return [(number, name) for number, name in session.execute(_BELOW, {"union": union_id})]


_ROOMS: Final = Question(
    """
    SELECT care, benefit_year, cap_fen, used_fen FROM entitlement
    WHERE member_id = :member ORDER BY benefit_year DESC, care DESC LIMIT 4
    """,
    Room,
)
_SHOWN: Final[dict[str, Question[Any]]] = {
    **BESIDE,
    "entered": ENTERED,
    "holds": HOLD,
    "acts": ACTS,
    "rooms": _ROOMS,
}
_BELOW: Final = text(
    """
    SELECT n.id, n.name FROM union_node n WHERE n.parent_id = :union AND n.kind = 'union'
    ORDER BY n.id LIMIT 60
    """
)
