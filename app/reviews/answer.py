"""The papers that a reviewer asked for are here: the member says so, who helps the member, or who
took them in.

Nobody need say it of papers that are put on the claim here: once each kind that was asked for has
come since, whoever brought the last one has answered. Of what came under another name, or on paper,
somebody says so.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.accounts.change import AccountDisabled
from app.accounts.models import Account, Role
from app.claims.confirm import NoSuchClaim, turn_of
from app.claims.papers import attach
from app.claims.scope import acts_for, reaches
from app.db import one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.reviews.models import ReviewAnswer


class NoPapersAsked(Refusal):
    """No papers are asked for, or they have come already."""


class Brought(NamedTuple):
    """What papers put on a claim have done: their numbers on it, and whether a request is over."""

    added: list[int]
    answered: bool


def bring_papers(
    session: Session, member_id: int, claim_id: int, paper_ids: Collection[int], *, by: int
) -> Brought:
    """Put kept papers on a claim; where all that was asked for is there now, that is answered.

    Raises as `app.claims.papers.attach` and `answer_papers`.
    """
    added = attach(session, member_id, claim_id, paper_ids, by=by)
    one_at_a_time(session, turn_of(claim_id))
    complete = bool(added) and session.scalar(_ALL_CAME, {"member": member_id, "claim": claim_id})
    if complete:
        answer_papers(session, claim_id, by=by)
    return Brought(added, bool(complete))


def answer_papers(session: Session, claim_id: int, *, by: int) -> None:
    """Say that the papers asked for are here; the review goes on where it stood.

    By the member, by who may act for the member, or by staff who reach the member: who takes papers
    in works at the first desk, and does no more than 受理 and 初审. The database asks helpers again
    (`answered_for_whom`). Raises NoSuchClaim, NoPapersAsked, AccountDisabled.
    """
    account = session.get(Account, by, populate_existing=True)
    if account is None or account.disabled_at is not None:
        raise AccountDisabled
    one_at_a_time(session, turn_of(claim_id))
    asked = session.execute(_ASKED, {"claim": claim_id}).one_or_none()
    if asked is None:
        raise NoPapersAsked(claim=claim_id)
    if account.role in _FOR_MEMBERS:
        own = acts_for(session, account, asked.member_id)
    else:
        own = account.role in _STAFF and reaches(session, account.union_id, asked.member_id)
    if not own:
        raise NoSuchClaim(claim=claim_id)
    key = {"member_id": asked.member_id, "claim_id": claim_id, "seq": asked.seq}
    session.execute(insert(ReviewAnswer).values(**key, recorded_by=by))
    record(session, "review.answered", by=by, about=claim_id, seq=asked.seq)


_FOR_MEMBERS: Final = frozenset({Role.MEMBER, Role.HELPER})
_STAFF: Final = frozenset({Role.OFFICER, Role.OPERATOR})
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
# What waits is what the last act asked for. A paper is of the kind that its sender says.
_ALL_CAME: Final = text(
    """
    SELECT string_to_array(p.kinds, ' ') <@ ARRAY(
        SELECT t.kind FROM claim_attachment c
        JOIN attachment t ON t.member_id = c.member_id AND t.id = c.attachment_id
        WHERE c.member_id = r.member_id AND c.claim_id = r.claim_id
              AND c.recorded_at >= r.recorded_at)
    FROM review_queue w
    JOIN review r ON r.member_id = w.member_id AND r.claim_id = w.claim_id
    JOIN review_papers p ON (p.member_id, p.claim_id, p.seq) = (r.member_id, r.claim_id, r.seq)
    WHERE w.member_id = :member AND w.claim_id = :claim AND w.papers_by IS NOT NULL
    ORDER BY r.seq DESC LIMIT 1
    """
)
