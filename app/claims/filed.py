"""What is known of a claim that was filed by hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, text
from sqlalchemy.orm import Session

from app.claims.models import FiledClaim, UndoneFiling
from app.claims.sheet import AMOUNTS, DAYS, FIELDS
from app.money import yuan
from app.together import Question

UNDONE_BY: Final = (UndoneFiling.member_id == FiledClaim.member_id) & (
    UndoneFiling.setl_id == FiledClaim.setl_id
)
IS_UNDONE: Final = exists().where(UNDONE_BY).correlate(FiledClaim)
"""Whether a filing of the query was taken or sent back."""
REFUSED_AS: Final = """CASE WHEN d.refusal = 'refunded' AND u.why IS NOT NULL
    THEN 'undone_' || u.why WHEN d.refusal = 'declined' THEN 'declined_' || (
        SELECT CASE h.what WHEN 'same_bill' THEN h.what ELSE h.reason END FROM held_decision h
        WHERE h.member_id = d.member_id AND h.claim_id = d.claim_id AND h.decision_no < d.grant_no
        ORDER BY h.seq DESC LIMIT 1)
    ELSE d.refusal END"""
"""SQL: the refusal of determination `d` as people are told it, `u` being its undone filing if any:
to the kernel what was undone by people and what the bureau refunded is one thing, and so is
whatever people declined."""


@dataclass(frozen=True, slots=True)
class Filing:
    """One filing. `joined_setl_id`: the bureau's number, once its row has come.

    `by_hand`: the newest figures are still what a person typed. `undone_why`: a value of
    `app.claims.lifecycle.Why`, by the account of `undone_by`; empty while it stands. `approved`:
    officers have said that it may be paid, so that one alone undoes it no more; `undone_with`: who
    then proposed to undo it.
    """

    setl_id: str
    stated_setl_id: str | None
    joined_setl_id: str | None
    filed_by: int
    filed_at: datetime
    by_hand: bool
    undone_why: str | None
    undone_at: datetime | None
    undone_by: str | None
    undone_with: str | None
    approved: bool


def filing_of(session: Session, member_id: int, claim_id: int) -> Filing | None:
    """How a claim was filed; None of one that the bureau's files made, or where there is none."""
    return FILING.first(session, member=member_id, claim=claim_id)


def typed_of(session: Session, member_id: int, claim_id: int) -> dict[str, str] | None:
    """What was typed into a filing, field by field as a form has it; None where there is none."""
    row = session.execute(_SHEET, {"member": member_id, "claim": claim_id}).one_or_none()
    if row is None:
        return None
    typed = dict(row._mapping)
    for name in AMOUNTS:
        typed[name] = yuan(typed[name]) if typed[name] else ""
    for name in DAYS:
        typed[name] = typed[name].isoformat()[:_DAY] if typed[name] else ""
    return {name: typed[name] or "" for name in FIELDS}


_DAY: Final = len("2026-01-31")
_SHEET: Final = text(
    f"""
    SELECT f.stated_setl_id, {", ".join(f"s.{x}" for x in FIELDS if x != "stated_setl_id")}
    FROM claim c
    JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
    JOIN settlement s ON s.member_id = c.member_id AND s.setl_id = c.setl_id AND s.version = 1
    WHERE c.member_id = :member AND c.id = :claim
    """  # noqa: S608 - the fields are the code's own
)
FILING: Final = Question(
    """
    SELECT f.setl_id, f.stated_setl_id, j.setl_id, f.filed_by, f.recorded_at, r.kind = 'hand',
           u.why, u.recorded_at, a.name, (
               SELECT x.name FROM held_decision h JOIN account x ON x.id = h.prepared_by
               WHERE h.member_id = c.member_id AND h.claim_id = c.id AND h.what = 'undo'
           ), EXISTS (
               SELECT FROM claim_move m WHERE m.member_id = c.member_id AND m.claim_id = c.id
               AND m.act = 'confirm'
           )
    FROM claim c
    JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
    LEFT JOIN undone_filing u ON u.member_id = f.member_id AND u.setl_id = f.setl_id
    LEFT JOIN account a ON a.id = u.recorded_by
    LEFT JOIN joined_settlement j ON j.member_id = f.member_id AND j.own_setl_id = f.setl_id
    CROSS JOIN LATERAL (
        SELECT s.run_id FROM settlement s WHERE s.member_id = c.member_id AND s.setl_id = c.setl_id
        ORDER BY s.version DESC LIMIT 1
    ) s
    JOIN run r ON r.id = s.run_id
    WHERE c.member_id = :member AND c.id = :claim
    """,
    Filing,
)
