"""What the bank answers: paid, failed, unknown, or what cannot be believed.

The bank's first word on a payment stands; "unknown" is none, and leaves the payment at the bank.
Money moves only where a line says something new that agrees with what was sent; every other line is
listed with its reason, and kept (`ReturnHeld`) for a person. The same file again changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.federation import fund_preparer
from app.banking.returnfile import ReturnFile, ReturnLine
from app.clock import today
from app.collector import nothing_collected
from app.copies import Copy, blocks_of
from app.db import copy_all, copy_in, without_waiting
from app.errors import RowFault
from app.evidence.append import record
from app.ledger.post import draw, entry_copies
from app.payments.answer import (
    HELD,
    Answered,
    Sent,
    acts_after,
    entries,
    entries_count,
    judged,
)
from app.payments.find_sent import find_sent
from app.payments.hold_answer import hold_answer
from app.payments.models import BankReturn, PaymentBatch, ReturnHeld
from app.payments.moves import Moving
from app.payments.standing import AtBank, Owed

_OUTCOME = ("member_id", "grant_no", "attempt", "outcome", "booked_on", "reason", "return_id")
_NOBODY: Final = (None, None)
_UNKNOWN = ("member_id", "grant_no", "attempt", "reason", "return_id")


@dataclass(frozen=True, slots=True)
class Returned:
    """What one file did; lines = paid + failed + unknown + unchanged + held + refused.

    `missing`: the batch's payments without an answer that are not in the file.
    """

    batch: str
    return_id: int | None
    lines: int
    paid: int
    failed: int
    unknown: int
    missing: int
    unchanged: int
    held: int
    refused: int
    paid_fen: int
    failed_fen: int
    listed: Sequence[RowFault]


@nothing_collected()
def take_return(session: Session, data: bytes, *, by: int, template: str | None = None) -> Returned:
    """Take the bank's answer to one batch, in the format of the batch's template.

    Raises NoSuchBatch, BatchOfOtherFormat, and what `app.banking.returnfile` refuses as a whole.
    """
    fund_preparer(session, by)
    batch, answer, sent = hold_answer(session, data, template)
    tails = any(line.account_tail for line in answer.lines)
    judged_lines = _judge(batch, answer, find_sent(session, batch.id, sent, tails=tails))
    new, asked, kept = judged_lines.new, judged_lines.unknown, judged_lines.kept
    listed = sorted([*answer.faults, *(fault for _, fault in kept)], key=lambda fault: fault.line)
    digest = sha256(data).hexdigest()
    if not (new or asked or (listed and not _seen(session, batch.id, digest))):
        return _told(answer, judged_lines, listed, None)
    made = BankReturn(batch_id=batch.id, file_sha256=digest, recorded_by=by)
    moving = _write(session, batch, made, judged_lines)
    with without_waiting(session):
        if moving:
            moving.queue(session)
        returned = _told(answer, judged_lines, listed, made.id)
    _record(session, batch, digest, returned, by)
    return returned


def _told(
    answer: ReturnFile, judged_lines: "_Judged", listed: Sequence[RowFault], return_id: int | None
) -> Returned:
    new, asked, kept = judged_lines.new, judged_lines.unknown, judged_lines.kept
    held = sum(fault.reason in HELD for fault in listed)
    paid, failed = ([x for x, _ in new if x.outcome == said] for said in ("paid", "failed"))
    return Returned(
        batch=answer.batch_no,
        return_id=return_id,
        lines=len(answer.lines) + len(answer.faults),
        paid=len(paid),
        failed=len(failed),
        unknown=len(asked),
        missing=judged_lines.missing,
        unchanged=len(answer.lines) - len(new) - len(asked) - len(kept),
        held=held,
        refused=len(listed) - held,
        paid_fen=sum(x.sent.amount_fen for x in paid),
        failed_fen=sum(x.sent.amount_fen for x in failed),
        listed=listed,
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """The lines that say something new, those that say "unknown", and those not believed."""

    new: list[tuple[Answered, Owed]]
    unknown: list[tuple[ReturnLine, Sent]]
    kept: list[tuple[ReturnLine, RowFault]]
    missing: int


def _judge(
    batch: PaymentBatch, answer: ReturnFile, sent: dict[int, tuple[Sent, AtBank]]
) -> _Judged:
    # A failed line may carry no day: it is booked with the file's last one.
    days = [line.booked_on for line in answer.lines if line.booked_on]
    made_on, now = batch.made_on, today()
    last_day = max(days, default=made_on)
    new: list[tuple[Answered, Owed]] = []
    unknown: list[tuple[ReturnLine, Sent]] = []
    kept: list[tuple[ReturnLine, RowFault]] = []
    for line in answer.lines:
        payment, claim = sent.get(line.line_no, _NOBODY)
        day = line.booked_on or last_day
        reason = judged(line, payment, day, made_on, now)
        if reason:
            facts: dict[str, object] = {"line_no": line.line_no}
            kept.append((line, RowFault(line.line, "序号", reason, facts)))
        elif payment is not None and claim is not None and payment.outcome is None:
            if line.outcome != "unknown":
                new.append((Answered(line, payment, day, line.outcome), claim))
            elif not payment.unknown:
                unknown.append((line, payment))
    named = {line.line_no for line in answer.lines}
    missing = sum(x.outcome is None and line not in named for line, (x, _) in sent.items())
    return _Judged(new, unknown, kept, missing)


def _seen(session: Session, batch_id: int, digest: str) -> bool:
    seen = select(BankReturn.id).where(
        BankReturn.batch_id == batch_id, BankReturn.file_sha256 == digest
    )
    return session.scalar(seen.limit(1)) is not None


def _write(
    session: Session,
    batch: PaymentBatch,
    returned: BankReturn,
    judged_lines: _Judged,
) -> Moving | None:
    """Write what the answer says, and how claims move by it; the queue is to be brought after."""
    session.add(returned)
    session.flush()
    kept, new = judged_lines.kept, judged_lines.new
    if kept:
        session.execute(
            insert(ReturnHeld), [_held(returned.id, line, fault.reason) for line, fault in kept]
        )
    copy_in(
        session,
        "payment_unknown",
        _UNKNOWN,
        [
            (sent.member_id, sent.grant_no, sent.attempt, line.reason, returned.id)
            for line, sent in judged_lines.unknown
        ],
    )
    if not new:
        return None
    return_id, by, year = returned.id, returned.recorded_by, batch.benefit_year
    drawn = draw(session, entries_count(x for x, _ in new))
    moving: list[Moving] = []

    def copies() -> Iterator[Copy]:
        """Each table is made while the server takes the one before."""
        yield _outcomes_copy([x for x, _ in new], return_id)
        moving.append(Moving((claim, acts_after(claim, x, by)) for x, claim in new))
        yield moving[0].copy()
        yield from entry_copies(drawn, entries(year, new, return_id))

    copy_all(session, copies())
    return moving[0]


def _held(return_id: int, line: ReturnLine, why: str) -> dict[str, object]:
    return {
        "return_id": return_id,
        "file_line": line.line,
        "line": line.line_no,
        "said": line.outcome,
        "amount_fen": line.amount_fen,
        "why": why,
    }


def _outcomes_copy(new: Sequence[Answered], return_id: int) -> Copy:
    def block(some: Sequence[Answered]) -> list[Sequence[object]]:
        sent = [x.sent for x in some]
        return [
            [x.member_id for x in sent],
            [x.grant_no for x in sent],
            [x.attempt for x in sent],
            [x.outcome for x in some],
            [x.booked_on for x in some],
            [x.line.reason for x in some],
            [return_id] * len(some),
        ]

    return Copy("payment_outcome", _OUTCOME, (block(new[some]) for some in blocks_of(len(new))))


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
        unknown=returned.unknown,
        unchanged=returned.unchanged,
        held=returned.held,
        refused=returned.refused,
        paid_fen=returned.paid_fen,
        failed_fen=returned.failed_fen,
    )
