"""A payment in doubt: what is known of it, and what two people may say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.banking.lines import latest, state_of
from app.banking.models import StatementLine
from app.clock import today
from app.db import refuses
from app.errors import Refusal
from app.payments.answer import Sent
from app.payments.batch import batch_numbered
from app.payments.send import batch_number

Says = Literal["paid", "failed"]


class NoSuchPayment(Refusal):
    """The batch has no such line."""


class NothingToResolve(Refusal):
    """The bank's word on it is plain, or two people have decided already."""


class ResolvedInFuture(Refusal):
    """The day has not come."""


class ResolvedBeforeSent(Refusal):
    """Nothing became of a payment before its batch was made (facts: made_on)."""


class LineShowsNothing(Refusal):
    """That line of a statement is not of this batch, and did not bring this money back."""


refuses("payment_resolution_seq_key", NothingToResolve)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A payment as it was sent, with what is known of it.

    `words`: how often two people spoke; `says`: their last word; `returned`: by a line that brought
    the money back.
    """

    sent: Sent
    benefit_year: int
    batch_id: int
    line: int
    made_on: date
    contradicted: bool
    answered: bool
    words: int
    says: Says | None
    returned: bool

    @property
    def stands(self) -> str | None:
        """What counts now: two people's last word, else the bank's first."""
        return self.says or self.sent.outcome


def doubtful(session: Session, batch: str, line: int) -> Doubtful:
    """The payment, and what is known of what became of it.

    Raises NoSuchBatch and NoSuchPayment.
    """
    known = batch_numbered(session, batch)
    row = session.execute(_PAYMENT, {"batch": known.id, "line": line}).one_or_none()
    if row is None:
        raise NoSuchPayment(batch=batch, line=line)
    return _doubtful(row)


def payments_numbered(session: Session, numbers: Sequence[int]) -> list[Doubtful]:
    """Payments by their own numbers, in the order of members and claims; each once."""
    asked = {"numbers": sorted(set(numbers))}
    return [_doubtful(row) for row in session.execute(_PAYMENTS, asked)]


def _doubtful(row: Row[Any]) -> Doubtful:
    year, batch_id, line, made_on, *told = list[Any](row)
    *sent, contradicted, answered, words, says, returned = told
    return Doubtful(
        Sent(*sent),
        year,
        batch_id,
        line,
        made_on,
        contradicted=contradicted,
        answered=answered,
        words=words,
        says=says,
        returned=returned,
    )


def check_word(
    session: Session,
    found: Doubtful,
    says: Says,
    booked_on: date,
    line_id: int | None,
    together_fen: int = 0,
) -> StatementLine | None:
    """The line that brought the money back, if that is what shows it. Raises as proposing does.

    `together_fen`: of all payments that the line brought back, where it is more than this one. A
    payment that failed, too, may have left with its batch and have come back by a line.
    """
    if booked_on > today():
        raise ResolvedInFuture
    if booked_on < found.made_on:
        raise ResolvedBeforeSent(made_on=found.made_on.isoformat())
    line = session.get(StatementLine, line_id) if line_id else None
    back = line if line and line.amount_fen > 0 else None
    fen = together_fen or found.sent.amount_fen
    if line_id and not _shows(session, found, says, booked_on, line, fen):
        raise LineShowsNothing(line=line_id)
    doubted = found.sent.outcome is None and (found.sent.unknown or found.answered)
    corrected = found.words > 0 and found.stands != says and not found.returned
    # What a line brought back is back, whatever the bank's files say later.
    contradicted = found.contradicted and not found.returned
    if not (doubted or contradicted or corrected or (back and found.stands and not found.returned)):
        number = batch_number(found.benefit_year, found.batch_id)
        raise NothingToResolve(batch=number, line=found.line)
    return back


def _shows(
    session: Session,
    found: Doubtful,
    says: Says,
    booked_on: date,
    line: StatementLine | None,
    fen: int,
) -> bool:
    """Whether a line is of the payment's batch, or brought its money back and waits still."""
    if line is None or line.booked_on != booked_on:
        return False
    if line.amount_fen < 0:
        said = latest(session, line.id)
        return found.batch_id in (line.batch_id, said.batch_id if said else None)
    state = state_of(session, line.id)[1]
    return says == "failed" and state == "suspense" and line.amount_fen == fen


_SELECT: Final = """
    SELECT b.benefit_year, p.batch_id, p.line, b.made_on,
           p.member_id, p.claim_id, p.grant_no, p.attempt, p.amount_fen, '', o.outcome, o.booked_on,
           u.return_id IS NOT NULL,
           EXISTS (SELECT FROM return_held h JOIN bank_return r ON r.id = h.return_id
                   WHERE r.batch_id = p.batch_id AND h.line = p.line
                         AND h.why IN ('paid_then_failed', 'failed_then_paid')
                         AND (s.id IS NULL OR h.said <> s.says
                              AND ((o.return_id IS NULL AND s.seq = 1)
                                   OR r.recorded_at > s.recorded_at))),
           EXISTS (SELECT FROM bank_return r WHERE r.batch_id = p.batch_id),
           coalesce(s.seq, 0), s.says,
           EXISTS (SELECT FROM line_resolution x
                   WHERE x.payment_resolution_id = coalesce(s.together_id, s.id))
    FROM payment p JOIN payment_batch b ON b.id = p.batch_id
    LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN payment_unknown u USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now s USING (member_id, grant_no, attempt)
"""
_PAYMENT: Final = text(f"{_SELECT} WHERE p.batch_id = :batch AND p.line = :line")
_PAYMENTS: Final = text(
    f"{_SELECT} WHERE p.id = ANY(:numbers) ORDER BY p.member_id, p.claim_id, p.id"
)
