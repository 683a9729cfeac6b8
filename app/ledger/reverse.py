"""Take back an entry that was wrong, by two people, where no other act undoes it.

Most entries follow from facts that have their own way back: a receipt is refunded, a determination
is followed by another, a payment by the bank's answer, a closing by nothing. REVERSIBLE names the
kinds that somebody typed and that nothing else takes back, while no statement of the bank shows the
money. The fact stays as it was recorded; the reversal stands beside it, booked on the first
open day. A unit's money is beside it undone as a receipt (`receipt_undone`): it fills nothing more.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, LiteralString

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.db import fetched, one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.close import two_people
from app.ledger.journal import REVERSED, Entry, Posting
from app.ledger.models import EntryReversal, JournalEntry
from app.ledger.post import post
from app.schemes.turns import COVERS

_OF_UNIT: Final = "money received"
REVERSIBLE: Final = frozenset({"subsidy received", _OF_UNIT})
"""The memos of entries that can be reversed."""
LONGEST_WHY: Final = 200
SUBSIDIES: Final = "subsidies"
"""In this turn a subsidy is booked, found on a statement, or taken back: one of the last two."""


class NoSuchEntry(Refusal):
    """No entry has this number."""


class NotReversible(Refusal):
    """Entries of this kind have their own way back."""


class ReceiptBeganCover(Refusal):
    """Covers began by this money, or it is being refunded."""


class ReceiptUnitMerged(Refusal):
    """The unit whose money it is has gone into another since, and its money with it."""


class ReversedAlready(Refusal):
    """The entry was taken back before."""


class WhyMissing(Refusal):
    """A reversal says why."""


class ReversedAhead(Refusal):
    """Nothing is reversed on a day that has not come, nor before the entry's own."""


refuses("entry_reversal_pkey", ReversedAlready)

_POSTINGS: LiteralString = """
SELECT account, amount_fen, unit_id, member_id, claim_id FROM posting
WHERE entry_id = %(id)s ORDER BY line
"""
# The bank's money came all the same: what a statement says of it is resolved there.
_BROUGHT: LiteralString = """
SELECT FROM subsidy s WHERE s.id = %(id)s AND (s.line_id IS NOT NULL OR EXISTS (
    SELECT FROM statement_line l WHERE l.subsidy_id = s.id))
"""
# Typed money of a unit: what a statement brought and what was paid online has its own way back.
_RECEIPT: LiteralString = """
SELECT r.line_id IS NULL AND r.from_year IS NULL
       AND NOT EXISTS (SELECT FROM statement_line l WHERE l.receipt_id = r.id)
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


@dataclass(frozen=True, slots=True)
class Reversed:
    """The entry that was taken back, and the one that does it."""

    entry_id: int
    reversal_id: int


def reverse(
    session: Session,
    entry_id: int,
    *,
    why: str,
    reversed_by: int,
    approved_by: int,
    reversed_on: date | None = None,
) -> Reversed:
    """Book the same lines the other way round. Raises the refusals above and as `two_people`."""
    two_people(session, reversed_by, approved_by)
    why = why.strip()
    if not 0 < len(why) <= LONGEST_WHY:
        raise WhyMissing(longest=LONGEST_WHY)
    found = session.get(JournalEntry, entry_id)
    one_at_a_time(session, COVERS if found and found.memo == _OF_UNIT else SUBSIDIES)
    entry = reversible(session, entry_id)
    day = reversed_on or today()
    if day > today() or day < entry.booked_on:
        raise ReversedAhead(day=day.isoformat(), booked_on=entry.booked_on.isoformat())
    taken_back = tuple(
        Posting(Account(account), -amount_fen, *who)
        for account, amount_fen, *who in fetched(session, _POSTINGS, {"id": entry_id})
    )
    [reversal_id] = post(session, Entry(entry.benefit_year, day, REVERSED, taken_back, entry_id))
    if entry.memo == _OF_UNIT:
        _undo_receipt(session, entry, taken_back, day, reversed_by, approved_by)
    row = EntryReversal(
        entry_id=entry_id,
        reversal_id=reversal_id,
        reversed_on=day,
        why=why,
        reversed_by=reversed_by,
        approved_by=approved_by,
    )
    session.add(row)
    session.flush()
    for act, by in (("books.reversed", reversed_by), ("books.reversal_approved", approved_by)):
        record(session, act, by=by, about=entry_id, years=[entry.benefit_year])
    return Reversed(entry_id, reversal_id)


def reversible(session: Session, entry_id: int) -> JournalEntry:
    """The entry, if it can be taken back. Raises NoSuchEntry, NotReversible, ReversedAlready."""
    entry = session.get(JournalEntry, entry_id)
    if entry is None:
        raise NoSuchEntry(entry=entry_id)
    of_unit = entry.memo == _OF_UNIT
    brought = not of_unit and fetched(session, _BROUGHT, {"id": entry.about}) != []
    if entry.memo not in REVERSIBLE or brought:
        raise NotReversible(entry=entry_id, memo=entry.memo)
    if session.scalar(select(EntryReversal.entry_id).where(EntryReversal.entry_id == entry_id)):
        raise ReversedAlready(entry=entry_id)
    if of_unit:
        _check_receipt(session, entry)
    return entry


def _check_receipt(session: Session, entry: JournalEntry) -> None:
    found = fetched(session, _RECEIPT, {"id": entry.about})
    typed, used, merged = found[0] if found else (False, False, False)
    if not typed:
        raise NotReversible(entry=entry.id, memo=entry.memo)
    if used:
        raise ReceiptBeganCover
    if merged:
        raise ReceiptUnitMerged


def _undo_receipt(
    session: Session,
    entry: JournalEntry,
    taken_back: tuple[Posting, ...],
    day: date,
    one: int,
    other: int,
) -> None:
    fetched(session, _UNDO, {"id": entry.about, "on": day, "one": one, "other": other})
    fen = sum(x.amount_fen for x in taken_back if x.amount_fen > 0)
    years = [entry.benefit_year]
    record(session, "receipt.undone", by=other, about=entry.about, years=years, amount_fen=fen)
