"""Write a batch's facts: the payments, the claims' moves, the journal entry, the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from sqlalchemy.orm import Session

from app.claims.lifecycle import Act
from app.db import copy_in, numbers
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.money import yuan
from app.payments.lines import Line
from app.payments.models import PaymentBatch
from app.payments.moves import move_batch
from app.payments.policy import limits_on
from app.payments.standing import Standing
from app.payments.take import LeftOut


class ThirdPersonNeeded(Refusal):
    """So much money leaves only when a third person has confirmed it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was sent, and the file that asks the bank for it."""

    id: int
    number: str
    file: bytes = field(repr=False)
    sha256: str
    lines: int
    total_fen: int
    left_out: Sequence[LeftOut]


def batch_number(year: int, batch_id: int) -> str:
    """The number the bank knows a batch by."""
    return f"P{year}-{batch_id:04d}"


def send(
    session: Session,
    batch: PaymentBatch,
    claims: Sequence[Standing],
    lines: Sequence[Line],
    data: bytes,
    left_out: Sequence[LeftOut] = (),
) -> Batch:
    """Write the batch whose file is `data`; it has its number, year, day and people already.

    Raises ThirdPersonNeeded. The officers and the claims are held.
    """
    amounts_fen = [line.amount_fen for line in lines]
    limits = limits_on(batch.made_on)
    if batch.third_by is None and limits.wants_third(amounts_fen):
        raise ThirdPersonNeeded(
            total=yuan(sum(amounts_fen)),
            largest=yuan(max(amounts_fen)),
            total_over=yuan(limits.total_over_fen),
            line_over=yuan(limits.line_over_fen),
        )
    batch.lines, batch.total_fen = len(lines), sum(amounts_fen)
    batch.total_over_fen, batch.line_over_fen = limits.total_over_fen, limits.line_over_fen
    batch.file_sha256 = sha256(data).hexdigest()
    session.add(batch)
    _write(session, batch, claims, lines)
    number = batch_number(batch.benefit_year, batch.id)
    return Batch(batch.id, number, data, batch.file_sha256, batch.lines, batch.total_fen, left_out)


def _write(
    session: Session, batch: PaymentBatch, claims: Sequence[Standing], lines: Sequence[Line]
) -> None:
    session.flush()
    ids = numbers(session, "payment_number", len(lines))
    copy_in(
        session,
        "payment",
        _PAYMENT,
        (
            _payment(number, batch.id, claim, line)
            for number, claim, line in zip(ids, claims, lines, strict=True)
        ),
    )
    states = {claim.state for claim in claims}
    move_batch(session, batch.id, states, Act.SEND, by=batch.prepared_by)
    post(session, _entry(batch, lines))
    facts = {"lines": batch.lines, "total_fen": batch.total_fen, "file_sha256": batch.file_sha256}
    for act, by in (
        ("payments.exported", batch.prepared_by),
        ("payments.approved", batch.approved_by),
        ("payments.confirmed", batch.third_by),
    ):
        if by is not None:
            record(session, act, by=by, about=batch.id, years=[batch.benefit_year], **facts)


def _payment(number: int, batch_id: int, claim: Standing, line: Line) -> tuple[object, ...]:
    again = claim.attempts > 0
    failed = again and not claim.came_back
    back = again and claim.came_back > 0
    return (
        claim.member_id,
        number,
        batch_id,
        line.line,
        claim.claim_id,
        claim.grant_no,
        claim.attempts + 1,
        claim.attempts if failed else None,
        "failed" if failed else None,
        claim.attempts if back else None,
        claim.came_back if back else None,
        "failed" if back else None,
        line.amount_fen,
        line.payee.name,
        line.payee.account_seq,
        line.payee.heir_id,
    )


def _entry(batch: PaymentBatch, lines: Sequence[Line]) -> Entry:
    postings = tuple(
        Posting(account, side * line.amount_fen, None, line.payee.member_id, line.claim_id)
        for line in lines
        for account, side in ((Account.BENEFITS_PAYABLE, 1), (Account.BENEFITS_SENT, -1))
    )
    return Entry(batch.benefit_year, batch.made_on, "payments.exported", postings, batch.id)


_PAYMENT: Final = (
    "member_id",
    "id",
    "batch_id",
    "line",
    "claim_id",
    "grant_no",
    "attempt",
    "failed_attempt",
    "failed_outcome",
    "resolved_attempt",
    "resolved_seq",
    "resolved_as",
    "amount_fen",
    "name",
    "account_seq",
    "heir_id",
)
