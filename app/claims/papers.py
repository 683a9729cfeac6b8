"""The papers of a claim: put on it, listed, and found again on others.

What is on a claim stays (`app.attachments` keeps the pictures). The same paper twice on one claim
is one; on another claim it is a fact that whoever reviews is shown, for the same invoice is not
paid twice, and says nothing where it is a card or a booklet of the same person.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.attachments.faults import NoSuchPaper
from app.attachments.keep import check_papers, forget_places
from app.attachments.kinds import LASTING, Kind
from app.attachments.models import Attachment, KeptPaper
from app.claims.confirm import NoSuchClaim
from app.claims.file import check_reach
from app.claims.models import Claim
from app.claims.paper_models import ClaimAttachment
from app.db import any_of, one_at_a_time
from app.evidence.append import record
from app.together import Question

_COPIED: Final = tuple(
    column.name for column in Attachment.__table__.columns if column.name != "recorded_at"
)
_MOST: Final = 20
"""Of other claims with one paper: a form that everybody sends is on thousands."""
_LASTING: Final = ", ".join(f"'{each.value}'" for each in sorted(LASTING))
_SAME: Final = f"""
    SELECT mine.no, o.member_id, o.claim_id FROM claim_attachment mine
    JOIN attachment a ON a.member_id = mine.member_id AND a.id = mine.attachment_id
    CROSS JOIN LATERAL (
        SELECT other.member_id, other.claim_id FROM attachment b
        JOIN claim_attachment other
            ON other.member_id = b.member_id AND other.attachment_id = b.id
        WHERE b.original_index = a.original_index AND b.page = a.page
              AND (other.member_id, other.claim_id) <> (mine.member_id, mine.claim_id)
              AND NOT (other.member_id = mine.member_id AND a.kind IN ({_LASTING}))
        LIMIT {_MOST}
    ) o
    WHERE mine.member_id = :member AND mine.claim_id = :claim ORDER BY mine.no, o.claim_id
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Paper:
    """One page on a claim, its `no`th; `by`: the name of who put it there."""

    no: int
    id: int
    kind: Kind
    page: int
    width: int
    height: int
    size: int
    sha256: str
    by: str
    at: datetime
    erased: bool
    """With what was personal of its member (`app.audit.erase`): there is no picture any more."""


@dataclass(frozen=True, slots=True)
class Same:
    """A claim that has the paper, too, which is the `no`th here."""

    no: int
    member_id: int
    claim_id: int


def attach(
    session: Session, member_id: int, claim_id: int, attachment_ids: Collection[int], *, by: int
) -> list[int]:
    """Put kept papers on a member's claim; their numbers on it, without those it had already.

    Raises MemberOutOfReach, NoSuchClaim, NoSuchPaper, TooManyPapers, PapersTooBig.
    """
    check_reach(session, member_id, session.get(Account, by, populate_existing=True))
    one_at_a_time(session, f"papers {claim_id}")
    if session.get(Claim, (member_id, claim_id)) is None:
        raise NoSuchClaim(claim=claim_id)
    kept = _taken(session, member_id, attachment_ids)
    there = _on_claim(session, member_id, claim_id)
    known = {(bytes(row.original_index), row.page) for row in there}
    new: list[KeptPaper] = []
    for paper in kept:
        sent = (bytes(paper.original_index), paper.page)
        if sent not in known:
            known.add(sent)
            new.append(paper)
    size = sum(row.size for row in there) + sum(paper.size for paper in new)
    check_papers(len(there) + len(new), size)
    forget_places(session, [paper.place for paper in kept if paper not in new])
    first = max((row.no for row in there), default=0) + 1
    numbered = list(enumerate(new, first))
    _write(session, claim_id, numbered, by)
    return [no for no, _ in numbered]


def papers_of(session: Session, member_id: int, claim_id: int) -> list[Paper]:
    """The papers of a claim, in the order they came."""
    return PAPERS.all(session, member=member_id, claim=claim_id)


def paper_on(session: Session, member_id: int, claim_id: int, no: int) -> int | None:
    """The number of the paper that is a claim's `no`th."""
    return session.scalar(
        select(ClaimAttachment.attachment_id).where(
            ClaimAttachment.member_id == member_id,
            ClaimAttachment.claim_id == claim_id,
            ClaimAttachment.no == no,
        )
    )


def same_elsewhere(session: Session, member_id: int, claim_id: int) -> list[Same]:
    """Other claims, of whomever, that have one of this claim's papers, by its number here."""
    return SAME_PAPERS.all(session, member=member_id, claim=claim_id)


def _paper(no: int, number: int, kind: str, *rest: Any) -> Paper:
    return Paper(no, number, Kind(kind), *rest)


PAPERS: Final = Question(
    """
    SELECT p.no, a.id, a.kind, a.page, a.width, a.height, a.size, a.sha256, w.name, p.recorded_at,
           EXISTS (SELECT FROM erasure_asked q JOIN erasure e ON e.asked_id = q.id
                   WHERE q.member_id = p.member_id AND q.scope = 'person'
                     AND e.recorded_at >= p.recorded_at)
    FROM claim_attachment p
    JOIN attachment a ON a.member_id = p.member_id AND a.id = p.attachment_id
    JOIN account w ON w.id = p.recorded_by
    WHERE p.member_id = :member AND p.claim_id = :claim ORDER BY p.no
    """,
    _paper,
)
SAME_PAPERS: Final = Question(_SAME, Same)


def _taken(session: Session, member_id: int, ids: Collection[int]) -> list[KeptPaper]:
    """The kept papers of these numbers, which are kept no more. Raises NoSuchPaper."""
    taken = session.scalars(
        delete(KeptPaper)
        .where(KeptPaper.member_id == member_id, KeptPaper.id == any_of(ids))
        .returning(KeptPaper)
    ).all()
    if len(taken) != len(set(ids)):
        raise NoSuchPaper
    return sorted(taken, key=lambda paper: paper.id)


def _on_claim(session: Session, member_id: int, claim_id: int) -> list[Row[Any]]:
    """What is on the claim already: number, what was sent, page, size."""
    on_it = select(
        ClaimAttachment.no, Attachment.original_index, Attachment.page, Attachment.size
    ).join(
        Attachment,
        (Attachment.member_id == ClaimAttachment.member_id)
        & (Attachment.id == ClaimAttachment.attachment_id),
    )
    of_claim = (ClaimAttachment.member_id == member_id) & (ClaimAttachment.claim_id == claim_id)
    return list(session.execute(on_it.where(of_claim)))


def _write(session: Session, claim_id: int, numbered: list[tuple[int, KeptPaper]], by: int) -> None:
    for no, paper in numbered:
        row = {name: getattr(paper, name) for name in _COPIED}
        session.execute(insert(Attachment).values(row))
        session.execute(
            insert(ClaimAttachment).values(
                member_id=paper.member_id,
                claim_id=claim_id,
                no=no,
                attachment_id=paper.id,
                recorded_by=by,
            )
        )
    if numbered:
        record(
            session,
            "attachment.added",
            by=by,
            about=claim_id,
            papers=[
                {"no": no, "kind": paper.kind, "sha256": paper.sha256} for no, paper in numbered
            ],
        )
