"""Write entries, in the caller's transaction.

What comes late is booked on the first open day: callers give the document's day and need not know
which periods are closed. Asking for that day holds off the closing until the transaction ends, and
numbers are drawn after it: an entry is either in a closing or comes after it.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, repeat
from typing import Final, LiteralString, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.copies import Copy, copy_of_columns
from app.copybinary import bigint, integer, laid
from app.db import copy_all, copy_blocks, copy_in, fetched, numbers
from app.ledger.chart import Account
from app.ledger.columns import Entries
from app.ledger.journal import Entry, Posting

_ENTRY = ("id", "benefit_year", "booked_on", "memo", "about", "document_on")

_LINE = ("entry_id", "line", "account", "amount_fen", "member_id", "claim_id")
_EPOCH: Final = date(1970, 1, 1).toordinal()

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
    drawn = draw(session, len(entries))
    copy_all(session, entry_copies(drawn, entries))
    return drawn.ids


class Drawn(NamedTuple):
    """Numbers for entries, and the first open day; from now on the closing is held off."""

    ids: list[int]
    first: date | None


def draw(session: Session, count: int) -> Drawn:
    """Numbers for so many entries: who writes them among other COPYs draws them before."""
    first = open_from(session)
    return Drawn(numbers(session, "entry_id_seq", count), first)


def entry_copies(drawn: Drawn, entries: Sequence[Entry]) -> Iterator[Copy]:
    """What writes entries, as many as were drawn, and all their lines."""
    ids, first = drawn
    rows = [_row(number, entry, first) for number, entry in zip(ids, entries, strict=True)]
    if rows:
        heads = dict(zip(_ENTRY, zip(*rows, strict=True), strict=True))
        yield copy_of_columns("entry", heads)
        yield copy_of_columns("posting", _columns(ids, entries))


def post_columns(session: Session, entries: Entries) -> None:
    """Append entries that are there as columns."""
    if not len(entries):
        return
    first = open_from(session)
    ids = numbers(session, "entry_id_seq", len(entries))
    heads = zip(ids, entries.benefit_year.tolist(), entries.day.tolist(), strict=True)
    rows = []
    for number, year, day in heads:
        booked = _booked(date.fromordinal(day + _EPOCH), first)
        rows.append((number, year, booked[0], entries.memo, entries.about, booked[1]))
    copy_in(session, "entry", _ENTRY, rows)
    copy_blocks(session, "posting", _LINE, [*_lines(np.array(ids), entries)])


def _lines(ids: NDArray[np.int64], entries: Entries) -> Iterator[bytes]:
    line = entries.numbered()
    for place, account in enumerate(entries.accounts):
        for somebody in (True, False):
            which = (entries.account == place) & ((entries.member != 0) == somebody)
            rows = np.flatnonzero(which)
            if len(rows):
                yield laid(
                    len(rows),
                    [
                        bigint(ids[entries.entry[rows]]),
                        integer(line[rows]),
                        account.value,
                        bigint(entries.amount_fen[rows]),
                        bigint(entries.member[rows]) if somebody else None,
                        bigint(entries.claim[rows]) if somebody else None,
                    ],
                )


def _booked(day: date, first: date | None) -> tuple[date, date | None]:
    """The day it is booked on, and the document's where that is another."""
    return (first, day) if first is not None and day < first else (day, None)


def _row(number: int, entry: Entry, first: date | None) -> tuple[object, ...]:
    day, document_on = _booked(entry.booked_on, first)
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
