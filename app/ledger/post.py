"""Write entries, in the caller's transaction.

What comes late is booked on the first open day: callers give the document's day and need not know
which periods are closed. Asking for that day holds off the closing until the transaction ends, and
numbers are drawn after it: an entry is either in a closing or comes after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, repeat
from typing import Any, Final, LiteralString, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.copies import Copy, Laid, blocks_of, copy_of_columns
from app.copybinary import bigint, integer, laid
from app.db import copy_all, fetched, numbers
from app.ledger.chart import Account
from app.ledger.columns import Entries
from app.ledger.journal import Entry, Posting

_ENTRY = ("id", "benefit_year", "booked_on", "memo", "about", "document_on")

_LINE = ("entry_id", "line", "account", "amount_fen", "member_id", "claim_id")
_MANY: Final = 1_000
"""From so many lines on they are laid out at once."""
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
        lines = _columns(ids, entries)
        if len(lines["line"]) < _MANY:
            yield copy_of_columns("posting", lines)
        else:
            yield Copy("posting", [*lines], _laid_lines(lines))


def post_columns(session: Session, entries: Entries) -> None:
    """Append entries that are there as columns."""
    if len(entries):
        copy_all(session, column_copies(draw(session, len(entries)), entries))


def column_copies(drawn: Drawn, entries: Entries) -> Iterator[Copy]:
    """What writes entries that are there as columns, as many as were drawn, and all their lines."""
    ids, first = drawn
    heads = zip(ids, entries.benefit_year.tolist(), entries.day.tolist(), strict=True)
    rows = []
    for number, year, day in heads:
        booked = _booked(date.fromordinal(day + _EPOCH), first)
        rows.append((number, year, booked[0], entries.memo, entries.about, booked[1]))
    yield copy_of_columns("entry", dict(zip(_ENTRY, zip(*rows, strict=True), strict=True)))
    yield Copy("posting", _LINE, _lines(np.array(ids), entries))


def _lines(ids: NDArray[np.int64], entries: Entries) -> Iterator[Laid]:
    line = entries.numbered()
    accounts = np.array([x.value for x in entries.accounts], np.bytes_)
    for somebody in (True, False):
        rows = np.flatnonzero((entries.member != 0) == somebody)
        for some in (rows[each] for each in blocks_of(len(rows))):
            yield Laid(
                laid(
                    len(some),
                    [
                        bigint(ids[entries.entry[some]]),
                        integer(line[some]),
                        accounts[entries.account[some]],
                        bigint(entries.amount_fen[some]),
                        bigint(entries.member[some]) if somebody else None,
                        bigint(entries.claim[some]) if somebody else None,
                    ],
                )
            )


def _laid_lines(columns: Mapping[str, Sequence[Any]]) -> Iterator[Laid]:
    """The same lines in the server's own form, those together that have the same sub-account."""
    ids, lines, account, fen, *whose = columns.values()
    told = [np.array(each, np.int64) for each in (ids, lines, fen)]
    accounts = np.array(account, np.bytes_)
    subs = [np.array([x or 0 for x in each], np.int64) for each in whose]  # no number is 0
    has = sum((sub != 0).astype(np.int64) << place for place, sub in enumerate(subs))
    for kind in np.unique(has).tolist():
        rows = np.flatnonzero(has == kind)
        for some in (rows[each] for each in blocks_of(len(rows))):
            fields = [
                bigint(told[0][some]),
                integer(told[1][some]),
                accounts[some],
                bigint(told[2][some]),
                *(
                    bigint(sub[some]) if kind >> place & 1 else None
                    for place, sub in enumerate(subs)
                ),
            ]
            yield Laid(laid(len(some), fields))


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
