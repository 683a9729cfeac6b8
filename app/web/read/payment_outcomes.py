"""What became of each payment of a batch, what the bank said of it, and what officers proposed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.said import LAST_WORD
from app.web.paging import Asked, Page


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one payment. `held`: an answer that contradicts what is known, if any."""

    payment_id: int
    line: int
    member_id: int
    claim_id: int
    name: str
    amount_fen: int
    said: str | None
    booked_on: date | None
    reason: str | None
    held: str | None
    proposed: bool
    resolved: bool

    @property
    def doubtful(self) -> bool:
        """Whether two people must say what became of it."""
        return self.said == "unknown" or self.held is not None


@dataclass(frozen=True, slots=True)
class Open:
    """What waits for officers of the city federation: orders to approve, payments in doubt.

    `proposed`: of these, and of others, somebody has said what became of them, and another must
    agree.
    """

    orders: int
    doubtful: int
    proposed: int


def what_waits(session: Session) -> Open:
    """Counts of the whole fund."""
    return Open(*session.execute(_WAITS).one())


def outcomes(session: Session, batch_id: int, which: str, asked: Asked) -> Page[Outcome]:
    """The payments of a batch by what became of them."""
    wanted = {
        "batch": batch_id,
        "which": which,
        "after": asked.after or 0,
        "size": asked.size + 1,
    }
    rows = [Outcome(*row) for row in session.execute(_OUTCOMES, wanted)]
    following = rows[asked.size - 1].line if len(rows) > asked.size else None
    return Page(rows[: asked.size], following)


@dataclass(frozen=True, slots=True)
class Draft:
    """What one officer proposed of a payment in doubt."""

    says: str
    booked_on: date
    evidence: str
    by_id: int
    by: str
    line_id: int | None


@dataclass(frozen=True, slots=True)
class Shows:
    """A line of a statement that may show what became of a payment; above 0: money came back."""

    id: int
    booked_on: date
    amount_fen: int
    payer_name: str
    bank_key: str


@dataclass(frozen=True, slots=True)
class Said:
    """One of the bank's words on a payment. `why` it was not believed, if it was not."""

    at: datetime
    said: str
    why: str | None


def outcome_of(session: Session, batch_id: int, line: int) -> Outcome | None:
    """One payment of a batch."""
    wanted = {"batch": batch_id, "which": "all", "after": line - 1, "size": 1}
    row = session.execute(_OUTCOMES, wanted).one_or_none()
    return Outcome(*row) if row and row.line == line else None


def draft_of(session: Session, batch_id: int, line: int) -> Draft | None:
    """What is proposed of a payment, if anything."""
    row = session.execute(_DRAFT, {"batch": batch_id, "line": line}).one_or_none()
    return Draft(*row) if row else None


def lines_of(session: Session, batch_id: int, amount_fen: int) -> list[Shows]:
    """The batch's own lines, and what came in of this amount and waits still."""
    asked = {"batch": batch_id, "fen": amount_fen}
    return [Shows(*row) for row in session.execute(_LINES, asked)]


def line_under(session: Session, batch_id: int, line: int) -> int | None:
    """The line of a statement that brought a payment back, if one did."""
    found: int | None = session.scalar(_UNDER, {"batch": batch_id, "line": line})
    return found


def answers_of(session: Session, batch_id: int, line: int) -> list[Said]:
    """All the bank has said of a payment, in its order."""
    return [Said(*row) for row in session.execute(_SAID, {"batch": batch_id, "line": line})]


