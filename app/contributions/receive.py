"""Take money that came in for one unit's benefit year."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.clock import today
from app.contributions.begin import Begun
from app.contributions.fill import fill
from app.contributions.names import name_of_units
from app.contributions.reference import numbered
from app.copies import Copy, copy_of_columns
from app.db import (
    array,
    copy_all,
    fetched,
    numbers,
    one_at_a_time,
    refuses,
)
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.roster.now import standing_as_one, unit_now
from app.schemes import turns
from app.together import numbers_meanwhile

COVERS: Final = turns.COVERS
"""Two units may hold the same member."""


class ReferenceUsed(Refusal):
    """Money with this reference was received already, with another amount or day."""


class OnStatement(Refusal):
    """A statement has brought this money, of this day and number: there it is said whose it is."""


class AmountNotPositive(Refusal):
    """Money received is more than nothing."""


class ReferenceMissing(Refusal):
    """A receipt is known by the bank's reference."""


class ReceivedAhead(Refusal):
    """No money has come on a day that has not come."""


class NoSuchRoster(Refusal):
    """The unit has no such roster in that benefit year, or has withdrawn it."""


refuses("receipt_reference_key", ReferenceUsed)

_KNOWN: LiteralString = """
SELECT id, amount_fen, received_on, from_year,
       EXISTS (SELECT FROM receipt_undone n WHERE n.receipt_id = receipt.id)
FROM receipt
WHERE unit_id = ANY(%(units)s::bigint[]) AND benefit_year = %(year)s AND reference = %(reference)s
"""
# By the number and day that the bank gave it; a resolved line's receipt is known by both together.
_SHOWN: LiteralString = """
SELECT l.id, (SELECT max(r.id) FROM receipt r
              WHERE r.line_id = l.id AND r.unit_id = ANY(%(units)s::bigint[])
                    AND r.benefit_year = %(year)s
                    AND NOT EXISTS (SELECT FROM receipt_undone n WHERE n.receipt_id = r.id))
FROM fund_account a JOIN statement_line l
    ON l.account_id = a.id AND l.bank_key IN (%(on)s || ' ' || %(reference)s, %(reference)s)
WHERE l.amount_fen = %(fen)s
"""
_SEQUENCE: Final = "receipt_id_seq"
_COLUMNS: Final = (
    *("id", "unit_id", "benefit_year", "amount_fen", "received_on", "reference", "line_id"),
    *("roster_id", "recorded_by"),
)
_ROSTER: LiteralString = """
SELECT FROM roster r WHERE r.id = %(roster_id)s AND r.unit_id = ANY(%(units)s::bigint[])
       AND r.benefit_year = %(year)s
       AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
"""


class Money(NamedTuple):
    """Money for one unit's benefit year; `line_id`: the statement's line that brought it.

    With `roster_id` it fills that roster alone.
    """

    unit_id: int
    year: int
    amount_fen: int
    received_on: date
    reference: str
    line_id: int | None = None
    roster_id: int | None = None


@dataclass(frozen=True, slots=True)
class OutOf:
    """What receipts are booked out of. Suspense gives money over between years, on a later day."""

    account: Account = Account.BANK
    booked_on: date | None = None


BANK: Final = OutOf()


@dataclass(frozen=True, slots=True)
class Received:
    """What came of it. `again`: the same money was received before, nothing changed."""

    receipt_id: int
    again: bool
    begun: list[Begun]


