"""Send what is payable to the bank: one batch, two officers, one file.

`prepare_batch` writes the facts and hands back the file's bytes; the door puts them on the disk
before it commits. The file can always be made again (`rebuilt_file`): names and accounts are frozen
in the payments, and the stored SHA-256 says that these are the same bytes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Final, get_args

from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.banking.payfile import Encoding
from app.claims.bills import FEEDS
from app.claims.lifecycle import Act
from app.db import copy_in, numbers, side_by_side
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.payments.lines import Line, NameNotWritable, bank_file, sent_lines
from app.payments.models import PaymentBatch
from app.payments.moves import Moves, move
from app.payments.standing import Standing
from app.payments.take import LeftOut, members_of_two_officers, sorted_out


class NothingToPay(Refusal):
    """No claim of the year can be paid now; `left_out` says which wait for what."""

    def __init__(self, year: int, left_out: Sequence[LeftOut]) -> None:
        super().__init__(year=year, left_out=len(left_out))
        self.left_out = left_out


class NoSuchBatch(Refusal):
    """No batch has this number."""


class BatchNotTheSame(Refusal):
    """The file made again is not the one that was made: the stored SHA-256 is another."""


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


def batch_numbered(session: Session, number: str) -> PaymentBatch:
    """The batch of a number that the bank or an officer names. Raises NoSuchBatch."""
    found = re.fullmatch(r"P[0-9]{4}-([0-9]{4,18})", number, re.ASCII)
    batch = session.get(PaymentBatch, int(found[1])) if found else None
    if batch is None or batch_number(batch.benefit_year, batch.id) != number:
        raise NoSuchBatch(batch=number)
    return batch


def prepare_batch(
    session: Session,
    year: int,
    *,
    prepared_by: int,
    approved_by: int,
    made_on: date,
    encoding: Encoding = "utf-8-sig",
) -> Batch:
    """Send all that is payable of a benefit year.

    Raises OnePerson, NothingToPay, and what accounts and lines refuse.
    """
    # No feed comes between the look at a claim's newest figures and its payment.
    side_by_side(session, FEEDS)
    own = members_of_two_officers(session, prepared_by, approved_by)
    sent, left_out = sorted_out(session, year, own)
    if not sent:
        raise NothingToPay(year, left_out)
    [batch_id] = numbers(session, "payment_batch_id_seq", 1)
    number = batch_number(year, batch_id)
    lines = [
        Line(line, claim.claim_id, claim.due_fen, payee)
        for line, (claim, payee) in enumerate(sent, 1)
    ]
    data = bank_file(number, year, made_on, lines, encoding)
    batch = PaymentBatch(
        id=batch_id,
        benefit_year=year,
        made_on=made_on,
        lines=len(lines),
        total_fen=sum(line.amount_fen for line in lines),
        file_sha256=sha256(data).hexdigest(),
        prepared_by=prepared_by,
        approved_by=approved_by,
    )
    session.add(batch)
    _write(session, batch, [claim for claim, _ in sent], lines)
    return Batch(batch_id, number, data, batch.file_sha256, batch.lines, batch.total_fen, left_out)


def rebuilt_file(session: Session, number: str, *, by: int) -> bytes:
    """The same bytes again, from the database. Raises NoSuchBatch and BatchNotTheSame."""
    officer(session, by)
    batch = batch_numbered(session, number)
    year, lines = batch.benefit_year, sent_lines(session, batch.id)
    for encoding in get_args(Encoding):
        try:
            data = bank_file(number, year, batch.made_on, lines, encoding)
        except NameNotWritable:  # so this was not the encoding
            continue
        if sha256(data).hexdigest() == batch.file_sha256:
            record(session, "payments.rewritten", by=by, about=batch.id, years=[year])
            return data
    raise BatchNotTheSame(batch=number)


def _write(
    session: Session, batch: PaymentBatch, claims: Sequence[Standing], lines: Sequence[Line]
) -> None:
    session.flush()
    ids = numbers(session, "payment_number", len(lines))
    copy_in(
        session,
        "payment",
        _PAYMENT,
        [
            _payment(number, batch.id, claim, line)
            for number, claim, line in zip(ids, claims, lines, strict=True)
        ],
    )
    move(session, [Moves(claim, [(Act.SEND, batch.prepared_by)]) for claim in claims])
    post(session, _entry(batch, lines))
    facts = {"lines": batch.lines, "total_fen": batch.total_fen, "file_sha256": batch.file_sha256}
    for act, by in (
        ("payments.exported", batch.prepared_by),
        ("payments.approved", batch.approved_by),
    ):
        record(session, act, by=by, about=batch.id, years=[batch.benefit_year], **facts)


def _payment(number: int, batch_id: int, claim: Standing, line: Line) -> tuple[object, ...]:
    again = claim.attempts > 0
    return (
        claim.member_id,
        number,
        batch_id,
        line.line,
        claim.claim_id,
        claim.grant_no,
        claim.attempts + 1,
        claim.attempts if again else None,
        "failed" if again else None,
        line.amount_fen,
        line.payee.name,
        line.payee.account_seq,
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
    "amount_fen",
    "name",
    "account_seq",
)
