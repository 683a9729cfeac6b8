"""The consent of a member who stands at the counter: signed on paper, stated by who files.

The law asks for consent to the use of medical data by itself, whoever types (Personal Information
Protection Law, article 29). The officer or operator answers for having seen the signature, under
the own name; the paper may be scanned and put on the claim, and is kept where it is not.
"""

from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.change import preparer
from app.claims.file import check_reach
from app.errors import Refusal
from app.evidence.append import record
from app.filing.models import ClaimConsent
from app.texts.consent import NEWEST

ON_PAPER: Final = "paper"


class ConsentUnsigned(Refusal):
    """Who files for others says that they have signed."""


def state_consent(session: Session, member_id: int, claim_id: int, lang: str, *, by: int) -> None:
    """Say that the member has signed the newest text; what was said of the claim before stands.

    Raises MemberOutOfReach, and as `app.accounts.change.preparer`.
    """
    check_reach(session, member_id, preparer(session, by))
    known = select(ClaimConsent.text_version).where(
        ClaimConsent.member_id == member_id, ClaimConsent.claim_id == claim_id
    )
    if session.scalar(known) is not None:
        return
    said = {"member_id": member_id, "claim_id": claim_id, "text_version": NEWEST, "lang": lang}
    session.execute(insert(ClaimConsent).values(**said, way=ON_PAPER, given_by=by))
    record(session, "consent.stated", by=by, about=claim_id, text_version=NEWEST)
