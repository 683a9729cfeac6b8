"""What a member says of an injury: whether an employer or a third party is liable.

Held until it is said (domain: held for a person); the fund may advance where others are liable, and
recover (`app.recoveries`). The newest statement counts.

An officer who writes it down has entered a part of the claim, and who entered never approves
(domain: review): that officer does no more of its review than 受理, as who filed it
(`entered_claim`). Who proposed or approved the decision about a held claim may: the two entered
nothing, each checked by the other, and a review asks another question, whether the papers agree
with the figures. To bar them, too, would ask a county's union for six people a claim.
"""

from typing import Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.accounts.change import AccountDisabled
from app.accounts.models import Account, Role
from app.claims.confirm import NoSuchClaim
from app.claims.decided import Says
from app.claims.decision_models import InjuryStatement
from app.claims.propose import member_of_claim, officer_for
from app.claims.scope import acts_for
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.together import Question

INJURY: Final = "22"


class NotInjury(Refusal):
    """Only of an injury it is asked who is liable."""


def state_injury(session: Session, claim_id: int, says: Says, *, by: int) -> None:
    """The member says whether others are liable; by the member, or an officer writes it down.

    Raises NoSuchClaim, OwnClaim, NotInjury, and as `app.accounts.change.officer`.
    """
    member_id = member_of_claim(session, claim_id)
    account = session.get(Account, by, populate_existing=True)
    if account is None or account.disabled_at is not None:
        raise AccountDisabled
    if account.role in {Role.MEMBER, Role.HELPER}:
        if member_id is None or not acts_for(session, account, member_id):
            raise NoSuchClaim(claim=claim_id)
    else:
        officer_for(session, member_id, claim_id, by)
    asked = {"member": member_id, "claim": claim_id}
    if session.scalar(_MED_TYPE, asked) != INJURY:
        raise NotInjury(claim=claim_id)
    one_at_a_time(session, f"statement {claim_id}")
    seq = session.execute(_STATEMENTS, asked).scalar_one() + 1
    said = insert(InjuryStatement).values(
        member_id=member_id, claim_id=claim_id, seq=seq, says=says.value, recorded_by=by
    )
    session.execute(said)
    record(session, "injury.stated", by=by, about=claim_id, says=says.value)


_MED_TYPE: Final = text(
    """
    SELECT s.med_type FROM claim c
    JOIN settlement s ON s.member_id = c.member_id AND s.setl_id = c.setl_id
    WHERE c.member_id = :member AND c.id = :claim ORDER BY s.version DESC LIMIT 1
    """
)


_STATEMENTS: Final = text(
    "SELECT count(*) FROM injury_statement WHERE member_id = :member AND claim_id = :claim"
)


def statement_of(session: Session, member_id: int, claim_id: int) -> Says | None:
    """What was said last of an injury, if anything."""
    return STATEMENT.first(session, member=member_id, claim=claim_id)


STATEMENT: Final = Question(
    "SELECT says FROM injury_statement WHERE member_id = :member AND claim_id = :claim"
    " ORDER BY seq DESC LIMIT 1",
    Says,
)
