"""Balances, read from the journal and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from app.ledger.chart import Account
from app.ledger.models import ENTRY_SUM, JournalEntry, JournalPosting

By = Literal["benefit_year", "booked_on"]


@dataclass(frozen=True, slots=True)
class Line:
    """One account's turnover in fen, both sides positive."""

    account: Account
    debit_fen: int
    credit_fen: int

    @property
    def balance_fen(self) -> int:
        """Debit positive."""
        return self.debit_fen - self.credit_fen


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The turnover of a year; it closes when both sides are equal."""

    year: int
    by: By
    entries: int
    lines: tuple[Line, ...]

    @property
    def debit_fen(self) -> int:
        return sum(line.debit_fen for line in self.lines)

    @property
    def credit_fen(self) -> int:
        return sum(line.credit_fen for line in self.lines)

    @property
    def closes(self) -> bool:
        return self.debit_fen == self.credit_fen


def trial_balance(session: Session, year: int, by: By = "benefit_year") -> TrialBalance:
    """Turnover by account: of a benefit year, or of what was booked in a calendar year."""
    return _balance(year, by, session.execute(_turnover(_in_year(year, by))))


def both_balances(session: Session, year: int) -> tuple[TrialBalance, TrialBalance]:
    """Of the benefit year and of the calendar year, asked at once, for a page.

    From what the database added up with each entry: a year may have millions of lines.
    """
    of_year, booked = _in_year(year, "benefit_year"), _in_year(year, "booked_on")
    sums = (ENTRY_SUM.c.debit_fen, ENTRY_SUM.c.credit_fen)
    # In one pass: two of them the server divides among processes, which take longer to begin.
    added_up = (
        select(
            ENTRY_SUM.c.account,
            *(func.sum(each).filter(in_year) for in_year in (of_year, booked) for each in sums),
            _entries(of_year),
            _entries(booked),
        )
        .join(JournalEntry, JournalEntry.id == ENTRY_SUM.c.entry_id)
        .where(or_(of_year, booked))
        .group_by(ENTRY_SUM.c.account)
    )
    rows = session.execute(added_up).all()
    return (
        _balance(year, "benefit_year", ((x[0], x[1], x[2], x[5]) for x in rows)),
        _balance(year, "booked_on", ((x[0], x[3], x[4], x[6]) for x in rows)),
    )


def _in_year(year: int, by: By) -> ColumnElement[bool]:
    if by == "benefit_year":
        return JournalEntry.benefit_year == year
    return JournalEntry.booked_on.between(date(year, 1, 1), date(year, 12, 31))


def _entries(in_year: ColumnElement[bool]) -> Any:
    """No entry is without lines, so that a count beside them misses none."""
    return select(func.count()).select_from(JournalEntry).where(in_year).scalar_subquery()


def _turnover(in_year: ColumnElement[bool]) -> Select[Any]:
    amount = JournalPosting.amount_fen
    return (
        select(
            JournalPosting.account,
            func.sum(case((amount > 0, amount), else_=0)),
            func.sum(case((amount < 0, -amount), else_=0)),
            _entries(in_year),
        )
        .join(JournalEntry, JournalEntry.id == JournalPosting.entry_id)
        .where(in_year)
        .group_by(JournalPosting.account)
    )


def _balance(year: int, by: By, rows: Iterable[Any]) -> TrialBalance:
    """Of accounts with what was turned over, and how many entries there are; empty: of no line."""
    found = sorted(row for row in rows if row[1] is not None)
    lines = tuple(
        Line(Account(number), int(debit), int(credit)) for number, debit, credit, _ in found
    )
    return TrialBalance(year, by, found[0][3] if found else 0, lines)
