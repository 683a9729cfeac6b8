"""Take a wrong match back: the money is in suspense again. Two people, and a reversal, no edit.

Only while no cover began by it: a cover that stands is not taken away because a bank line was read
wrongly; its money is then put right between the two units, as a refund and a new payment.
"""

from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.banking.models import LineResolution, StatementLine
from app.banking.refund import refund_state
from app.banking.resolve import LineDayWrong, latest, state_of
from app.clock import today
from app.contributions.models import EnrolmentOutcome, Receipt, ReceiptShare, ReceiptUndone
from app.contributions.models import RefundShare as Share
from app.contributions.receive import COVERS
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.roster.now import unit_now


class ReceiptBeganCover(Refusal):
    """Covers began by this money, or it is being refunded."""


class LineNotMatched(Refusal):
    """Nothing was said of this line that could be undone."""


class UndoOnePerson(Refusal):
    """Two different people undo a match."""


refuses("receipt_undone_two_people_check", UndoOnePerson)
refuses("line_resolution_two_people_check", UndoOnePerson)


def undo_match(
    session: Session, line_id: int, *, proposed_by: int, by: int, on: date | None = None
) -> None:
    """Put a line's money back into suspense.

    Raises UndoOnePerson, LineNotMatched, ReceiptBeganCover, LineDayWrong, NoSuchLine.
    """
    _two_people(session, proposed_by, by)
    one_at_a_time(session, COVERS)
    one_at_a_time(session, f"line {line_id}")
    line, state, said = state_of(session, line_id)
    day = on or today()
    if not line.booked_on <= day <= today():
        raise LineDayWrong(on=day.isoformat())
    last = latest(session, line_id)
    years = {line.booked_on.year}
    receipt = None
    if state == "receipt":
        receipt = session.get_one(Receipt, last.receipt_id if last else line.receipt_id)
        years.add(receipt.benefit_year)
        _undo_receipt(session, receipt, proposed_by=proposed_by, by=by, on=day)
    elif state == "refund" and last and last.refund_id:
        if refund_state(session, last.refund_id)[1] != "withdrawn":
            raise LineNotMatched
    elif state != "not_ours":
        raise LineNotMatched
    row = {"line_id": line_id, "seq": said + 1, "act": "undone", "on_day": day}
    added = insert(LineResolution).values(**row, proposed_by=proposed_by, resolved_by=by)
    number = session.execute(added.returning(LineResolution.id)).scalar_one()
    if receipt:
        _into_suspense(session, line, number, day)
    facts = {"said": "undone", "amount_fen": line.amount_fen, "on": day.isoformat()}
    record(session, "line.resolved", by=by, about=number, years=years, **facts)


def _two_people(session: Session, proposed_by: int, by: int) -> None:
    one, other = officer(session, proposed_by), officer(session, by)
    same = one.member_id is not None and one.member_id == other.member_id
    if one.id == other.id or same:
        raise UndoOnePerson


def _undo_receipt(
    session: Session, receipt: Receipt, *, proposed_by: int, by: int, on: date
) -> None:
    began = (
        select(ReceiptShare.receipt_id)
        .join(EnrolmentOutcome, EnrolmentOutcome.roster_id == ReceiptShare.roster_id)
        .where(ReceiptShare.receipt_id == receipt.id)
        .limit(1)
    )
    back = select(Share.receipt_id).where(Share.receipt_id == receipt.id).limit(1)
    if receipt.line_id is None or session.scalar(began) or session.scalar(back):
        raise ReceiptBeganCover
    row = {"receipt_id": receipt.id, "on_day": on, "proposed_by": proposed_by, "undone_by": by}
    session.execute(insert(ReceiptUndone).values(**row))
    fen = receipt.amount_fen
    unit_id = unit_now(session, receipt.unit_id).stands_id
    held = Posting(Account.MONEY_HELD, fen, unit_id=unit_id)
    postings = (held, Posting(Account.BETWEEN_YEARS, -fen))
    post(session, Entry(receipt.benefit_year, on, "receipt undone", postings, receipt.id))
    years = [receipt.benefit_year]
    record(session, "receipt.undone", by=by, about=receipt.id, years=years, amount_fen=fen)


def _into_suspense(session: Session, line: StatementLine, number: int, on: date) -> None:
    fen = line.amount_fen
    over = (Posting(Account.BETWEEN_YEARS, fen), Posting(Account.SUSPENSE, -fen))
    post(session, Entry(line.booked_on.year, on, "into suspense", over, number))
