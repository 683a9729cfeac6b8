"""Close a month or a year: two people, once, and nothing is booked there any more.

A month is closed after the months before it, a year after the years before it, and both only when
they are over. December is closed with its year: the year's closing entries, one a benefit year,
carry its income and expenditure into the fund balance on 31 December. Nothing is opened again: what
comes late is booked on the first open day (`app.ledger.post`), what was wrong is reversed there.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.clock import today
from app.db import copy_in, fetched, numbers, one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import YEAR_CLOSED, Entry, Posting, lines
from app.ledger.models import LedgerClose
from app.ledger.post import open_from, post

BOOKS: Final = "books"
"""Who closes takes the turn alone; who posts, beside others (`books_open_from` in the database)."""
DECEMBER: Final = 12


class PeriodMalformed(Refusal):
    """A period is a year or a month: 2024, 2024-05."""


class DecemberWithYear(Refusal):
    """December is closed with its year."""


class PeriodNotOver(Refusal):
    """A period is closed when its last day is past."""


class PeriodClosed(Refusal):
    """This period, or a later one, is closed already."""


class EarlierPeriodOpen(Refusal):
    """Something is booked before this period that is not closed yet."""


class BooksOnePerson(Refusal):
    """Two people are needed, the same one twice is not enough."""


for _constraint in ("ledger_close_two_people_check", "entry_reversal_two_people_check"):
    refuses(_constraint, BooksOnePerson)
for _constraint in ("ledger_close_period_key", "ledger_close_last_on_key"):
    refuses(_constraint, lambda: PeriodClosed(period=""))


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month or year."""

    name: str
    first_on: date
    last_on: date

    @property
    def is_year(self) -> bool:
        return "-" not in self.name


@dataclass(frozen=True, slots=True)
class Closed:
    """What came of it: `entries` closed the year, `digest` is that of the trial balance."""

    close_id: int
    period: Period
    entries: int
    balance_fen: dict[tuple[int, str], int]
    digest: str


_BALANCES: LiteralString = """
SELECT e.benefit_year, p.account, sum(p.amount_fen)::bigint
FROM posting p JOIN entry e ON e.id = p.entry_id
WHERE e.booked_on <= %(last_on)s
GROUP BY 1, 2 HAVING sum(p.amount_fen) <> 0 ORDER BY 1, 2
"""
_BEFORE: LiteralString = """
SELECT min(booked_on) FROM entry
WHERE booked_on < %(first_on)s AND (%(open_from)s::date IS NULL OR booked_on >= %(open_from)s)
"""
_LAST_ENTRY: LiteralString = "SELECT coalesce(max(id), 0) FROM entry"


def period_named(name: str) -> Period:
    """The period of a name. Raises PeriodMalformed, DecemberWithYear."""
    found = re.fullmatch(r"([12][0-9]{3})(?:-(0[1-9]|1[0-2]))?", name.strip(), re.ASCII)
    if not found:
        raise PeriodMalformed(period=name)
    year, month = int(found[1]), int(found[2] or 0)
    if month == DECEMBER:
        raise DecemberWithYear(year=year)
    if not month:
        return Period(found[0], date(year, 1, 1), date(year, 12, 31))
    return Period(found[0], date(year, month, 1), date(year, month + 1, 1) - timedelta(days=1))


def close(
    session: Session,
    name: str,
    *,
    closed_by: int,
    approved_by: int,
    patience_s: int | None = None,
) -> Closed:
    """Close a period. Raises the refusals above, TurnTaken, and what accounts refuse."""
    two_people(session, closed_by, approved_by)
    period = period_named(name)
    one_at_a_time(session, BOOKS, patience_s=patience_s)
    refuse_out_of_turn(session, period)
    [close_id] = numbers(session, "ledger_close_id_seq", 1)
    entries = _year_entries(session, period, close_id) if period.is_year else []
    post(session, *entries)
    balances = _balances(session, period.last_on)
    digest = _digest(balances)
    ((last_entry_id,),) = fetched(session, _LAST_ENTRY, {})
    closed = LedgerClose(
        id=close_id,
        period=period.name,
        last_on=period.last_on,
        last_entry_id=last_entry_id,
        digest=digest,
        closed_by=closed_by,
        approved_by=approved_by,
    )
    session.add(closed)
    session.flush()
    columns = ("close_id", "benefit_year", "account", "balance_fen")
    copy_in(session, "closed_balance", columns, [(close_id, *key, x) for key, x in balances])
    for act, by in (("books.closed", closed_by), ("books.close_approved", approved_by)):
        record(session, act, by=by, about=close_id, period=period.name, digest=digest)
    return Closed(close_id, period, len(entries), dict(balances), digest)


def two_people(session: Session, one: int, other: int) -> None:
    """Raises BooksOnePerson, and what `officer` raises of either."""
    first, second = fund_officer(session, one), fund_officer(session, other)
    same = first.member_id is not None and first.member_id == second.member_id
    if first.id == second.id or same:
        raise BooksOnePerson


def refuse_out_of_turn(session: Session, period: Period) -> None:
    """Raises PeriodNotOver, PeriodClosed and EarlierPeriodOpen."""
    if period.last_on >= today():
        raise PeriodNotOver(period=period.name, last_on=period.last_on.isoformat())
    first = open_from(session)
    if first is not None and period.last_on < first:
        raise PeriodClosed(period=period.name)
    asked = {"first_on": period.first_on, "open_from": first}
    ((earliest,),) = fetched(session, _BEFORE, asked)
    if earliest is not None:
        raise EarlierPeriodOpen(period=period.name, month=f"{earliest:%Y-%m}")


_Balances = Sequence[tuple[tuple[int, str], int]]


def _balances(session: Session, last_on: date) -> _Balances:
    rows = fetched(session, _BALANCES, {"last_on": last_on})
    return [((year, account), amount_fen) for year, account, amount_fen in rows]


def _year_entries(session: Session, period: Period, close_id: int) -> list[Entry]:
    """One entry a benefit year: income and expenditure into the fund balance."""
    result: dict[int, list[Posting]] = defaultdict(list)
    for (year, account), amount_fen in _balances(session, period.last_on):
        if account.startswith(("4", "5")):
            result[year].append(Posting(Account(account), -amount_fen))
    return [
        Entry(year, period.last_on, YEAR_CLOSED, (*postings, *_into_balance(postings)), close_id)
        for year, postings in sorted(result.items())
    ]


def _into_balance(postings: Sequence[Posting]) -> tuple[Posting, ...]:
    return lines(Posting(Account.FUND_BALANCE, -sum(x.amount_fen for x in postings)))


def _digest(balances: _Balances) -> str:
    text = "".join(f"{year},{account},{fen}\n" for (year, account), fen in balances)
    return sha256(text.encode()).hexdigest()
