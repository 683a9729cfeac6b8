"""Take a wrong match back: the money is in suspense again. Two people, and a reversal, no edit.

Only while no cover began by it: a cover that stands is not taken away because a bank line was read
wrongly; its money is then put right between the two units, as a refund and a new payment.
"""

from datetime import date
from typing import Final, LiteralString

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.banking.lines import (
    LineDayWrong,
    into_suspense,
    latest,
    no_fee,
    no_interest,
    not_taken_back,
    say,
    state_of,
)
from app.banking.models import LineResolution, StatementLine
from app.banking.propose_line import keep_proposal
from app.banking.refund import refund_state
from app.banking.tie import untie
from app.clock import today
from app.contributions.models import EnrolmentOutcome, Receipt, ReceiptShare, ReceiptUndone
from app.contributions.models import RefundShare as Share
from app.contributions.receive import COVERS
from app.db import fetched, one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.roster.now import unit_now


class LineNotMatched(Refusal):
    """Nothing was said of this line that could be undone."""


class ReceiptBeganCover(Refusal):
    """Covers began by this money, or it is being refunded."""


class UndoOnePerson(Refusal):
    """Two different people undo a match."""


refuses("receipt_undone_two_people_check", UndoOnePerson)


_TAKEN_BACK: LiteralString = "SELECT FROM line_said WHERE other_line_id = %(line)s"
_FOUND_OUT: LiteralString = "SELECT FROM payment_resolution WHERE line_id = %(line)s"
_LEFT: Final = frozenset({"fee", "batch", "taken_back"})
"""What money that left is said to be."""


def undo_match(
    session: Session, line_id: int, *, proposed_by: int, by: int, on: date | None = None
) -> None:
    """Put a line's money back into suspense; what left waits again.

    A benefit's way back: `app.payments.take_off`.

    Raises UndoOnePerson, LineNotMatched, ReceiptBeganCover, LineDayWrong, NoSuchLine.
    """
    two_undo(session, proposed_by, by)
    one_at_a_time(session, COVERS)
    one_at_a_time(session, f"line {line_id}")
    line, state, said = state_of(session, line_id)
    before = latest(session, line_id)
    day = undo_day(line, on, before.on_day if before else None)
    receipt = _undoable(session, line, state)
    if state == "typed" and before:
        untie(session, line, before, said, on=day, by=by, proposed_by=proposed_by)
        return
    if receipt:
        _undo_receipt(session, receipt, proposed_by=proposed_by, by=by, on=day)
    year = receipt.benefit_year if receipt else None
    number = say(session, line, said, "undone", on=day, by=by, year=year, proposed_by=proposed_by)
    if receipt:
        into_suspense(session, line, number, day)
    elif state == "interest":
        no_interest(session, line, number, day)
    elif state == "fee":
        no_fee(session, line, number, day)
    elif state == "taken_back" and before and before.other_line_id:
        other = session.get_one(StatementLine, before.other_line_id)
        not_taken_back(session, line, other, number, day)


def undo_day(line: StatementLine, on: date | None, after: date | None = None) -> date:
    """The day a match is undone; what left was said `after`. Raises LineDayWrong."""
    day = on or today()
    first = after if after and line.amount_fen < 0 else line.booked_on
    if not first <= day <= today():
        raise LineDayWrong(on=day.isoformat())
    return day


def propose_undo(session: Session, line_id: int, *, by: int) -> None:
    """One officer says that a match is wrong; it is undone when another confirms it.

    Raises LineNotMatched, ReceiptBeganCover, NoSuchLine.
    """
    fund_officer(session, by)
    one_at_a_time(session, f"line {line_id}")
    line, state, _ = state_of(session, line_id)
    if state != "returned":
        _undoable(session, line, state)
    keep_proposal(session, line_id, "undone", by=by)


def _undoable(session: Session, line: StatementLine, state: str) -> Receipt | None:
    """The receipt that the match made, where it made one. Raises LineNotMatched."""
    last = latest(session, line.id)
    if state == "receipt":
        receipt = session.get_one(Receipt, last.receipt_id if last else line.receipt_id)
        _check_receipt(session, receipt)
        return receipt
    if state in _LEFT:
        _check_left(session, line, last)
        return None
    withdrawn = (
        state == "refund"
        and last
        and last.refund_id
        and refund_state(session, last.refund_id)[1] == "withdrawn"
    )
    left = fetched(session, _TAKEN_BACK, {"line": line.id})
    alone = {"interest", "typed"}  # nothing rests on them
    if not withdrawn and state not in alone and (state != "not_ours" or left):
        raise LineNotMatched
    return None


def _check_left(session: Session, line: StatementLine, last: LineResolution | None) -> None:
    """What left for a batch by the bank's own word, or showed what became of a payment, stays."""
    of_batch = line.batch_id if last is None else last.batch_id
    if of_batch and (last is None or fetched(session, _FOUND_OUT, {"line": line.id})):
        raise LineNotMatched


def two_undo(session: Session, proposed_by: int, by: int) -> None:
    """Two officers, two people. Raises UndoOnePerson."""
    one, other = fund_officer(session, proposed_by), fund_officer(session, by)
    same = one.member_id is not None and one.member_id == other.member_id
    if one.id == other.id or same:
        raise UndoOnePerson


def _check_receipt(session: Session, receipt: Receipt) -> None:
    began = (
        select(ReceiptShare.receipt_id)
        .join(EnrolmentOutcome, EnrolmentOutcome.roster_id == ReceiptShare.roster_id)
        .where(ReceiptShare.receipt_id == receipt.id)
        .limit(1)
    )
    back = select(Share.receipt_id).where(Share.receipt_id == receipt.id).limit(1)
    if receipt.line_id is None or session.scalar(began) or session.scalar(back):
        raise ReceiptBeganCover


def _undo_receipt(
    session: Session, receipt: Receipt, *, proposed_by: int, by: int, on: date
) -> None:
    row = {"receipt_id": receipt.id, "on_day": on, "proposed_by": proposed_by, "undone_by": by}
    session.execute(insert(ReceiptUndone).values(**row))
    fen = receipt.amount_fen
    unit_id = unit_now(session, receipt.unit_id).stands_id
    held = Posting(Account.MONEY_HELD, fen, unit_id=unit_id)
    postings = (held, Posting(Account.BETWEEN_YEARS, -fen))
    post(session, Entry(receipt.benefit_year, on, "receipt undone", postings, receipt.id))
    years = [receipt.benefit_year]
    record(session, "receipt.undone", by=by, about=receipt.id, years=years, amount_fen=fen)
