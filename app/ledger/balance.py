"""Balances, read from the journal and nothing else."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.ledger.chart import Account
from app.ledger.models import JournalEntry, JournalPosting

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
    in_year = (
        JournalEntry.benefit_year == year
        if by == "benefit_year"
        else JournalEntry.booked_on.between(date(year, 1, 1), date(year, 12, 31))
    )
    amount = JournalPosting.amount_fen
    rows = session.execute(
        select(
            JournalPosting.account,
            func.sum(case((amount > 0, amount), else_=0)),
            func.sum(case((amount < 0, -amount), else_=0)),
        )
        .join(JournalEntry, JournalEntry.id == JournalPosting.entry_id)
        .where(in_year)
        .group_by(JournalPosting.account)
        .order_by(JournalPosting.account)
    )
    lines = tuple(Line(Account(number), int(debit), int(credit)) for number, debit, credit in rows)
    entries = session.execute(
        select(func.count()).select_from(JournalEntry).where(in_year)
    ).scalar_one()
    return TrialBalance(year, by, entries, lines)
