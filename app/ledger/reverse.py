"""Take back an entry that was wrong, by two people, where no other act undoes it.

Most entries follow from facts that have their own way back: a receipt is refunded, a determination
is followed by another, a payment by the bank's answer, a closing by nothing. What somebody typed
and nothing else takes back has a `Way` of the packages that know the fact (`app.online.take_back`),
which the doors bring along. The fact stays as it was recorded; the reversal stands beside it,
booked on the first open day.
"""

from collections.abc import Callable, Mapping
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

LONGEST_WHY: Final = 200


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


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What two officers do to an entry, on which day; `fen`: what it had moved."""

    entry: JournalEntry
    day: date
    reversed_by: int
    approved_by: int
    fen: int


def _nothing(_session: Session, _deed: TakenBack) -> None: ...


@dataclass(frozen=True, slots=True)
class Way:
    """How entries of a memo are taken back.

    `turn`: in which the fact is made, used, or taken back; one of these at a time.
    `check(session, entry)` raises a refusal where something rests on it; NotReversible where it
    has a way of its own. `undo`: what is written beside the reversal.
    """

    turn: str
    check: Callable[[Session, JournalEntry], None]
    undo: Callable[[Session, TakenBack], None] = _nothing


Ways = Mapping[str, Way]
"""By the entries' memo."""


@dataclass(frozen=True, slots=True)
class Reversed:
    """The entry that was taken back, and the one that does it."""

    entry_id: int
    reversal_id: int


def reverse(
    session: Session,
    entry_id: int,
    ways: Ways,
    *,
    why: str,
    reversed_by: int,
    approved_by: int,
    reversed_on: date | None = None,
) -> Reversed:
    """Book the same lines the other way round.

    Raises the refusals above, as `two_people`, and what the entry's way refuses.
    """
    two_people(session, reversed_by, approved_by)
    why = why.strip()
    if not 0 < len(why) <= LONGEST_WHY:
        raise WhyMissing(longest=LONGEST_WHY)
    found = session.get(JournalEntry, entry_id)
    if found and found.memo in ways:
        one_at_a_time(session, ways[found.memo].turn)
    entry = reversible(session, entry_id, ways)
    day = reversed_on or today()
    if day > today() or day < entry.booked_on:
        raise ReversedAhead(day=day.isoformat(), booked_on=entry.booked_on.isoformat())
    taken_back = tuple(
        Posting(Account(account), -amount_fen, *who)
        for account, amount_fen, *who in fetched(session, _POSTINGS, {"id": entry_id})
    )
    [reversal_id] = post(session, Entry(entry.benefit_year, day, REVERSED, taken_back, entry_id))
    fen = sum(x.amount_fen for x in taken_back if x.amount_fen > 0)
    ways[entry.memo].undo(session, TakenBack(entry, day, reversed_by, approved_by, fen))
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


def reversible(session: Session, entry_id: int, ways: Ways) -> JournalEntry:
    """The entry, if it can be taken back.

    Raises NoSuchEntry, NotReversible, ReversedAlready, and what its way refuses.
    """
    entry = session.get(JournalEntry, entry_id)
    if entry is None:
        raise NoSuchEntry(entry=entry_id)
    if entry.memo not in ways:
        raise NotReversible(entry=entry_id, memo=entry.memo)
    if session.scalar(select(EntryReversal.entry_id).where(EntryReversal.entry_id == entry_id)):
        raise ReversedAlready(entry=entry_id)
    ways[entry.memo].check(session, entry)
    return entry