def receive(
    session: Session,
    *,
    unit_id: int,
    year: int,
    amount_fen: int,
    received_on: date,
    reference: str,
    by: int | None,
    line_id: int | None = None,
    out_of: OutOf = BANK,
    roster_id: int | None = None,
) -> Received:
    """Book money and begin what covers it completes. `out_of`: where it lay until now.

    With `roster_id` it fills that roster alone. `by` is nobody where a provider of online payment
    says by its signature that the money came. Money for a unit that has gone into another is that
    one's; the same reference is received once by all that stand as one.

    Raises ReferenceUsed, OnStatement, NoSuchRoster and as `check_money`.
    """
    reference = reference.strip()
    check_money(amount_fen, received_on, reference)
    one_at_a_time(session, COVERS)
    units = standing_as_one(session, unit_id)
    unit_id = unit_now(session, unit_id).stands_id
    typed = line_id is None and out_of is BANK
    if typed:
        reference = name_of_units(session, units, year, reference)
    named = {"unit_id": unit_id, "units": array(units), "year": year, "reference": reference}
    before, free = _before(session, named, amount_fen, received_on)
    if before:
        return Received(before, again=True, begun=[])
    if typed and (shown := _shown(session, named, received_on, amount_fen)):
        return Received(shown, again=True, begun=[])
    asked_for = {**named, "roster_id": roster_id}
    if roster_id is not None and not fetched(session, _ROSTER, asked_for):
        raise NoSuchRoster
    money = Money(unit_id, year, amount_fen, received_on, free, line_id, roster_id)
    [receipt_id] = write_receipts(session, [money], by=by)
    postings = money_postings({unit_id: amount_fen}, out_of.account)
    day = out_of.booked_on or received_on
    post(session, Entry(year, day, "money received", postings, receipt_id))
    record(
        session,
        "contribution.received",
        by=by,
        about=receipt_id,
        years=[year],
        amount_fen=amount_fen,
    )
    return Received(receipt_id, again=False, begun=fill(session, unit_id, year, by=by))


def _before(
    session: Session, named: Mapping[str, object], amount_fen: int, on: date
) -> tuple[int | None, str]:
    """The receipt of this money, if it was booked; and a reference that is free for it.

    What was undone keeps its own. Raises ReferenceUsed.
    """
    reference = str(named["reference"])
    for free in numbered(reference):
        known = fetched(session, _KNOWN, {**named, "reference": free})
        for receipt_id, *said, undone in known:
            if not undone and said != [amount_fen, on, None]:
                raise ReferenceUsed(reference=reference)
            if not undone:
                return int(receipt_id), free
        if not known:
            break
    return None, free


def _shown(session: Session, named: Mapping[str, object], on: date, amount_fen: int) -> int | None:
    """The receipt of this typed money, where a statement's line brought it. Raises OnStatement."""
    asked = {**named, "on": f"{on:%Y%m%d}", "fen": amount_fen}
    for _, receipt_id in fetched(session, _SHOWN, asked):
        if receipt_id is None:
            raise OnStatement(reference=named["reference"])
        return int(receipt_id)
    return None


def write_receipts(session: Session, money: Sequence[Money], *, by: int | None) -> list[int]:
    """Write receipts, in order; their numbers."""
    ids = numbers(session, _SEQUENCE, len(money))
    if money:
        copy_all(session, [receipts_copy(ids, [*zip(*money, strict=True)], by=by)])
    return ids


def receipt_numbers(
    session: Session, count: int
) -> AbstractContextManager[Callable[[], list[int]]]:
    """Numbers for so many receipts, drawn while a block works (`app.together`)."""
    return numbers_meanwhile(session, _SEQUENCE, count)


def receipts_copy(ids: Sequence[int], money: Sequence[Sequence[object]], *, by: int | None) -> Copy:
    """What writes receipts; `money`: a column of each field of Money."""
    columns = (ids, *money, [by] * len(ids))
    return copy_of_columns("receipt", dict(zip(_COLUMNS, columns, strict=True)))


def money_postings(units: Mapping[int, int], out_of: Account) -> tuple[Posting, ...]:
    """Money held for units (unit -> fen) until their rosters are full."""
    held = (Posting(Account.MONEY_HELD, -fen, unit_id=unit) for unit, fen in sorted(units.items()))
    return (Posting(out_of, sum(units.values())), *held)


def check_money(amount_fen: int, received_on: date, reference: str) -> None:
    """Raise AmountNotPositive, ReferenceMissing or ReceivedAhead where no such money came in."""
    if amount_fen <= 0:
        raise AmountNotPositive(amount_fen=amount_fen)
    if not reference:
        raise ReferenceMissing
    if received_on > today():
        facts = {"received_on": received_on.isoformat(), "today": today().isoformat()}
        raise ReceivedAhead(**facts)
