"""An auditor opens one claim down to its papers: for a purpose, and every time on record.

Papers show illnesses. Who checks the books needs few of them, so that each look has a reason that
others can read afterwards (Personal Information Protection Law, art. 28: a specific purpose). An
opening is its auditor's own, and ends after some hours; another look is another opening. An officer
who takes papers out of the system (`huzhu claims paper`) opens the claim the same way.

The events of looking say which claim and paper, not why: what somebody types can name a person,
and the log goes into bundles.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from app.accounts.change import active
from app.accounts.models import Account, Role
from app.attachments.keep import read_attachment
from app.audit.opening_models import ClaimOpening, PaperOpening
from app.claims.confirm import NoSuchClaim
from app.claims.lifecycle import State
from app.claims.papers import paper_on
from app.claims.scope import reaches
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record

HOURS_OPEN: Final = 8
_OPENERS: Final = frozenset({Role.AUDITOR, Role.OFFICER})
SHORTEST, LONGEST = 4, 300
"""Of a purpose, in characters."""


class NoPurpose(Refusal):
    """A claim is opened for a purpose, said in some words (facts: shortest, longest)."""


class NoPaperOfClaim(Refusal):
    """The claim has no paper of that number (facts: claim, no)."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A claim that is open to its auditor."""

    id: int
    member_id: int
    claim_id: int
    purpose: str
    at: datetime


def open_claim(session: Session, claim_id: int, *, purpose: str, by: int) -> int:
    """Open a claim by its number; the opening's. Raises NoPurpose, NoSuchClaim, AccountDisabled."""
    purpose = " ".join(purpose.split())
    if not SHORTEST <= len(purpose) <= LONGEST:
        raise NoPurpose(shortest=SHORTEST, longest=LONGEST)
    opener = active(session.get_one(Account, by, populate_existing=True))
    # By an index; the other looks at every claim, for those that nobody has determined yet.
    known = {"claim": claim_id, "states": [state.value for state in State]}
    member_id = session.scalar(_DETERMINED, known) or session.scalar(_ANY, known)
    may = opener.role in _OPENERS and member_id is not None
    if not may or not reaches(session, opener.union_id, member_id or 0):
        raise NoSuchClaim(claim=claim_id)
    row = {"member_id": member_id, "claim_id": claim_id, "purpose": purpose, "opened_by": by}
    added = insert(ClaimOpening).values(row).returning(ClaimOpening.id)
    opening_id: int = session.execute(added).scalar_one()
    record(session, "claim.opened", by=by, about=opening_id, claim=claim_id)
    return opening_id


def opening_of(session: Session, opening_id: int, *, by: int) -> Opening | None:
    """An opening that is this auditor's, and not over."""
    since = func.transaction_timestamp() - text(f"interval '{HOURS_OPEN} hours'")
    row = session.execute(
        select(
            ClaimOpening.id,
            ClaimOpening.member_id,
            ClaimOpening.claim_id,
            ClaimOpening.purpose,
            ClaimOpening.recorded_at,
        ).where(
            ClaimOpening.id == opening_id,
            ClaimOpening.opened_by == by,
            ClaimOpening.recorded_at > since,
        )
    ).one_or_none()
    return Opening(*row) if row else None


def open_paper(session: Session, opening: Opening, no: int, *, by: int) -> bytes | None:
    """The JPEG of the claim's `no`th paper, and the look at it on record; None: it has none."""
    paper_id = paper_on(session, opening.member_id, opening.claim_id, no)
    if paper_id is None:
        return None
    one_at_a_time(session, f"opening {opening.id}")
    seen = select(func.count()).where(PaperOpening.opening_id == opening.id)
    seq = session.execute(seen).scalar_one() + 1
    session.execute(insert(PaperOpening).values(opening_id=opening.id, seq=seq, no=no))
    record(session, "paper.opened", by=by, about=opening.id, claim=opening.claim_id, no=no)
    return read_attachment(session, opening.member_id, paper_id)


_DETERMINED: Final = text(
    "SELECT member_id FROM claim_queue WHERE state = ANY(:states) AND claim_id = :claim"
)
_ANY: Final = text("SELECT member_id FROM claim WHERE id = :claim")
