"""What somebody typed that was wrong: two officers take it back, and it can be typed anew.

A union's subsidy, and a unit's money: while no statement has brought it, no cover began by it and
nothing of it was given back. Its entry is reversed; a unit's money is beside it undone as a receipt
(`receipt_undone`): it fills nothing more. The bank's own line of the money is then matched as
usual. What a statement brought and what was paid online has its own way back, so this lies where
all three are known.
"""

from datetime import date
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.banking.papers import NoSuchReceipt
from app.banking.undo import ReceiptBeganCover
from app.contributions.receive import COVERS, OnStatement
from app.contributions.subsidise import SUBSIDIES
from app.db import fetched
from app.errors import Refusal
from app.evidence.append import record
from app.ledger import reverse as reversing
from app.ledger.models import JournalEntry
from app.ledger.reverse import NotReversible, Reversed, TakenBack, Way, Ways


class ReceiptUnitMerged(Refusal):
    """The unit whose money it is has gone into another since, and its money with it."""


# The bank's money came all the same: what a statement says of it is resolved there.
_BROUGHT: LiteralString = """
SELECT FROM subsidy s WHERE s.id = %(id)s AND (s.line_id IS NOT NULL OR EXISTS (
    SELECT FROM statement_line l WHERE l.subsidy_id = s.id) OR EXISTS (
    SELECT FROM line_said l WHERE l.subsidy_id = s.id))
"""
_RECEIPT: LiteralString = """
SELECT r.line_id IS NULL AND r.from_year IS NULL
       AND NOT EXISTS (SELECT FROM statement_line l WHERE l.receipt_id = r.id)
       AND NOT EXISTS (SELECT FROM line_said l WHERE l.receipt_id = r.id)
       AND NOT EXISTS (SELECT FROM online_notice n WHERE n.receipt_id = r.id)
       AND NOT EXISTS (SELECT FROM online_decision d WHERE d.receipt_id = r.id),
       EXISTS (SELECT FROM receipt_share s JOIN enrolment_outcome o ON o.roster_id = s.roster_id
               WHERE s.receipt_id = r.id)
       OR EXISTS (SELECT FROM refund_share s WHERE s.receipt_id = r.id),
       EXISTS (SELECT FROM unit_merge m WHERE m.unit_id = r.unit_id)
FROM receipt r WHERE r.id = %(id)s
"""
_UNDO: LiteralString = """
INSERT INTO receipt_undone (receipt_id, on_day, proposed_by, undone_by)
VALUES (%(id)s, %(on)s, %(one)s, %(other)s) RETURNING receipt_id
"""
_ENTRY: LiteralString = """
SELECT r.reference, e.id FROM receipt r
LEFT JOIN entry e ON e.memo = 'money received' AND e.about = r.id
WHERE r.id = %(id)s
"""


def take_back_typed(
    session: Session, receipt_id: int, *, why: str, proposed_by: int, by: int
) -> Reversed:
    """Reverse the entry of a receipt. Raises NoSuchReceipt, OnStatement and as `reverse`."""
    found = fetched(session, _ENTRY, {"id": receipt_id})
    if not found:
        raise NoSuchReceipt(number=receipt_id)
    [(reference, entry_id)] = found
    if entry_id is None:  # a statement's lines are booked together
        raise OnStatement(reference=reference)
    return reverse(session, entry_id, why=why, reversed_by=proposed_by, approved_by=by)


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


def _check_subsidy(session: Session, entry: JournalEntry) -> None:
    if fetched(session, _BROUGHT, {"id": entry.about}):
        raise NotReversible(entry=entry.id, memo=entry.memo)


def _check_receipt(session: Session, entry: JournalEntry) -> None:
    """Raise NotReversible, ReceiptBeganCover, ReceiptUnitMerged."""
    found = fetched(session, _RECEIPT, {"id": entry.about})
    typed, used, merged = found[0] if found else (False, False, False)
    if not typed:
        raise NotReversible(entry=entry.id, memo=entry.memo)
    if used:
        raise ReceiptBeganCover
    if merged:
        raise ReceiptUnitMerged


def _undo_receipt(session: Session, deed: TakenBack) -> None:
    receipt, years = deed.entry.about, [deed.entry.benefit_year]
    two = {"one": deed.reversed_by, "other": deed.approved_by}
    fetched(session, _UNDO, {"id": receipt, "on": deed.day, **two})
    by = deed.approved_by
    record(session, "receipt.undone", by=by, about=receipt, years=years, amount_fen=deed.fen)


WAYS: Final[Ways] = {
    "subsidy received": Way(SUBSIDIES, _check_subsidy),
    "money received": Way(COVERS, _check_receipt, _undo_receipt),
}
"""What can be taken back, by the entry's memo."""
