"""What the bank answers: paid, failed, unknown, or what cannot be believed.

The bank's first word on a payment stands; "unknown" is none, and leaves the payment at the bank.
Money moves only where a line says something new that agrees with what was sent; every other line is
listed with its reason, and kept (`ReturnHeld`) for a person. The same file again changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import repeat
from typing import Final, LiteralString

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.federation import fund_preparer
from app.banking.formats import format_named, formats
from app.banking.returnfile import (
    ReturnCountWrong,
    ReturnFile,
    ReturnLine,
    ReturnTotalUnproven,
    ReturnTotalWrong,
    read_return,
)
from app.banking.returnrecords import ReturnNotText
from app.clock import today
from app.collector import nothing_collected
from app.copies import Copy, copy_of_columns
from app.db import copy_all, copy_in, fetched, one_at_a_time
from app.errors import FileFault, Refusal, RowFault
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
from app.payments.batch import batch_numbered
from app.payments.models import BankReturn, PaymentBatch, ReturnHeld
from app.payments.moves import Moves, moves_copy, queue
from app.payments.standing import lock, standings

_OUTCOME = ("member_id", "grant_no", "attempt", "outcome", "booked_on", "reason", "return_id")
_COMPARED = (ReturnCountWrong, ReturnTotalWrong, ReturnTotalUnproven)
_UNKNOWN = ("member_id", "grant_no", "attempt", "reason", "return_id")


class BatchOfOtherFormat(Refusal):
    """The bank answers a batch in the format it was sent in (facts: batch, format)."""


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
    batch, answer = _of_batch(session, data, template)
    one_at_a_time(session, f"payments.return {batch.id}")
    judged_lines = _judge(session, batch, answer)
    new, asked, kept = judged_lines.new, judged_lines.unknown, judged_lines.kept
    listed = sorted([*answer.faults, *(fault for _, fault in kept)], key=lambda fault: fault.line)
    digest = sha256(data).hexdigest()
    return_id = None
    if new or asked or (listed and not _seen(session, batch.id, digest)):
        made = BankReturn(batch_id=batch.id, file_sha256=digest, recorded_by=by)
        _write(session, batch, made, judged_lines)
        return_id = made.id
    held = sum(fault.reason in HELD for fault in listed)
    paid, failed = ([x for x in new if x.outcome == said] for said in ("paid", "failed"))
    returned = Returned(
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
    if return_id is not None:
        _record(session, batch, digest, returned, by)
    return returned


@dataclass(frozen=True, slots=True)
class _Judged:
    """The lines that say something new, those that say "unknown", and those not believed."""

    new: list[Answered]
    unknown: list[tuple[ReturnLine, Sent]]
    kept: list[tuple[ReturnLine, RowFault]]
    missing: int


def _of_batch(
    session: Session, data: bytes, template: str | None
) -> tuple[PaymentBatch, ReturnFile]:
    """The file as its batch's template reads it. Without a template's name each is tried: the
    number in the file says which batch it answers, and that its template was the right one."""
    names = [template] if template else list(formats())
    troubles: list[FileFault] = []
    for name in names:
        try:
            answer = read_return(data, format_named(name))
        except FileFault as trouble:
            troubles.append(trouble)
            continue
        batch = batch_numbered(session, answer.batch_no)
        if batch.template != name:
            raise BatchOfOtherFormat(batch=answer.batch_no, format=batch.template)
        return batch, answer
    # Whoever came to compare the sums could read the file; else what the plain format says of text.
    read = [x for x in troubles if isinstance(x, _COMPARED)]
    text = [x for x in troubles if not isinstance(x, ReturnNotText)]
    raise [*read, *text, *troubles][0]


def _judge(session: Session, batch: PaymentBatch, answer: ReturnFile) -> _Judged:
    sent = _sent(session, batch.id)
    # A failed line may carry no day: it is booked with the file's last one.
    days = [line.booked_on for line in answer.lines if line.booked_on]
    made_on, now = batch.made_on, today()
    last_day = max(days, default=made_on)
    new: list[Answered] = []
    unknown: list[tuple[ReturnLine, Sent]] = []
    kept: list[tuple[ReturnLine, RowFault]] = []
    for line in answer.lines:
        payment, day = sent.get(line.line_no), line.booked_on or last_day
        reason = judged(line, payment, day, made_on, now)
        if reason:
            facts: dict[str, object] = {"line_no": line.line_no}
            kept.append((line, RowFault(line.line, "序号", reason, facts)))
        elif payment is not None and payment.outcome is None:
            if line.outcome != "unknown":
                new.append(Answered(line, payment, day, line.outcome))
            elif not payment.unknown:
                unknown.append((line, payment))
    named = {line.line_no for line in answer.lines}
    missing = sum(x.outcome is None and line not in named for line, x in sent.items())
    return _Judged(new, unknown, kept, missing)


def _sent(session: Session, batch_id: int) -> dict[int, Sent]:
    """A batch's payments by their lines."""
    rows = fetched(session, _SENT, {"batch": batch_id})
    if not rows:
        return {}
    lines, *payments = zip(*rows, strict=True)
    made = map(tuple.__new__, repeat(Sent), zip(*payments, strict=True))
    return dict(zip(lines, made, strict=True))


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
) -> None:
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
    keys = [(x.sent.member_id, x.sent.claim_id) for x in new]
    lock(session, keys)
    claims = {(claim.member_id, claim.claim_id): claim for claim in standings(session, keys)}
    answers = [(x, claims[key]) for x, key in zip(new, keys, strict=True)]
    if not answers:
        return
    return_id, by, year = returned.id, returned.recorded_by, batch.benefit_year
    moving = [Moves(claim, acts_after(claim, x, by)) for x, claim in answers]
    drawn = draw(session, entries_count(new))

    def copies() -> Iterator[Copy]:
        """Each table is made while the server takes the one before."""
        yield _outcomes_copy(new, return_id)
        yield moves_copy(moving)
        yield from entry_copies(drawn, entries(year, answers, return_id))

    copy_all(session, copies())
    queue(session, moving)


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
    rows = [
        (
            *(x.sent.member_id, x.sent.grant_no, x.sent.attempt),
            *(x.outcome, x.booked_on, x.line.reason, return_id),
        )
        for x in new
    ]
    return copy_of_columns(
        "payment_outcome", dict(zip(_OUTCOME, zip(*rows, strict=True), strict=True))
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
        unknown=returned.unknown,
        unchanged=returned.unchanged,
        held=returned.held,
        refused=returned.refused,
        paid_fen=returned.paid_fen,
        failed_fen=returned.failed_fen,
    )


_SENT: Final[LiteralString] = """
SELECT p.line, p.member_id, p.claim_id, p.grant_no, p.attempt, p.amount_fen,
       coalesce(a.tail, h.tail),
       coalesce(r.says, o.outcome), coalesce(r.booked_on, o.booked_on),
       u.return_id IS NOT NULL
FROM payment p
LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
LEFT JOIN payment_unknown u USING (member_id, grant_no, attempt)
LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
LEFT JOIN bank_account a ON a.member_id = p.member_id AND a.seq = p.account_seq
LEFT JOIN heir h ON h.member_id = p.member_id AND h.id = p.heir_id
WHERE p.batch_id = %(batch)s
"""
