"""Send what is payable to the bank in one go: one batch, two officers or three, one file.

`prepare_batch` writes the facts and hands back the file's bytes; the door puts them on the disk
before it commits. Step by step, by officers who each sit at a desk of their own, it is `order`.
The file can always be made again (`rebuilt_file`): names and accounts are frozen in the payments,
the template's name in the batch, and the stored SHA-256 says that these are the same bytes.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from hashlib import sha256

from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.banking.add_account import fund_account, hold_use
from app.banking.formats import PLAIN, format_named
from app.banking.models import FundAccount
from app.banking.payfile import Head
from app.claims.bills import FEEDS
from app.collector import nothing_collected
from app.db import numbers, side_by_side
from app.errors import Refusal
from app.evidence.append import record
from app.payments.lines import Line, NameNotWritable, Payee, bank_file, sent_lines
from app.payments.models import PaymentBatch
from app.payments.send import Batch, batch_number, check_made, send
from app.payments.standing import Standing
from app.payments.take import LeftOut, members_of_officers, sorted_out


class NothingToPay(Refusal):
    """No claim of the year can be paid now; `left_out` says which wait for what."""

    def __init__(self, year: int, left_out: Sequence[LeftOut]) -> None:
        super().__init__(year=year, left_out=len(left_out))
        self.left_out = left_out


class NoSuchBatch(Refusal):
    """No batch has this number."""


class BatchNotTheSame(Refusal):
    """The file made again is not the one that was made: the stored SHA-256 is another."""


def batch_numbered(session: Session, number: str) -> PaymentBatch:
    """The batch of a number that the bank or an officer names. Raises NoSuchBatch."""
    found = re.fullmatch(r"P[0-9]{4}-([0-9]{4,18})", number, re.ASCII)
    batch = session.get(PaymentBatch, int(found[1])) if found else None
    if batch is None or batch_number(batch.benefit_year, batch.id) != number:
        raise NoSuchBatch(batch=number)
    return batch


@nothing_collected()
def prepare_batch(
    session: Session,
    year: int,
    *,
    prepared_by: int,
    approved_by: int,
    made_on: date,
    third_by: int | None = None,
    encoding: str | None = None,
    template: str = PLAIN,
    fund_account: str | None = None,
) -> Batch:
    """Send all that is payable of a benefit year.

    Raises BatchAhead, OnePerson, NotOfFederation, NothingToPay, ThirdPersonNeeded, NoSuchFormat,
    NoSuchFundAccount, FundAccountEnded, and what accounts and lines refuse.
    """
    check_made(made_on)
    # No feed comes between the look at a claim's newest figures and its payment.
    side_by_side(session, FEEDS)
    approving = [approved_by] + ([] if third_by is None else [third_by])
    own = members_of_officers(session, *approving, prepared_by=prepared_by)
    account = account_coded(session, fund_account, made_on)
    sent, left_out = sorted_out(session, year, own)
    if not sent:
        raise NothingToPay(year, left_out)
    [batch_id] = numbers(session, "payment_batch_id_seq", 1)
    lines = lines_of(sent)
    head = head_of(batch_number(year, batch_id), made_on, account)
    form = format_named(template)
    batch = PaymentBatch(
        id=batch_id,
        benefit_year=year,
        made_on=made_on,
        prepared_by=prepared_by,
        approved_by=approved_by,
        third_by=third_by,
        template=template,
        fund_account_id=account.id if account else None,
    )
    make = partial(bank_file, form, head, year, lines, encoding)
    return send(session, batch, [claim for claim, _ in sent], lines, make, left_out)


def rebuilt_file(session: Session, number: str, *, by: int) -> bytes:
    """The same bytes again, from the database. Raises NoSuchBatch and BatchNotTheSame."""
    officer(session, by)
    batch = batch_numbered(session, number)
    year, lines, template = batch.benefit_year, sent_lines(session, batch.id), batch.template
    account = session.get(FundAccount, batch.fund_account_id) if batch.fund_account_id else None
    head = head_of(number, batch.made_on, account)
    for encoding in format_named(template).out.encodings:
        try:
            data = bank_file(format_named(template), head, year, lines, encoding)
        except NameNotWritable:  # so this was not the encoding
            continue
        if sha256(data).hexdigest() == batch.file_sha256:
            record(session, "payments.rewritten", by=by, about=batch.id, years=[year])
            return data
    raise BatchNotTheSame(batch=number)


def lines_of(sent: Sequence[tuple[Standing, Payee]]) -> list[Line]:
    """The claims numbered as lines of a file."""
    return [
        Line(line, claim.claim_id, claim.due_fen, payee)
        for line, (claim, payee) in enumerate(sent, 1)
    ]


def head_of(number: str, made_on: date, account: FundAccount | None) -> Head:
    """What stands once in the file."""
    if account is None:
        return Head(number, made_on)
    return Head(number, made_on, account.holder, account.number)


def account_coded(session: Session, code: str | None, on: date) -> FundAccount | None:
    """The fund's account of a code, which does not end meanwhile; None where none is named.

    Raises NoSuchFundAccount, FundAccountEnded.
    """
    if not code:
        return None
    hold_use(session, fund_account(session, code).id)
    return fund_account(session, code, on=on)
