"""Claims in lists: where each stands, its bill, its live determination, what was paid."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.claims.lifecycle import State
from app.web.paging import Asked, Page
from app.web.read.scope import MEMBER, Scope

_COLUMNS: Final = """
    c.member_id, c.id, coalesce(q.state, 'filed') AS state, s.fixmedins_name, s.begndate,
    s.enddate, s.setl_time, s.med_type, d.care, d.refusal, d.payable_fen, d.recorded_at,
    coalesce(p.paid_fen, 0)::bigint, n.name
"""
_JOINS: Final = """
    JOIN LATERAL (
        SELECT * FROM settlement x WHERE x.member_id = c.member_id AND x.setl_id = c.setl_id
        ORDER BY x.version DESC LIMIT 1
    ) s ON true
    LEFT JOIN LATERAL (
        SELECT * FROM determination x WHERE x.member_id = c.member_id AND x.claim_id = c.id
        ORDER BY x.seq DESC LIMIT 1
    ) d ON true
    LEFT JOIN LATERAL (
        SELECT sum(x.amount_fen) AS paid_fen FROM payment x
        JOIN payment_outcome o USING (member_id, grant_no, attempt)
        WHERE x.member_id = c.member_id AND x.claim_id = c.id AND o.outcome = 'paid'
    ) p ON true
    LEFT JOIN LATERAL (
        SELECT x.name FROM member_name x WHERE x.member_id = c.member_id
        ORDER BY x.seq DESC LIMIT 1
    ) n ON true
"""
_OF_MEMBER: Final = text(
    f"""
    SELECT {_COLUMNS} FROM claim c
    LEFT JOIN claim_queue q ON q.member_id = c.member_id AND q.claim_id = c.id
    {_JOINS}
    WHERE c.member_id = :member AND (CAST(:after AS bigint) IS NULL OR (s.setl_time, c.id) < (
        SELECT x.setl_time, k.id FROM claim k JOIN settlement x USING (member_id, setl_id)
        WHERE k.member_id = c.member_id AND k.id = :after ORDER BY x.version DESC LIMIT 1
    ))
    ORDER BY s.setl_time DESC, c.id DESC LIMIT :size
    """  # noqa: S608 - put together from constants
)
_IN_STATE: Final = text(
    f"""
    SELECT {_COLUMNS} FROM claim_queue q
    JOIN claim c ON c.member_id = q.member_id AND c.id = q.claim_id
    {_JOINS}
    WHERE q.state = :state AND q.claim_id > :after AND {MEMBER}
    ORDER BY q.claim_id LIMIT :size
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim; `payable_fen` and what belongs to it is empty until it is determined."""

    member_id: int
    id: int
    state: State
    hospital: str
    admitted_on: date | None
    discharged_on: date | None
    settled_at: datetime
    med_type: str
    care: str | None
    refusal: str | None
    payable_fen: int | None
    determined_at: datetime | None
    paid_fen: int
    member_name: str

    @property
    def treated_on(self) -> date:
        """The day a member knows the bill by."""
        return self.discharged_on or self.settled_at.date()


def claims_of_member(session: Session, member_id: int, asked: Asked) -> Page[ClaimRow]:
    """A page of one member's claims, the latest bill first."""
    wanted = {"member": member_id, "after": asked.after, "size": asked.size + 1}
    return _page([_row(row) for row in session.execute(_OF_MEMBER, wanted)], asked)


def claims_in(session: Session, scope: Scope, state: State, asked: Asked) -> Page[ClaimRow]:
    """A page of the claims that stand in one state, oldest first."""
    wanted = {"state": state.value, "after": asked.after or 0, "size": asked.size + 1}
    rows = session.execute(_IN_STATE, {**scope.asked, **wanted})
    return _page([_row(row) for row in rows], asked)


def _row(row: Row[Any]) -> ClaimRow:
    member_id, claim_id, state, *rest = tuple(row)
    return ClaimRow(member_id, claim_id, State(state), *rest)


def _page(rows: list[ClaimRow], asked: Asked) -> Page[ClaimRow]:
    more = len(rows) > asked.size
    return Page(rows[: asked.size], rows[asked.size - 1].id if more else None)
