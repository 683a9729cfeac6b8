"""Prepare, approve, confirm: a batch step by step, each step by another person at another desk.

A prepared order is a draft (`PaymentOrder`): it holds no claim, so that nothing waits for a person.
Who approves, approves one SHA-256. Every step makes the lines anew from today's facts; where one is
other than it was, nothing is approved, and the order says which. The last step writes the batch:
nothing of it exists before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.banking.formats import PLAIN, format_named
from app.banking.models import FundAccount
from app.claims.bills import FEEDS
from app.clock import today
from app.collector import nothing_collected
from app.db import copy_in, numbers, refuses, side_by_side
from app.errors import Refusal
from app.payments.batch import NothingToPay, account_coded, head_of, lines_of
from app.payments.drafts import PaymentOrder, PaymentOrderLine
from app.payments.find_owing import Owing, owing
from app.payments.lines import Line, Payee, bank_file
from app.payments.look_for_third import look_for_third
from app.payments.models import PaymentBatch
from app.payments.policy import limits_for
from app.payments.send import Batch, batch_number, check_made, send
from app.payments.standing import Standing, lock
from app.payments.take import LeftOut, members_of_officers, sorted_out, sorted_out_of

OPEN: Final = ("prepared", "approved")


class OrderWaits(Refusal):
    """One of the year waits for approval already: two would hold the same claims."""


class NoSuchOrder(Refusal):
    """No order has this number."""


class OrderNotOpen(Refusal):
    """Somebody was faster: it was approved, sent or withdrawn."""


class OrderFileOther(Refusal):
    """What is approved is not the file that was prepared."""


class OrderChanged(Refusal):
    """Lines are other than they were when it was prepared; `changes` says which."""

    def __init__(self, number: str, changes: Sequence[LeftOut]) -> None:
        super().__init__(number=number, changed=len(changes))
        self.changes = changes


refuses("payment_order_open_key", OrderWaits)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was prepared, what was left out of it and why, and what of it could be set off."""

    id: int
    number: str
    sha256: str
    lines: int
    total_fen: int
    wants_third: bool
    left_out: Sequence[LeftOut]
    owing: Sequence[Owing] = ()


@nothing_collected()
def prepare_order(
    session: Session,
    year: int,
    *,
    by: int,
    made_on: date,
    template: str = PLAIN,
    encoding: str | None = None,
    fund_account: str | None = None,
) -> Prepared:
    """Draft a batch of all that is payable of a benefit year, for another officer to approve.

    Raises as `prepare_batch`, and OrderWaits.
    """
    check_made(made_on)
    side_by_side(session, FEEDS)
    own = members_of_officers(session, prepared_by=by)
    account, form = account_coded(session, fund_account, made_on), format_named(template)
    waits = select(PaymentOrder.id).where(
        PaymentOrder.benefit_year == year, PaymentOrder.state.in_(OPEN)
    )
    if session.scalar(waits) is not None:
        raise OrderWaits
    sent, left_out = sorted_out(session, year, own)
    if not sent:
        raise NothingToPay(year, left_out)
    [order_id] = numbers(session, "payment_batch_id_seq", 1)
    number, lines = batch_number(year, order_id), lines_of(sent)
    data = bank_file(form, head_of(number, made_on, account), year, lines, encoding)
    amounts_fen = [line.amount_fen for line in lines]
    order = PaymentOrder(
        id=order_id,
        benefit_year=year,
        made_on=made_on,
        template=template,
        encoding=encoding or form.out.encodings[0],
        fund_account_id=account.id if account else None,
        lines=len(lines),
        total_fen=sum(amounts_fen),
        file_sha256=sha256(data).hexdigest(),
        wants_third=limits_for(made_on, today()).wants_third(amounts_fen),
        state="prepared",
        prepared_by=by,
    )
    session.add(order)
    session.flush()
    copy_in(
        session,
        "payment_order_line",
        _LINE,
        (_frozen(order_id, line, claim) for line, (claim, _) in zip(lines, sent, strict=True)),
    )
    return Prepared(
        *(order_id, number, order.file_sha256, order.lines, order.total_fen, order.wants_third),
        left_out,
        owing(session, (claim for claim, _ in sent)),
    )


@nothing_collected()
def approve_order(session: Session, order_id: int, *, by: int, sha256: str) -> Batch | None:
    """The second person approves this very file. None where a third must confirm it.

    Raises NoSuchOrder, OrderNotOpen, OrderFileOther, OrderChanged, OnePerson, NotOfFederation.
    """
    order = _held(session, order_id, "prepared", sha256)
    if not look_for_third(session, order):
        return _send(session, order, approved_by=by)
    _checked(session, order, members_of_officers(session, by, prepared_by=order.prepared_by))
    order.approved_by, order.state = by, "approved"
    session.flush()
    return None


@nothing_collected()
def confirm_order(session: Session, order_id: int, *, by: int, sha256: str) -> Batch:
    """The third person confirms this very file, and the batch is written. Raises likewise."""
    order = _held(session, order_id, "approved", sha256)
    return _send(session, order, approved_by=order.approved_by or 0, third_by=by)


