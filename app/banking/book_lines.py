"""Write a statement's new lines and book each: one entry a day, year and kind."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from app.banking.bank_lines import Proven, ProvenLines, Said
from app.banking.find_receipts import New, find_receipts, money_of
from app.banking.find_typed import BY_HAND
from app.banking.keep_payers import keep_payers
from app.banking.line_columns import ABOUT_REFUNDS, lines_copy, places_taken_as
from app.banking.matching import As, Match
from app.banking.refund import Seen, refund_seen
from app.contributions.fill_later import fill_later
from app.contributions.receive import ReferenceUsed, money_postings, receipts_copy
from app.contributions.subsidise import receive_subsidy
from app.copies import Copy
from app.db import copy_all
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import draw, entry_copies

_MEMOS: Final = {
    As.SUSPENSE: ("statement suspense", Account.SUSPENSE),
    As.INTEREST: ("statement interest", Account.INTEREST),
    As.FEE: ("statement fees", Account.BANK_FEES),
}
"""What is booked under the calendar year, against the bank."""


def reference_of(line: Proven) -> str:
    """What a receipt is known by: the bank's number, else what the line is known by."""
    return line.said.serial or line.key


def book_lines(
    session: Session,
    known: tuple[int, int],
    ids: Sequence[int],
    lines: ProvenLines,
    matches: Sequence[Match],
    *,
    by: int,
) -> list[Match]:
    """Write and book them; what each was taken as in the end.

    `known`: the numbers of the statement and of its account; `ids`: those of the lines.
    """
    said, statement_id = lines.said, known[0]
    taken, receipts, new = find_receipts(session, lines, matches)
    subsidies = _subsidies(session, ids, lines, taken, by=by)
    payers = keep_payers(session, said.payer_account)
    calendar = _calendar_entries(statement_id, said, taken)
    drawn = draw(session, len(calendar) + len(new.days))
    filled: list[tuple[int, int]] = []

    def copies() -> Iterator[Copy]:
        """Each table is made while the server takes the one before."""
        if new.places:
            yield receipts_copy(new.ids, money_of(said, ids, taken, new), by=by)
        yield lines_copy(ids, known, lines, payers, taken, receipts, subsidies)
        received = _received_entries(statement_id, said, new)
        yield from entry_copies(drawn, [*calendar, *received])
        filled.extend(sorted({*zip(new.years, new.units, strict=True)}))

    copy_all(session, copies())
    for at in places_taken_as(ABOUT_REFUNDS, taken):
        if about := taken[at].about:
            step: Seen = "paid" if taken[at].taken_as is As.REFUND else "bounced"
            refund_seen(session, about, step, line_id=ids[at], on=said.booked_on[at], by=by)
    fill_later(session, filled)
    return taken


def _subsidies(
    session: Session,
    ids: Sequence[int],
    lines: ProvenLines,
    taken: list[Match],
    *,
    by: int,
) -> dict[int, int]:
    """Unions pay a few times a year: line by line, each with its own entry and event.

    What has the reference of other money waits for a person, in `taken`; the other lines go in.
    """
    found = {}
    for at in places_taken_as({As.SUBSIDY}, taken):
        number, line, match = ids[at], lines[at], taken[at]
        if not match.named:
            continue
        if match.why == BY_HAND:
            found[number] = match.about or 0
            continue
        union_id, year = match.named
        try:
            found[number] = receive_subsidy(
                session,
                union_id=union_id,
                year=year,
                amount_fen=line.said.amount_fen,
                received_on=line.said.booked_on,
                reference=reference_of(line),
                by=by,
                line_id=number,
                key=line.key,
            ).subsidy_id
        except ReferenceUsed:  # before anything was written
            taken[at] = Match(As.SUSPENSE, "SuspenseReferenceUsed")
    return found


def _calendar_entries(statement_id: int, said: Said, matches: Sequence[Match]) -> list[Entry]:
    sums: Counter[tuple[date, As]] = Counter()
    for at in places_taken_as(_MEMOS, matches):
        sums[said.booked_on[at], matches[at].taken_as] += said.amount_fen[at]
    entries = []
    for (day, taken_as), fen in sorted(sums.items()):
        memo, account = _MEMOS[taken_as]
        postings = (Posting(Account.BANK, fen), Posting(account, -fen))
        entries.append(Entry(day.year, day, memo, postings, statement_id))
    return entries


def _received_entries(statement_id: int, said: Said, new: New) -> Iterator[Entry]:
    """What came in by benefit year and day, a unit's together."""
    sums: dict[tuple[int, date], Counter[int]] = {each: Counter() for each in new.days}
    for at, unit, year in zip(new.places, new.units, new.years, strict=True):
        sums[year, said.booked_on[at]][unit] += said.amount_fen[at]
    for (year, day), units in sorted(sums.items()):
        postings = money_postings(units, Account.BANK)
        yield Entry(year, day, "statement received", postings, statement_id)
