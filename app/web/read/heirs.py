"""Members who have died and are owed money, and who is paid in their place."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.roster.identity import masked_certno
from app.secrets import vault


@dataclass(frozen=True, slots=True)
class Deceased:
    """A member who died. `claims` wait for money. Of heir and proposal the name; none: empty."""

    member_id: int
    name: str
    died_on: date | None
    claims: int
    heir: str | None
    relation: str | None
    tail: str | None
    papers: str | None
    named_by: str | None
    approved_by: str | None
    proposed: str | None
    proposed_relation: str | None
    proposed_tail: str | None
    proposed_papers: str | None
    proposed_by: str | None
    proposed_by_id: int | None
    proposed_id: int | None
    proposed_certno: str | None
    """Masked. Who agrees holds it against the papers; where nobody was proposed, none."""


def deceased(session: Session) -> list[Deceased]:
    """Who has died and has claims that wait for money, or a proposal that waits."""
    rows = session.execute(text(_ALL.format(which=_WAITS)))
    return [_seen(row) for row in rows]


def deceased_member(session: Session, member_id: int) -> Deceased | None:
    """One member, dead or not."""
    asked = text(_ALL.format(which="m.id = :member"))
    row = session.execute(asked, {"member": member_id}).one_or_none()
    return _seen(row) if row else None


def _seen(row: Row[Any]) -> Deceased:
    said: list[Any] = [*row]
    heir_id, cipher = said[-2:]
    certno = vault().open(bytes(cipher), "heir_certno", heir_id) if cipher else None
    said[-1] = masked_certno(certno) if certno else None
    return Deceased(*said)


# As an array: the dead are few, and a join would begin with all members there are.
_WAITS: Final = """died.on_day IS NOT NULL AND (d.member_id IS NOT NULL OR EXISTS (
        SELECT FROM claim_queue q
        WHERE q.member_id = m.id AND q.state IN ('payable', 'card_wanted')))
      AND m.id = ANY(ARRAY(SELECT member_id FROM member_fate WHERE fate = 'died'))"""
_ALL: Final = """
    SELECT m.id, named.name, died.on_day,
           (SELECT count(*) FROM claim_queue q
            WHERE q.member_id = m.id AND q.state IN ('payable', 'card_wanted')),
           h.name, h.relation, h.tail, h.papers, one.name, other.name,
           d.name, d.relation, d.tail, d.papers, by.name, d.proposed_by, d.heir_id,
           d.certno_cipher
    FROM member m
    JOIN LATERAL (
        SELECT n.name FROM member_name n WHERE n.member_id = m.id ORDER BY n.seq DESC LIMIT 1
    ) named ON true
    LEFT JOIN LATERAL (
        SELECT f.on_day FROM member_fate f
        WHERE f.member_id = m.id AND f.fate = 'died' AND NOT EXISTS (
            SELECT FROM member_fate b WHERE b.member_id = f.member_id AND b.seq = f.seq + 1
            AND b.fate = 'alive')
        ORDER BY f.seq DESC LIMIT 1
    ) died ON true
    LEFT JOIN LATERAL (
        SELECT * FROM heir x WHERE x.member_id = m.id ORDER BY x.id DESC LIMIT 1
    ) h ON true
    LEFT JOIN account one ON one.id = h.proposed_by
    LEFT JOIN account other ON other.id = h.approved_by
    LEFT JOIN heir_draft d ON d.member_id = m.id
    LEFT JOIN account by ON by.id = d.proposed_by
    WHERE {which} ORDER BY m.id
"""
