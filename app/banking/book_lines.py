"""Write a statement's new lines and book each: one entry a day, year and kind."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from datetime import date
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.banking.find_typed import BY_HAND
from app.banking.keep_payers import keep_payers
from app.banking.line_columns import ABOUT_REFUNDS, SaidColumns, lines_copy
from app.banking.matching import As, Match, each_once
from app.banking.refund import Seen, refund_seen
from app.banking.statement import Proven
from app.contributions.fill_later import fill_later
from app.contributions.receive import (
    ReferenceUsed,
    money_postings,
    receipt_numbers,
    receipts_copy,
)
from app.contributions.reference import Named, numbered
from app.contributions.subsidise import receive_subsidy
from app.copies import Copy
from app.db import array, copy_all, fetched, numbers
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import draw, entry_copies

# The last: whatever makes it no money that was typed: a line brought it, or it is credit, used; or
# a line of another bank, with the same number, was taken as it.
_BY_HAND: LiteralString = """
SELECT u.stands_id, r.benefit_year, r.reference, r.id, r.amount_fen, r.received_on,
       coalesce(r.line_id, r.from_year,
                (SELECT l.id FROM statement_line l WHERE l.receipt_id = r.id),
                (SELECT x.line_id FROM line_said x WHERE x.receipt_id = r.id)),
       n.receipt_id IS NOT NULL
FROM receipt r JOIN unit_now u ON u.id = r.unit_id
LEFT JOIN receipt_undone n ON n.receipt_id = r.id
WHERE u.stands_id = ANY(%(units)s::bigint[]) AND r.benefit_year = ANY(%(years)s::bigint[])
"""
_MEMOS: Final = {
    As.SUSPENSE: ("statement suspense", Account.SUSPENSE),
    As.INTEREST: ("statement interest", Account.INTEREST),
    As.FEE: ("statement fees", Account.BANK_FEES),
}
"""What is booked under the calendar year, against the bank."""
_TAKEN: Final = (0, 0, None, 0)
"""A reference another line of the statement has brought."""
_Asked = tuple[int, int, str]
"""A unit, a benefit year and a reference."""


def reference_of(line: Proven) -> str:
    """What a receipt is known by: the bank's number, else what the line is known by."""
    return line.said.serial or line.key


def book_lines(
    session: Session,
    account_id: int,
    statement_id: int,
    lines: Sequence[Proven],
    matches: Sequence[Match],
    *,
    by: int,
) -> list[Match]:
    """Write and book them; what each was taken as in the end."""
    ids = numbers(session, "statement_line_id_seq", len(lines))
    said = SaidColumns(*zip(*(x.said for x in lines), strict=True))
    taken, receipts, new = _receipts(session, said, lines, matches)
    subsidies = _subsidies(session, ids, lines, taken, by=by)
    payers = keep_payers(session, said.payer_account)
    calendar = _calendar_entries(statement_id, said, taken)
    drawn = draw(session, len(calendar) + len(new.days))

    def copies() -> Iterator[Copy]:
        """Each table is made while the server takes the one before."""
        if new.places:
            yield receipts_copy(new.ids, _money(said, ids, taken, new), by=by)
        known = (statement_id, account_id)
        yield lines_copy(ids, known, lines, said, payers, taken, receipts, subsidies)
        received = _received_entries(statement_id, said, new)
        yield from entry_copies(drawn, [*calendar, *received])

    copy_all(session, copies())
    for at in [at for at, match in enumerate(taken) if match.taken_as in ABOUT_REFUNDS]:
        if about := taken[at].about:
            step: Seen = "paid" if taken[at].taken_as is As.REFUND else "bounced"
            refund_seen(session, about, step, line_id=ids[at], on=said.booked_on[at], by=by)
    fill_later(session, sorted({(year, unit) for unit, year, _ in new.asked}))
    return taken


class _New(NamedTuple):
    """Receipts to be written: the places of their lines, what they are known by, their numbers.

    `days`: the years and days they are booked under.
    """

    places: Sequence[int]
    asked: Sequence[_Asked]
    ids: Sequence[int]
    days: Set[tuple[int, date]]


def _receipts(
    session: Session, said: SaidColumns, lines: Sequence[Proven], matches: Sequence[Match]
) -> tuple[list[Match], list[int | None], _New]:
    """Receipts of matched lines, by line. What was typed by hand before is the same money."""
    each = each_once(matches)
    whose = [x.named for x in each if x.taken_as is As.RECEIPT and x.named]
    asked_of = {"units": array({x.unit_id for x in whose}), "years": array({x.year for x in whose})}
    known: dict[_Asked, tuple[int, int, date | None, int | None]] = {}
    kept: set[_Asked] = set()
    for unit, year, reference, *booked, undone in fetched(session, _BY_HAND, asked_of):
        if undone:
            kept.add((unit, year, reference))
        else:
            known[unit, year, reference] = tuple(booked)
    if not known and not kept and all(x.why != BY_HAND for x in each):
        found = _all_new(session, said, lines, matches)
        if found is not None:
            return found
    typed = {asked for asked, (*_, brought) in known.items() if brought is None}
    by_hand = {match.about for match in each if match.why == BY_HAND}
    new_names = not (kept or typed)
    taken, places, new = list(matches), [], []
    receipts: list[int | None] = [None] * len(lines)
    for at, match in enumerate(matches):
        named = match.named
        if match.taken_as is not As.RECEIPT or named is None:
            continue
        if match.why == BY_HAND:
            receipts[at] = match.about
            continue
        key = lines[at].key
        named_so = said.serial[at] or key
        asked = (*named, named_so) if new_names else _asked(named, named_so, key, kept, typed)
        before = known.get(asked)
        if before is None:
            known[asked] = _TAKEN
            places.append(at)
            new.append(asked)
        elif before[0] not in by_hand and before[1:] == (
            *(said.amount_fen[at], said.booked_on[at], None),
        ):
            known[asked] = _TAKEN
            receipts[at] = before[0]
            taken[at] = match._replace(why=BY_HAND)
        else:
            taken[at] = Match(As.SUSPENSE, "SuspenseReferenceUsed")
    return _numbered(session, said, taken, receipts, places, new)


