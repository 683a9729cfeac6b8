"""The papers that a reviewer asked for are here: the member says so, or who took them in."""

from typing import Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.accounts.change import AccountDisabled
from app.accounts.models import Account, Role
from app.claims.confirm import NoSuchClaim, turn_of
from app.claims.scope import reaches
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.reviews.models import ReviewAnswer


class NoPapersAsked(Refusal):
    """No papers are asked for, or they have come already."""


def answer_papers(session: Session, claim_id: int, *, by: int) -> None:
    """Say that the papers asked for are here; the review goes on where it stood.

    By the member, or by staff who reach the member: who takes papers in works at the first desk,
    and does no more than 受理 and 初审. Raises NoSuchClaim, NoPapersAsked, AccountDisabled.
    """
    account = session.get(Account, by, populate_existing=True)
    if account is None or account.disabled_at is not None:
        raise AccountDisabled
    one_at_a_time(session, turn_of(claim_id))
    asked = session.execute(_ASKED, {"claim": claim_id}).one_or_none()
    if asked is None:
        raise NoPapersAsked(claim=claim_id)
    if account.role == Role.MEMBER:
        own = account.member_id == asked.member_id
    else:
        own = account.role in _STAFF and reaches(session, account.union_id, asked.member_id)
    if not own:
        raise NoSuchClaim(claim=claim_id)
    key = {"member_id": asked.member_id, "claim_id": claim_id, "seq": asked.seq}
    session.execute(insert(ReviewAnswer).values(**key, recorded_by=by))
    record(session, "review.answered", by=by, about=claim_id, seq=asked.seq)


_STAFF: Final = frozenset({"officer", "operator"})
_ASKED: Final = text(
    """
    SELECT w.member_id, r.seq FROM review_queue w
    CROSS JOIN LATERAL (
        SELECT max(x.seq) AS seq FROM review x
        WHERE x.member_id = w.member_id AND x.claim_id = w.claim_id
    ) r
    WHERE w.claim_id = :claim AND w.papers_by IS NOT NULL
    """
)
