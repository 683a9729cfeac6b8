"""Take back an entry that was wrong, by two people, where no other act undoes it.

Most entries follow from facts that have their own way back: a receipt is refunded, a determination
is followed by another, a payment by the bank's answer, a closing by nothing. REVERSIBLE names the
kinds that somebody typed and that nothing else takes back, while no statement of the bank shows the
money. The fact stays as it was recorded; the reversal stands beside it, booked on the first
open day.
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

REVERSIBLE: Final = frozenset({"subsidy received"})
"""The memos of entries that can be reversed."""
LONGEST_WHY: Final = 200
SUBSIDIES: Final = "subsidies"
"""In this turn a subsidy is booked, found on a statement, or taken back: one of the last two."""


class NoSuchEntry(Refusal):
    """No entry has this number."""


class NotReversible(Refusal):
    """Entries of this kind have their own way back."""


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
    one_at_a_time(session, SUBSIDIES)
    entry = reversible(session, entry_id)
    day = reversed_on or today()
    if day > today() or day < entry.booked_on:
        raise ReversedAhead(day=day.isoformat(), booked_on=entry.booked_on.isoformat())
    taken_back = tuple(
        Posting(Account(account), -amount_fen, *who)
        for account, amount_fen, *who in fetched(session, _POSTINGS, {"id": entry_id})
    )
    [reversal_id] = post(session, Entry(entry.benefit_year, day, REVERSED, taken_back, entry_id))
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
    brought = fetched(session, _BROUGHT, {"id": entry.about}) != []
    if entry.memo not in REVERSIBLE or brought:
        raise NotReversible(entry=entry_id, memo=entry.memo)
    if session.scalar(select(EntryReversal.entry_id).where(EntryReversal.entry_id == entry_id)):
        raise ReversedAlready(entry=entry_id)
    return entry
