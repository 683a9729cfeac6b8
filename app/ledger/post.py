"""Write entries, in the caller's transaction.

What comes late is booked on the first open day: callers give the document's day and need not know
which periods are closed. Asking for that day holds off the closing until the transaction ends, and
numbers are drawn after it: an entry is either in a closing or comes after it.
"""

from collections.abc import Sequence
from datetime import date
from itertools import chain, repeat
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.db import copy_columns, copy_in, fetched, numbers
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting

_ENTRY = ("id", "benefit_year", "booked_on", "memo", "about", "document_on")

_NUMBERS: Final = {account: account.value for account in Account}
_OPEN_FROM: LiteralString = "SELECT books_open_from()"


def open_from(session: Session) -> date | None:
    """The first day on which anything may be booked; None: nothing was ever closed."""
    ((day,),) = fetched(session, _OPEN_FROM, {})
    return day  # type: ignore[no-any-return]


def hold_books(session: Session) -> None:
    """Hold off the closing from now on: before turns and rows that others who post may wait for.

    Who has posted may begin covers that end gifts, and waits for the drains; those who came to post
    with rows in their hands would stand behind a closing that waits for the first.
    """
    open_from(session)


def post(session: Session, *entries: Entry) -> list[int]:
    """Append `entries` with all their lines; returns their numbers."""
    first = open_from(session)
    ids = numbers(session, "entry_id_seq", len(entries))
    copy_in(
        session,
        "entry",
        _ENTRY,
        [_row(number, entry, first) for number, entry in zip(ids, entries, strict=True)],
    )
    copy_columns(session, "posting", _columns(ids, entries))
    return ids


def _row(number: int, entry: Entry, first: date | None) -> tuple[object, ...]:
    late = first is not None and entry.booked_on < first
    day, document_on = (first, entry.booked_on) if late else (entry.booked_on, None)
    return number, entry.benefit_year, day, entry.memo, entry.about, document_on


def _columns(ids: Sequence[int], entries: Sequence[Entry]) -> dict[str, Sequence[object]]:
    """The lines of all entries by columns: that of a payment batch has a hundred thousand."""
    counts = [len(entry.postings) for entry in entries]
    said = list(zip(*chain.from_iterable(entry.postings for entry in entries), strict=True))
    accounts, *others = said or [()] * len(Posting._fields)
    return {
        "entry_id": list(chain.from_iterable(map(repeat, ids, counts))),
        "line": list(chain.from_iterable(range(1, count + 1) for count in counts)),
        "account": list(map(_NUMBERS.__getitem__, accounts)),
        **dict(zip(Posting._fields[1:], others, strict=True)),
    }
