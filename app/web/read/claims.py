"""Claims in lists: where each stands, its bill, its live determination, what was paid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.claims.filed import REFUSED_AS
from app.claims.lifecycle import State
from app.filing.typed import papers_wanted
from app.web.paging import Asked, Page
from app.web.timeline import Attempt, Stage, marks_of, stages

_COLUMNS: Final = f"""
    c.member_id, c.id, coalesce(q.state, 'filed') AS state, s.fixmedins_name, s.begndate,
    s.enddate, s.setl_time, s.med_type, d.care, {REFUSED_AS}, d.payable_fen, d.recorded_at,
    coalesce(p.paid_fen, 0)::bigint, n.name, c.recorded_at, f.setl_id IS NOT NULL,
    l.sent_at, l.made_on, l.answered_at, l.booked_on, l.outcome, coalesce(l.unknown, false),
    w.papers_by
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
        LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
        WHERE x.member_id = c.member_id AND x.claim_id = c.id
              AND coalesce(r.says, o.outcome) = 'paid'
    ) p ON true
    LEFT JOIN LATERAL (
        SELECT x.name FROM member_name x WHERE x.member_id = c.member_id
        ORDER BY x.seq DESC LIMIT 1
    ) n ON true
    LEFT JOIN review_queue w ON w.member_id = c.member_id AND w.claim_id = c.id
    LEFT JOIN filed_claim f ON f.member_id = c.member_id AND f.setl_id = c.setl_id
    LEFT JOIN undone_filing u ON u.member_id = c.member_id AND u.setl_id = c.setl_id
    LEFT JOIN LATERAL (
        SELECT b.recorded_at AS sent_at, b.made_on,
               coalesce(r.recorded_at, o.recorded_at) AS answered_at,
               coalesce(r.booked_on, o.booked_on) AS booked_on,
               coalesce(r.says, o.outcome) AS outcome, k.return_id IS NOT NULL AS unknown
        FROM payment x JOIN payment_batch b ON b.id = x.batch_id
        LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
        LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
        LEFT JOIN payment_unknown k USING (member_id, grant_no, attempt)
        WHERE x.member_id = c.member_id AND x.claim_id = c.id ORDER BY x.id DESC LIMIT 1
    ) l ON true
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


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim; `payable_fen` and what belongs to it is empty until it is determined.

    `papers_by`: a reviewer asked the member for papers, until that day.
    """

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
    filed_at: datetime
    by_hand: bool
    papers_by: date | None
    payment: Attempt | None

    @property
    def treated_on(self) -> date:
        """The day a member knows the bill by."""
        return self.discharged_on or self.settled_at.date()

    @property
    def stages(self) -> list[Stage]:
        """The claim's way, with its last determination and its last payment."""
        determined = [self.determined_at] if self.determined_at else []
        payments = [self.payment] if self.payment else []
        marks = marks_of(
            self.filed_at, by_hand=self.by_hand, determined=determined, payments=payments
        )
        return stages(marks, self.state, wanted=self.wanted)

    @property
    def wanted(self) -> bool:
        """Whether it waits for papers from the member."""
        return self.papers_by is not None and self.state is State.REVIEW


_KINDS: Final = text(
    """
    SELECT p.claim_id, array_agg(a.kind) FROM claim_attachment p
    JOIN attachment a ON a.member_id = p.member_id AND a.id = p.attachment_id
    WHERE p.member_id = :member AND p.claim_id = ANY(:claims) GROUP BY 1
    """
)


def with_papers(session: Session, member_id: int, rows: Iterable[ClaimRow]) -> set[int]:
    """Those of a member's claims under review of which all papers have come."""
    wanted = {
        x.id: {*papers_wanted(x.med_type)} for x in rows if x.state is State.REVIEW and not x.wanted
    }
    if not wanted:
        return set()
    came = session.execute(_KINDS, {"member": member_id, "claims": list(wanted)})
    return {claim_id for claim_id, kinds in came if wanted[claim_id] <= {*kinds}}


def claims_of_member(session: Session, member_id: int, asked: Asked) -> Page[ClaimRow]:
    """A page of one member's claims, the latest bill first."""
    wanted = {"member": member_id, "after": asked.after, "size": asked.size + 1}
    return _page([_row(row) for row in session.execute(_OF_MEMBER, wanted)], asked)


def _row(row: Row[Any]) -> ClaimRow:
    member_id, claim_id, state, *rest = tuple(row)
    *columns, sent_at, sent_on, answered_at, answered_on, outcome, unknown, papers_by = rest
    columns.append(papers_by)
    # The last attempt to pay, if there was any.
    columns.append(
        Attempt(sent_at, sent_on, answered_at, answered_on, outcome, unknown) if sent_at else None
    )
    return ClaimRow(member_id, claim_id, State(state), *columns)


def _page(rows: list[ClaimRow], asked: Asked) -> Page[ClaimRow]:
    more = len(rows) > asked.size
    return Page(rows[: asked.size], rows[asked.size - 1].id if more else None)
