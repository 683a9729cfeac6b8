"""Write a batch's facts: the payments, the claims' moves, the journal entry, the log."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

import numpy as np
from sqlalchemy.orm import Session

from app.claims.lifecycle import Act
from app.clock import today
from app.copies import Copy, copy_of_columns
from app.db import copy_all, numbers
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.columns import Entries
from app.ledger.post import column_copies, draw
from app.money import yuan
from app.payments.lines import Line
from app.payments.models import PaymentBatch
from app.payments.moves import Moving
from app.payments.policy import limits_for
from app.payments.standing import Standing
from app.payments.take import LeftOut


class ThirdPersonNeeded(Refusal):
    """So much money leaves only when a third person has confirmed it."""


class BatchAhead(Refusal):
    """No batch is made on a day that has not come (facts: day)."""


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


def check_made(made_on: date) -> None:
    """Raise BatchAhead: all it books would stand on that day, and the bank answers before it."""
    if made_on > today():
        raise BatchAhead(day=made_on.isoformat())


def batch_number(year: int, batch_id: int) -> str:
    """The number the bank knows a batch by."""
    return f"P{year}-{batch_id:04d}"


def send(
    session: Session,
    batch: PaymentBatch,
    claims: Sequence[Standing],
    lines: Sequence[Line],
    make: Callable[[], bytes],
    left_out: Sequence[LeftOut] = (),
) -> Batch:
    """Write the batch whose file is what `make` makes; it has its number, year, day and people.

    Raises ThirdPersonNeeded, and what `make` does; nothing is written then. The officers and the
    claims are held.
    """
    amounts_fen = [line.amount_fen for line in lines]
    limits = limits_for(batch.made_on, today())
    if batch.third_by is None and limits.wants_third(amounts_fen):
        raise ThirdPersonNeeded(
            total=yuan(sum(amounts_fen)),
            largest=yuan(max(amounts_fen)),
            total_over=yuan(limits.total_over_fen),
            line_over=yuan(limits.line_over_fen),
        )
    batch.lines, batch.total_fen = len(lines), sum(amounts_fen)
    batch.total_over_fen, batch.line_over_fen = limits.total_over_fen, limits.line_over_fen
    data = _write(session, batch, claims, lines, make)
    number = batch_number(batch.benefit_year, batch.id)
    return Batch(batch.id, number, data, batch.file_sha256, batch.lines, batch.total_fen, left_out)


def _write(
    session: Session,
    batch: PaymentBatch,
    claims: Sequence[Standing],
    lines: Sequence[Line],
    make: Callable[[], bytes],
) -> bytes:
    """Write it all; the file's bytes."""
    ids, drawn = numbers(session, "payment_number", len(lines)), draw(session, 1)
    sending = ((Act.SEND, batch.prepared_by),)
    made: list[bytes] = []
    moving: list[Moving] = []
    payments: dict[str, Sequence[object]] = {}

    def first() -> Iterator[Copy]:
        """The file is made while the server takes what does not need it."""
        yield from column_copies(drawn, _entry(batch, lines))
        moving.append(Moving((claim, sending) for claim in claims))
        yield moving[0].copy()
        made.append(make())
        payments.update(_columns(ids, batch.id, claims, lines))

    with session.begin_nested():
        copy_all(session, first())
    [data] = made
    batch.file_sha256 = sha256(data).hexdigest()
    session.add(batch)
    session.flush()
    copy_all(session, [copy_of_columns("payment", payments)])
    moving[0].queue(session)
    _record(session, batch)
    return data


def _record(session: Session, batch: PaymentBatch) -> None:
    facts = {"lines": batch.lines, "total_fen": batch.total_fen, "file_sha256": batch.file_sha256}
    for act, by in (
        ("payments.exported", batch.prepared_by),
        ("payments.approved", batch.approved_by),
        ("payments.confirmed", batch.third_by),
    ):
        if by is not None:
            record(session, act, by=by, about=batch.id, years=[batch.benefit_year], **facts)


def _columns(
    ids: Sequence[int], batch_id: int, claims: Sequence[Standing], lines: Sequence[Line]
) -> dict[str, Sequence[object]]:
    """The payments by columns. Few stand beside an attempt that came back, or was found back."""
    failed = [x.attempts if x.attempts and not x.came_back else None for x in claims]
    found = [x.attempts if x.attempts and x.came_back else None for x in claims]
    return {
        "member_id": [x.member_id for x in claims],
        "id": ids,
        "batch_id": [batch_id] * len(ids),
        "line": [x.line for x in lines],
        "claim_id": [x.claim_id for x in claims],
        "grant_no": [x.grant_no for x in claims],
        "attempt": [x.attempts + 1 for x in claims],
        "failed_attempt": failed,
        "failed_outcome": [x and "failed" for x in failed],
        "resolved_attempt": found,
        "resolved_seq": [x.came_back if x.attempts and x.came_back else None for x in claims],
        "resolved_as": [x and "failed" for x in found],
        "amount_fen": [x.amount_fen for x in lines],
        "name": [x.payee.name for x in lines],
        "account_seq": [x.payee.account_seq for x in lines],
        "heir_id": [x.payee.heir_id for x in lines],
    }


def _entry(batch: PaymentBatch, lines: Sequence[Line]) -> Entries:
    """One entry, a claim's two lines after each other."""
    payable, member, claim = (
        np.repeat(np.array(each, np.int64), 2)
        for each in (
            [x.amount_fen for x in lines],
            [x.payee.member_id for x in lines],
            [x.claim_id for x in lines],
        )
    )
    account = np.tile(np.array([0, 1]), len(lines))
    return Entries(
        benefit_year=np.array([batch.benefit_year]),
        day=np.array([batch.made_on], "datetime64[D]").astype(np.int64),
        memo="payments.exported",
        about=batch.id,
        accounts=(Account.BENEFITS_PAYABLE, Account.BENEFITS_SENT),
        entry=np.zeros(2 * len(lines), np.int64),
        account=account,
        amount_fen=payable * (1 - 2 * account),
        member=member,
        claim=claim,
    )