def withdraw_order(session: Session, order_id: int, *, by: int) -> None:
    """It is not sent, and another can be prepared. Raises NoSuchOrder, OrderNotOpen."""
    members_of_officers(session, by)
    order = order_held(session, order_id)
    if order.state not in OPEN:
        raise OrderNotOpen(number=batch_number(order.benefit_year, order.id))
    order.state = "withdrawn"
    session.flush()


def order_numbered(session: Session, number: str) -> PaymentOrder:
    """The order of a number that an officer names. Raises NoSuchOrder."""
    found = re.fullmatch(r"P[0-9]{4}-([0-9]{4,18})", number, re.ASCII)
    order = session.get(PaymentOrder, int(found[1])) if found else None
    if order is None or batch_number(order.benefit_year, order.id) != number:
        raise NoSuchOrder
    return order


def order_held(session: Session, order_id: int) -> PaymentOrder:
    """The order, held until the transaction ends. Raises NoSuchOrder."""
    order = session.get(PaymentOrder, order_id, with_for_update=True, populate_existing=True)
    if order is None:
        raise NoSuchOrder
    return order


def changes_of(session: Session, order: PaymentOrder, own: set[int]) -> list[LeftOut]:
    """The lines that would not be sent as they were prepared, and why; holds nothing."""
    return _compared(session, order, own)[1]


def _held(session: Session, order_id: int, state: str, digest: str) -> PaymentOrder:
    side_by_side(session, FEEDS)
    order = order_held(session, order_id)
    if order.state != state:
        raise OrderNotOpen(number=batch_number(order.benefit_year, order.id))
    if order.file_sha256 != digest:
        raise OrderFileOther
    return order


def _send(
    session: Session, order: PaymentOrder, *, approved_by: int, third_by: int | None = None
) -> Batch:
    approving = [approved_by] + ([] if third_by is None else [third_by])
    own = members_of_officers(session, *approving, prepared_by=order.prepared_by)
    sent = _checked(session, order, own)
    lines, number = lines_of(sent), batch_number(order.benefit_year, order.id)
    account = session.get(FundAccount, order.fund_account_id) if order.fund_account_id else None
    form, head = format_named(order.template), head_of(number, order.made_on, account)
    wanted, year, encoding = order.file_sha256, order.benefit_year, order.encoding

    def make() -> bytes:
        data = bank_file(form, head, year, lines, encoding)
        if sha256(data).hexdigest() != wanted:
            raise OrderFileOther
        return data

    order.approved_by, order.third_by, order.state = approved_by, third_by, "sent"
    batch = PaymentBatch(
        id=order.id,
        benefit_year=order.benefit_year,
        made_on=order.made_on,
        prepared_by=order.prepared_by,
        approved_by=approved_by,
        third_by=third_by,
        template=order.template,
        fund_account_id=order.fund_account_id,
    )
    return send(session, batch, [claim for claim, _ in sent], lines, make)


def _checked(session: Session, order: PaymentOrder, own: set[int]) -> list[tuple[Standing, Payee]]:
    """The order's claims and payees as they stand now, held; raises OrderChanged."""
    keys = [(line.member_id, line.claim_id) for line in _lines(session, order.id)]
    lock(session, keys)
    sent, changes = _compared(session, order, own)
    if changes:
        raise OrderChanged(batch_number(order.benefit_year, order.id), changes)
    return sent


def _compared(
    session: Session, order: PaymentOrder, own: set[int]
) -> tuple[list[tuple[Standing, Payee]], list[LeftOut]]:
    lines = _lines(session, order.id)
    keys = [(line.member_id, line.claim_id) for line in lines]
    sent, left_out = sorted_out_of(session, order.benefit_year, own, keys)
    now = {claim.claim_id: (claim, payee) for claim, payee in sent}
    why = {each.claim_id: each.reason for each in left_out}
    changes = [
        LeftOut(line.claim_id, line.name, reason)
        for line in lines
        if (reason := why.get(line.claim_id) or _change(line, now.get(line.claim_id)))
    ]
    return sent, changes


def _change(line: PaymentOrderLine, now: tuple[Standing, Payee] | None) -> str | None:
    if now is None:
        return "not_waiting"
    claim, payee = now
    changed = (
        ("amount_changed", claim.due_fen != line.amount_fen),
        ("computed_again", claim.grant_no != line.grant_no),
        (
            "account_changed",
            (payee.account_seq, payee.heir_id) != (line.account_seq, line.heir_id),
        ),
        ("name_changed", payee.name != line.name),
    )
    return next((reason for reason, holds in changed if holds), None)


def _lines(session: Session, order_id: int) -> Sequence[PaymentOrderLine]:
    found = select(PaymentOrderLine).where(PaymentOrderLine.order_id == order_id)
    return session.scalars(found.order_by(PaymentOrderLine.line)).all()


def _frozen(order_id: int, line: Line, claim: Standing) -> tuple[object, ...]:
    return (
        order_id,
        line.line,
        claim.member_id,
        claim.claim_id,
        claim.grant_no,
        line.amount_fen,
        line.payee.name,
        line.payee.account_seq,
        line.payee.heir_id,
    )


_LINE: Final = (
    *("order_id", "line", "member_id", "claim_id", "grant_no", "amount_fen", "name"),
    *("account_seq", "heir_id"),
)
