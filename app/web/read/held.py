"""What an officer needs to decide a held claim, and what waits for a second officer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from app.claims.alike import Double
from app.claims.decided import Reason, Says, Waived, What
from app.claims.decision_models import Proposal
from app.claims.injuries import INJURY
from app.claims.lifecycle import State
from app.claims.propose import open_proposals
from app.recoveries.standing import Money
from app.web.auth import SignedIn
from app.web.read.beside import Beside
from app.web.read.settled import Settled
from app.web.read.told import ClaimSeen

WAITS: Final = "waiting"
"""The refusal of a bill whose cover waits."""
_OPEN = frozenset({State.HELD, State.REVIEW})


@dataclass(frozen=True, slots=True)
class HeldSeen:
    """`choices`: what can be proposed, as the form sends it; none where nothing is to be decided.

    `mine`: who looks may neither propose nor approve. `own`: it is the claim of who looks.
    `owes_fen`: what the claim owes back; `owed_fen`: what was paid back of money that never
    arrived; `used`: what of its benefit went for what others owed.
    """

    injury: bool
    says: Says | None
    choices: list[str]
    proposals: list[Proposal]
    mine: bool
    own: bool
    money: Money | None
    used: list[Settled]

    @property
    def owes_fen(self) -> int:
        return self.money.excess.open_fen if self.money else 0

    @property
    def owed_fen(self) -> int:
        return self.money.owed_fen if self.money else 0

    @property
    def at_bank(self) -> bool:
        """Money of it waits for the bank's answer."""
        return bool(self.money and (self.money.waiting_fen or self.money.state == State.SENT))

    @property
    def undoing(self) -> bool:
        """Somebody has proposed to undo it."""
        return any(each.what == What.UNDO for each in self.proposals)

    @property
    def granted(self) -> bool:
        return bool(self.money and self.money.payable_fen)


def held_of(
    session: Session, claim: ClaimSeen, account: SignedIn, seen: Beside, *, waits: bool
) -> HeldSeen:
    """What is open of a claim for people to decide. `waits`: refused because its cover waits."""
    injury, filing = claim.bill.med_type == INJURY, seen.filing
    own = account.member_id == claim.member_id
    mine = own or (filing is not None and filing.filed_by == account.id)
    return HeldSeen(
        injury,
        seen.says if injury else None,
        _choices(claim, seen.doubles, filed=filing is not None, waits=waits),
        open_proposals(session, claim.member_id, claim.id),
        mine,
        own,
        seen.money,
        [x for x in seen.settled if x.kind == "used"],
    )


def _choices(claim: ClaimSeen, doubles: Iterable[Double], *, filed: bool, waits: bool) -> list[str]:
    """Kinds of care first, then reasons; the domain refuses what does not fit."""
    choices: list[str] = []
    if waits and claim.state is State.CLOSED:
        return [f"{What.WAIVE_WAITING}:{why}" for why in Waived]
    if claim.state not in _OPEN:
        return []
    if claim.state is State.HELD:
        choices = [What.PAY_INPATIENT, What.PAY_CHRONIC, What.BY_ADMISSION]
    if not filed:
        choices += [
            f"{What.SAME_BILL}:{double.claim_id}"
            for double in doubles
            if double.member_id == claim.member_id and double.claim_id
        ]
    return [*choices, *(f"{What.REFUSE}:{reason}" for reason in Reason)]
