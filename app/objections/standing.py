"""Objections as members and officers read them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.objections.models import Kind, Outcome
from app.secrets import vault

_COLUMNS: Final = """
    o.id, o.member_id, o.claim_id, o.grant_no, o.kind, o.says_cipher, o.object_by, o.answer_by,
    o.recorded_at, a.seq, a.outcome, a.says_cipher AS answer_cipher, a.recorded_at AS answered_at,
    who.name AS answered_by, a.run_id IS NOT NULL AS filed_anew,
    EXISTS (SELECT FROM proposal_dropped d WHERE d.proposal_id = a.proposal_id) AS dropped,
    EXISTS (SELECT FROM held_decision h WHERE h.proposal_id = a.proposal_id) AS approved
"""
_ANSWER: Final = """
    LEFT JOIN LATERAL (
        SELECT * FROM objection_answer x WHERE x.objection_id = o.id ORDER BY x.seq DESC LIMIT 1
    ) a ON true
    LEFT JOIN account who ON who.id = a.answered_by
"""
_OF_CLAIM: Final = text(
    f"""
    SELECT {_COLUMNS} FROM objection o {_ANSWER}
    WHERE o.member_id = :member AND o.claim_id = :claim ORDER BY o.id DESC LIMIT 20
    """  # noqa: S608 - put together from constants
)
_ONE: Final = text(
    f"SELECT {_COLUMNS} FROM objection o {_ANSWER} WHERE o.id = :id"  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class ObjectionSeen:
    """An objection with its answer. `waits`: for an officer (again, where the second officer
    dropped the decision); `approved`: what was decided anew has taken effect."""

    id: int
    member_id: int
    claim_id: int
    grant_no: int
    kind: Kind
    says: str
    object_by: date
    answer_by: date
    at: datetime
    outcome: Outcome | None
    answer: str
    answered_at: datetime | None
    answered_by: str
    filed_anew: bool
    dropped: bool
    approved: bool

    @property
    def waits(self) -> bool:
        return self.outcome is None or self.dropped

    def late(self, day: date) -> bool:
        return self.waits and self.answer_by < day


def objections_of(session: Session, member_id: int, claim_id: int) -> list[ObjectionSeen]:
    """The objections to a claim's results, the last one first."""
    rows = session.execute(_OF_CLAIM, {"member": member_id, "claim": claim_id})
    return [_seen(row) for row in rows]


def objection_seen(session: Session, objection_id: int) -> ObjectionSeen | None:
    """One objection; whether the reader may see its member is asked elsewhere."""
    row = session.execute(_ONE, {"id": objection_id}).one_or_none()
    return None if row is None else _seen(row)


def _opened(cipher: bytes, table: str, *row: int) -> str:
    """A text; nothing of one that was erased."""
    return vault().open(bytes(cipher), table, *row) if cipher else ""


def _seen(row: Row[Any]) -> ObjectionSeen:
    says = _opened(row.says_cipher, "objection", row.id)
    answer = ""
    if row.answer_cipher is not None:
        answer = _opened(row.answer_cipher, "objection_answer", row.id, row.seq)
    return ObjectionSeen(
        id=row.id,
        member_id=row.member_id,
        claim_id=row.claim_id,
        grant_no=row.grant_no,
        kind=Kind(row.kind),
        says=says,
        object_by=row.object_by,
        answer_by=row.answer_by,
        at=row.recorded_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        answer=answer,
        answered_at=row.answered_at,
        answered_by=row.answered_by or "",
        filed_anew=row.filed_anew,
        dropped=row.dropped,
        approved=row.approved,
    )
