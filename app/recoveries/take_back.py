"""What was typed as paid back, by others or by a member, and was wrong: two officers take it back.

Its entry is reversed, and a contrary row of the same table stands beside it, in the order of money:
so that whatever adds up what came adds up right, and each day's answer stays. Only what no
statement's line is said to be; and of a member's only while the claim is determined as it was when
it was typed: what was determined after rests on it. It can then be typed anew.
"""

from datetime import date
from typing import Final, LiteralString

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.banking.tie import PAID_BACK
from app.claims.propose import officer_for
from app.contributions.reference import BACK
from app.db import fetched, numbers
from app.errors import Refusal
from app.evidence.append import record
from app.ledger import reverse as reversing
from app.ledger.models import JournalEntry
from app.ledger.post import hold_books
from app.ledger.reverse import NotReversible, Reversed, TakenBack, Way, Ways
from app.online.take_back import WAYS as BELOW
from app.recoveries.models import Recovery, RecoveryReceipt, Repayment
from app.recoveries.standing import money_of


class PaidBackOnLine(Refusal):
    """A statement's line is said to be this money (facts: line)."""


class PaidBackSince(Refusal):
    """The claim was determined anew since this was paid back (facts: claim)."""


class PaidBackOwed(Refusal):
    """The claim's money never arrived: what was paid back is owed to the member (facts: claim)."""


_LINE: LiteralString = """
SELECT line_id FROM line_said
WHERE recovery_receipt_id = %(receipt)s OR repayment_id = %(repayment)s
"""
_LOCK = text("SELECT FROM claim_queue WHERE member_id = :member AND claim_id = :claim FOR UPDATE")


def reverse(
    session: Session,
    entry_id: int,
    *,
    why: str,
    reversed_by: int,
    approved_by: int,
    reversed_on: date | None = None,
) -> Reversed:
    """Take an entry back, in one of the ways. Raises as `app.ledger.reverse` and the ways."""
    two = {"reversed_by": reversed_by, "approved_by": approved_by}
    return reversing.reverse(session, entry_id, WAYS, why=why, reversed_on=reversed_on, **two)


def _check_line(session: Session, receipt: int | None, repayment: int | None) -> None:
    for (line_id,) in fetched(session, _LINE, {"receipt": receipt, "repayment": repayment}):
        raise PaidBackOnLine(line=line_id)


def _typed_receipt(session: Session, entry: JournalEntry) -> RecoveryReceipt:
    found = session.get_one(RecoveryReceipt, entry.about)
    if found.suspense_year is not None:
        raise NotReversible(entry=entry.id, memo=entry.memo)
    return found


def _typed_repayment(session: Session, entry: JournalEntry) -> Repayment:
    found = session.get_one(Repayment, entry.about)
    if found.suspense_year is not None:
        raise NotReversible(entry=entry.id, memo=entry.memo)
    return found


def _check_receipt(session: Session, entry: JournalEntry) -> None:
    """Raise NotReversible, PaidBackOnLine."""
    _check_line(session, _typed_receipt(session, entry).id, None)


def _check_repayment(session: Session, entry: JournalEntry) -> None:
    """Raise NotReversible, PaidBackOnLine, PaidBackSince, PaidBackOwed. It holds the claim."""
    paid = _typed_repayment(session, entry)
    _check_line(session, None, paid.id)
    hold_books(session)
    session.execute(_LOCK, {"member": paid.member_id, "claim": paid.claim_id})
    money = money_of(session, paid.member_id, paid.claim_id)
    if money is None or money.grant_no != paid.grant_no or money.overtaken:
        raise PaidBackSince(claim=paid.claim_id)
    if money.paid_fen < money.payable_fen or money.waiting_fen:
        raise PaidBackOwed(claim=paid.claim_id)


def _undo_receipt(session: Session, deed: TakenBack) -> None:
    came = _typed_receipt(session, deed.entry)
    owed = session.get_one(Recovery, came.recovery_id)
    _may(session, deed, owed.member_id, owed.claim_id)
    contrary = insert(RecoveryReceipt).values(
        recovery_id=came.recovery_id,
        amount_fen=-came.amount_fen,
        received_on=deed.day,
        reference=came.reference + BACK,
        recorded_by=deed.approved_by,
    )
    number = session.execute(contrary.returning(RecoveryReceipt.id)).scalar_one()
    about = {"recovery": came.recovery_id}
    _record(session, "recovery.received", deed, number, owed.benefit_year, about)


def _undo_repayment(session: Session, deed: TakenBack) -> None:
    paid = _typed_repayment(session, deed.entry)
    _may(session, deed, paid.member_id, paid.claim_id)
    [number] = numbers(session, "payment_number", 1)
    contrary = insert(Repayment).values(
        id=number,
        member_id=paid.member_id,
        claim_id=paid.claim_id,
        grant_no=paid.grant_no,
        amount_fen=-paid.amount_fen,
        benefit_year=paid.benefit_year,
        received_on=deed.day,
        reference=paid.reference + BACK,
        recorded_by=deed.approved_by,
    )
    session.execute(contrary)
    _record(session, "receivable.repaid", deed, number, paid.benefit_year, {"claim": paid.claim_id})


def _may(session: Session, deed: TakenBack, member_id: int, claim_id: int) -> None:
    for who in (deed.reversed_by, deed.approved_by):
        officer_for(session, member_id, claim_id, who)


def _record(
    session: Session, act: str, deed: TakenBack, number: int, year: int, about: dict[str, int]
) -> None:
    facts = {**about, "amount_fen": -deed.fen, "suspense_year": None}
    record(session, act, by=deed.approved_by, about=number, years=[year], **facts)


WAYS: Final[Ways] = {
    **BELOW,
    "recovery received": Way(PAID_BACK, _check_receipt, _undo_receipt),
    "repaid by member": Way(PAID_BACK, _check_repayment, _undo_repayment),
}
"""What can be taken back, by the entry's memo."""