_WAITS: Final = text(
    """
    SELECT (SELECT count(*) FROM payment_order WHERE state IN ('prepared', 'approved')),
           (SELECT count(*) FROM payment_unknown u WHERE NOT EXISTS (
                SELECT FROM payment_outcome o
                WHERE (o.member_id, o.grant_no, o.attempt) = (u.member_id, u.grant_no, u.attempt))
            AND NOT EXISTS (
                SELECT FROM resolution_draft w
                WHERE (w.member_id, w.grant_no, w.attempt) = (u.member_id, u.grant_no, u.attempt)))
           + (SELECT count(DISTINCT (p.batch_id, p.line)) FROM return_held h
              JOIN bank_return r ON r.id = h.return_id
              JOIN payment p ON p.batch_id = r.batch_id AND p.line = h.line
              LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
              LEFT JOIN resolution_now s USING (member_id, grant_no, attempt)
              LEFT JOIN resolution_draft w USING (member_id, grant_no, attempt)
              WHERE h.why IN ('paid_then_failed', 'failed_then_paid') AND w.says IS NULL
                    AND (s.id IS NULL OR h.said <> s.says
                         AND ((o.return_id IS NULL AND s.seq = 1)
                              OR r.recorded_at > s.recorded_at))),
           (SELECT count(*) FROM resolution_draft)
    """
)
_DRAFT: Final = text(
    """
    SELECT w.says, w.booked_on, w.evidence, a.id, a.name, w.line_id
    FROM payment p JOIN resolution_draft w USING (member_id, grant_no, attempt)
    JOIN account a ON a.id = w.decided_by
    WHERE p.batch_id = :batch AND p.line = :line
    """
)
_LINES: Final = text(
    f"""
    SELECT l.id, l.booked_on, l.amount_fen, l.payer_name, l.bank_key FROM statement_line l
    {LAST_WORD}
    WHERE l.batch_id = :batch OR said.batch_id = :batch
          OR (l.amount_fen = :fen AND coalesce(said.act, l.taken_as) IN ('suspense', 'undone'))
    ORDER BY l.booked_on DESC, l.id DESC LIMIT 20
    """  # noqa: S608 - put together from constants
)
_UNDER: Final = text(
    """
    SELECT x.line_id FROM payment p JOIN resolution_now r USING (member_id, grant_no, attempt)
    JOIN line_resolution x ON x.payment_resolution_id = coalesce(r.together_id, r.id)
    WHERE p.batch_id = :batch AND p.line = :line
    """
)
_SAID: Final = text(
    """
    SELECT x.recorded_at, x.said, x.why FROM payment p
    CROSS JOIN LATERAL (
        SELECT recorded_at, outcome AS said, NULL AS why FROM payment_outcome
        WHERE (member_id, grant_no, attempt) = (p.member_id, p.grant_no, p.attempt)
              AND return_id IS NOT NULL
        UNION ALL
        SELECT recorded_at, 'unknown', NULL FROM payment_unknown
        WHERE (member_id, grant_no, attempt) = (p.member_id, p.grant_no, p.attempt)
        UNION ALL
        SELECT h.recorded_at, h.said, h.why FROM return_held h
        JOIN bank_return r ON r.id = h.return_id
        WHERE r.batch_id = p.batch_id AND h.line = p.line
    ) x
    WHERE p.batch_id = :batch AND p.line = :line ORDER BY 1
    """
)
_OUTCOMES: Final = text(
    """
    SELECT p.id, p.line, p.member_id, p.claim_id, p.name, p.amount_fen,
           coalesce(s.says, o.outcome, CASE WHEN u.return_id IS NOT NULL THEN 'unknown' END),
           coalesce(s.booked_on, o.booked_on), coalesce(nullif(o.reason, ''), u.reason), held.why,
           w.decided_by IS NOT NULL, s.id IS NOT NULL
    FROM payment p
    LEFT JOIN resolution_now s USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_draft w USING (member_id, grant_no, attempt)
    LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN payment_unknown u USING (member_id, grant_no, attempt)
    LEFT JOIN LATERAL (
        SELECT h.why FROM return_held h JOIN bank_return r ON r.id = h.return_id
        WHERE r.batch_id = p.batch_id AND h.line = p.line
              AND h.why IN ('paid_then_failed', 'failed_then_paid', 'failed_after_unknown')
              AND (s.id IS NULL OR h.said <> s.says
                   AND ((o.return_id IS NULL AND s.seq = 1) OR r.recorded_at > s.recorded_at))
        ORDER BY h.return_id DESC LIMIT 1
    ) held ON true
    WHERE p.batch_id = :batch AND p.line > :after
          AND CASE CAST(:which AS text) WHEN 'all' THEN true WHEN 'held' THEN held.why IS NOT NULL
              WHEN 'open' THEN o.outcome IS NULL AND u.return_id IS NULL
              WHEN 'unknown' THEN o.outcome IS NULL AND u.return_id IS NOT NULL
              ELSE coalesce(s.says, o.outcome) = :which END
    ORDER BY p.line LIMIT :size
    """
)
