"""Account sheets, day books and balances, read from the journal and nothing else."""

from dataclasses import dataclass
from datetime import date
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.books.derive import DaysWrongWay
from app.books.unit_names import unit_names
from app.db import fetched
from app.ledger.chart import Account

_OPENING: LiteralString = """
SELECT coalesce(sum(p.debit_fen - p.credit_fen), 0)::bigint
FROM entry_sum p JOIN entry e ON e.id = p.entry_id
WHERE p.account = %(account)s AND e.booked_on < %(first)s
      AND (%(year)s::int IS NULL OR e.benefit_year = %(year)s)
      AND (%(unit)s::bigint IS NULL OR p.unit_id = %(unit)s)
"""
# An entry's lines on the account come together, by unit: a drain's has one a claim. Money itself is
# of no unit; a day book names the one that its entry is about.
_LINES: LiteralString = """
SELECT l.booked_on, l.id, l.benefit_year, l.memo, coalesce(nullif(l.unit_id, 0), (
           SELECT min(other.unit_id) FROM entry_sum other
           WHERE %(of_money)s AND other.entry_id = l.id AND other.unit_id <> 0
           HAVING count(DISTINCT other.unit_id) = 1)),
       l.debit_fen, l.credit_fen
FROM (
    SELECT e.booked_on, e.id, e.benefit_year, e.memo, p.unit_id,
           sum(p.debit_fen)::bigint AS debit_fen, sum(p.credit_fen)::bigint AS credit_fen
    FROM entry_sum p JOIN entry e ON e.id = p.entry_id
    WHERE p.account = %(account)s AND e.booked_on BETWEEN %(first)s AND %(last)s
          AND (%(year)s::int IS NULL OR e.benefit_year = %(year)s)
          AND (%(unit)s::bigint IS NULL OR p.unit_id = %(unit)s)
    GROUP BY e.id, p.unit_id
) l
ORDER BY l.booked_on, l.id, nullif(l.unit_id, 0)
"""
_BALANCES: LiteralString = """
SELECT p.account,
       coalesce(sum(p.debit_fen - p.credit_fen) FILTER (WHERE e.booked_on < %(first)s), 0)::bigint,
       coalesce(sum(p.debit_fen) FILTER (WHERE e.booked_on >= %(first)s), 0)::bigint,
       coalesce(sum(p.credit_fen) FILTER (WHERE e.booked_on >= %(first)s), 0)::bigint
FROM entry_sum p JOIN entry e ON e.id = p.entry_id
WHERE e.booked_on <= %(last)s AND (%(year)s::int IS NULL OR e.benefit_year = %(year)s)
GROUP BY 1 ORDER BY 1
"""
_DAYS: LiteralString = """
SELECT min(booked_on), max(booked_on) FROM entry WHERE benefit_year = %(year)s
"""
_MONEY: Final = (Account.BANK, Account.ONLINE_CLEARING)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """What one entry did to the account; `balance_fen` after it, debit positive."""

    booked_on: date
    entry_id: int
    benefit_year: int
    memo: str
    unit: str
    debit_fen: int
    credit_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class AccountSheet:
    """An account from a day to a day (明细账); of the bank and of online money: a day book."""

    account: Account
    first: date
    last: date
    benefit_year: int | None
    opening_fen: int
    lines: tuple[SheetLine, ...]

    @property
    def debit_fen(self) -> int:
        return sum(line.debit_fen for line in self.lines)

    @property
    def credit_fen(self) -> int:
        return sum(line.credit_fen for line in self.lines)

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.debit_fen - self.credit_fen


@dataclass(frozen=True, slots=True)
class Balance:
    """One account of a trial balance; balances debit positive, turnover on both sides positive."""

    account: Account
    opening_fen: int
    debit_fen: int
    credit_fen: int

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.debit_fen - self.credit_fen


def account_sheet(
    session: Session,
    account: Account,
    first: date,
    last: date,
    *,
    benefit_year: int | None = None,
    unit_id: int | None = None,
) -> AccountSheet:
    """The account from `first` to `last`. Raises DaysWrongWay."""
    _check(first, last)
    asked = {
        "account": account.value,
        "first": first,
        "last": last,
        "year": benefit_year,
        "unit": unit_id,
        "of_money": account in _MONEY,
    }
    ((opening_fen,),) = fetched(session, _OPENING, asked)
    rows = fetched(session, _LINES, asked)
    units = unit_names(session, (row[4] for row in rows if row[4] is not None))
    lines, balance_fen = [], opening_fen
    for day, entry_id, year, memo, unit, debit_fen, credit_fen in rows:
        balance_fen += debit_fen - credit_fen
        name = units.on(unit, day)
        lines.append(SheetLine(day, entry_id, year, memo, name, debit_fen, credit_fen, balance_fen))
    return AccountSheet(account, first, last, benefit_year, opening_fen, tuple(lines))


def balances(
    session: Session, first: date, last: date, *, benefit_year: int | None = None
) -> list[Balance]:
    """Opening, turnover and closing of every account (科目余额表). Raises DaysWrongWay."""
    _check(first, last)
    asked = {"first": first, "last": last, "year": benefit_year}
    return [
        Balance(Account(number), *fen)
        for number, *fen in fetched(session, _BALANCES, asked)
        if any(fen)
    ]


def days_booked(session: Session, benefit_year: int) -> tuple[date, date] | None:
    """The first and the last day on which anything of a benefit year was booked."""
    ((first, last),) = fetched(session, _DAYS, {"year": benefit_year})
    return (first, last) if first else None


def _check(first: date, last: date) -> None:
    if first > last:
        raise DaysWrongWay(first=first.isoformat(), last=last.isoformat())
