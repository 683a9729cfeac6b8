"""What the bank answers: paid, failed, or what cannot be believed.

The bank's first word on a payment stands. Money moves only where a line says something new that
agrees with what was sent; every other line is listed with its reason, and kept (`ReturnHeld`) for a
person. The same file again changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.banking.returnfile import ReturnFile, ReturnLine, read_return
from app.clock import today
from app.db import copy_in, one_at_a_time
from app.errors import RowFault
from app.evidence.append import record
from app.ledger.post import post
from app.payments.answer import HELD, Answered, Sent, acts_after, entries, judged
from app.payments.batch import batch_numbered
from app.payments.models import BankReturn, PaymentBatch, ReturnHeld
from app.payments.moves import Moves, move
from app.payments.standing import lock, standings

_OUTCOME = ("member_id", "grant_no", "attempt", "outcome", "booked_on", "reason", "return_id")


@dataclass(frozen=True, slots=True)
class Returned:
    """What one file did; lines = paid + failed + unchanged + held + refused."""

    batch: str
    return_id: int | None
    lines: int
    paid: int
    failed: int
    unchanged: int
    held: int
    refused: int
    paid_fen: int
    failed_fen: int
    listed: Sequence[RowFault]


def take_return(session: Session, data: bytes, *, by: int) -> Returned:
    """Take the bank's answer to one batch.

    Raises NoSuchBatch, and what `app.banking.returnfile` refuses as a whole.
    """
    officer(session, by)
    answer = read_return(data)
    batch = batch_numbered(session, answer.batch_no)
    one_at_a_time(session, f"payments.return {batch.id}")
    new, kept = _judge(session, batch, answer)
    listed = sorted([*answer.faults, *(fault for _, fault in kept)], key=lambda fault: fault.line)
    digest = sha256(data).hexdigest()
    return_id = None
    if new or (listed and not _seen(session, batch.id, digest)):
        made = BankReturn(batch_id=batch.id, file_sha256=digest, recorded_by=by)
        _write(session, batch, made, new, kept)
        return_id = made.id
    held = sum(fault.reason in HELD for fault in listed)
    paid, failed = ([x for x in new if x.line.outcome == said] for said in ("paid", "failed"))
    returned = Returned(
        batch=answer.batch_no,
        return_id=return_id,
        lines=len(answer.lines) + len(answer.faults),
        paid=len(paid),
        failed=len(failed),
        unchanged=len(answer.lines) - len(new) - len(kept),
        held=held,
        refused=len(listed) - held,
        paid_fen=sum(x.sent.amount_fen for x in paid),
        failed_fen=sum(x.sent.amount_fen for x in failed),
        listed=listed,
    )
    if return_id is not None:
        _record(session, batch, digest, returned, by)
    return returned


def _judge(
    session: Session, batch: PaymentBatch, answer: ReturnFile
) -> tuple[list[Answered], list[tuple[ReturnLine, RowFault]]]:
    """The lines that say something new, and those that cannot be believed, with the reason."""
    sent = {row.line: Sent(*row[1:]) for row in session.execute(_SENT, {"batch": batch.id})}
    # A failed line may carry no day: it is booked with the file's last one.
    days = [line.booked_on for line in answer.lines if line.booked_on]
    last_day = max(days, default=batch.made_on)
    new, kept = [], []
    for line in answer.lines:
        payment, day = sent.get(line.line_no), line.booked_on or last_day
        reason = judged(line, payment, day, batch.made_on, today())
        if reason:
            facts: dict[str, object] = {"line_no": line.line_no}
            kept.append((line, RowFault(line.line, "序号", reason, facts)))
        elif payment is not None and payment.outcome is None:
            new.append(Answered(line, payment, day))
    return new, kept


def _seen(session: Session, batch_id: int, digest: str) -> bool:
    seen = select(BankReturn.id).where(
        BankReturn.batch_id == batch_id, BankReturn.file_sha256 == digest
    )
    return session.scalar(seen.limit(1)) is not None


def _write(
    session: Session,
    batch: PaymentBatch,
    returned: BankReturn,
    new: Sequence[Answered],
    kept: Sequence[tuple[ReturnLine, RowFault]],
) -> None:
    session.add(returned)
    session.flush()
    if kept:
        session.execute(
            insert(ReturnHeld), [_held(returned.id, line, fault.reason) for line, fault in kept]
        )
    keys = [(x.sent.member_id, x.sent.claim_id) for x in new]
    lock(session, keys)
    claims = {(claim.member_id, claim.claim_id): claim for claim in standings(session, keys)}
    answers = [(x, claims[key]) for x, key in zip(new, keys, strict=True)]
    copy_in(session, "payment_outcome", _OUTCOME, [_outcome(x, returned.id) for x in new])
    move(
        session,
        [Moves(claim, acts_after(claim, x, returned.recorded_by)) for x, claim in answers],
    )
    post(session, *entries(batch.benefit_year, answers, returned.id))


def _held(return_id: int, line: ReturnLine, why: str) -> dict[str, object]:
    return {
        "return_id": return_id,
        "file_line": line.line,
        "line": line.line_no,
        "said": line.outcome,
        "amount_fen": line.amount_fen,
        "why": why,
    }


def _outcome(answered: Answered, return_id: int) -> tuple[object, ...]:
    sent, line = answered.sent, answered.line
    return (
        sent.member_id,
        sent.grant_no,
        sent.attempt,
        line.outcome,
        answered.booked_on,
        line.reason,
        return_id,
    )


def _record(
    session: Session, batch: PaymentBatch, digest: str, returned: Returned, by: int
) -> None:
    record(
        session,
        "payments.returned",
        by=by,
        about=returned.return_id,
        years=[batch.benefit_year],
        batch=batch.id,
        file_sha256=digest,
        lines=returned.lines,
        paid=returned.paid,
        failed=returned.failed,
        unchanged=returned.unchanged,
        held=returned.held,
        refused=returned.refused,
        paid_fen=returned.paid_fen,
        failed_fen=returned.failed_fen,
    )


_SENT = text(
    """
    SELECT p.line, p.member_id, p.claim_id, p.grant_no, p.attempt, p.amount_fen, a.tail,
           o.outcome, o.booked_on
    FROM payment p
    LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
    JOIN bank_account a ON a.member_id = p.member_id AND a.seq = p.account_seq
    WHERE p.batch_id = :batch
    """
)