def _all_new(
    session: Session, said: SaidColumns, lines: Sequence[Proven], matches: Sequence[Match]
) -> tuple[list[Match], list[int | None], _New] | None:
    """The same where nothing of these units' years is known, which is quick to see; None where two
    lines have one reference."""
    receipt, serials = As.RECEIPT, said.serial
    found = [
        (at, (*x.named, serials[at] or lines[at].key))
        for at, x in enumerate(matches)
        if x.taken_as is receipt and x.named
    ]
    places, new = [at for at, _ in found], [asked for _, asked in found]
    if len(set(new)) < len(new):
        return None
    return _numbered(session, said, list(matches), [None] * len(lines), places, new)


def _numbered(
    session: Session,
    said: SaidColumns,
    taken: list[Match],
    receipts: list[int | None],
    places: Sequence[int],
    new: Sequence[_Asked],
) -> tuple[list[Match], list[int | None], _New]:
    ids = receipt_numbers(session, len(places))
    for at, number in zip(places, ids, strict=True):
        receipts[at] = number
    days = {(year, said.booked_on[at]) for at, (_, year, _) in zip(places, new, strict=True)}
    return taken, receipts, _New(places, new, ids, days)


def _money(
    said: SaidColumns, ids: Sequence[int], taken: Sequence[Match], new: _New
) -> list[Sequence[object]]:
    """The new receipts, a column of each field of Money."""
    units, years, references = zip(*new.asked, strict=True)
    of_lines = (said.amount_fen, said.booked_on)
    amounts, days = ([column[at] for at in new.places] for column in of_lines)
    lines = [ids[at] for at in new.places]
    rosters = [taken[at].about for at in new.places]  # of somebody who enrolled alone
    return [units, years, amounts, days, references, lines, rosters]


def _asked(named: Named, number: str, key: str, kept: set[_Asked], typed: set[_Asked]) -> _Asked:
    """By the bank's number, or by the line's key, where it was typed so."""
    asked = _free((*named, number), kept)
    if not typed or asked in typed:
        return asked
    as_key = _free((*named, key), kept)
    return as_key if as_key in typed else asked


def _free(asked: _Asked, kept: set[_Asked]) -> _Asked:
    """Its reference, or with a number where receipts that were undone keep it."""
    if asked not in kept:
        return asked
    unit, year, reference = asked
    each = ((unit, year, free) for free in numbered(reference))
    return next(one for one in each if one not in kept)


def _subsidies(
    session: Session,
    ids: Sequence[int],
    lines: Sequence[Proven],
    taken: list[Match],
    *,
    by: int,
) -> dict[int, int]:
    """Unions pay a few times a year: line by line, each with its own entry and event.

    What has the reference of other money waits for a person, in `taken`; the other lines go in.
    """
    found = {}
    for at, (number, line, match) in enumerate(zip(ids, lines, taken, strict=True)):
        if match.taken_as is not As.SUBSIDY or not match.named:
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


def _calendar_entries(
    statement_id: int, said: SaidColumns, matches: Sequence[Match]
) -> list[Entry]:
    sums: Counter[tuple[date, As]] = Counter()
    for at, match in enumerate(matches):
        if match.taken_as in _MEMOS:
            sums[said.booked_on[at], match.taken_as] += said.amount_fen[at]
    entries = []
    for (day, taken_as), fen in sorted(sums.items()):
        memo, account = _MEMOS[taken_as]
        postings = (Posting(Account.BANK, fen), Posting(account, -fen))
        entries.append(Entry(day.year, day, memo, postings, statement_id))
    return entries


def _received_entries(statement_id: int, said: SaidColumns, new: _New) -> Iterator[Entry]:
    """What came in by benefit year and day, a unit's together."""
    sums: dict[tuple[int, date], Counter[int]] = {each: Counter() for each in new.days}
    for at, (unit, year, _) in zip(new.places, new.asked, strict=True):
        sums[year, said.booked_on[at]][unit] += said.amount_fen[at]
    for (year, day), units in sorted(sums.items()):
        postings = money_postings(units, Account.BANK)
        yield Entry(year, day, "statement received", postings, statement_id)
