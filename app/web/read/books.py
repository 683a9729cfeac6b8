"""The books by benefit year, for the auditor: what each account turned over, and whether it closes.

Read from what the database adds up of each entry with its lines (`entry_sum`): a few rows an entry.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.lifecycle import State
from app.desks.keep_waiting import LIVE, WAITING
from app.ledger.chart import Account

_TURNOVER: Final = text(
    """
    SELECT e.benefit_year, s.account, sum(s.debit_fen)::bigint, sum(s.credit_fen)::bigint
    FROM entry_sum s JOIN entry e ON e.id = s.entry_id GROUP BY 1, 2
    """
)
_BY_MEMO: Final = text(
    """
    SELECT e.memo, count(DISTINCT e.id), sum(s.lines)::bigint, sum(s.debit_fen)::bigint,
           sum(s.credit_fen)::bigint
    FROM entry e JOIN entry_sum s ON s.entry_id = e.id
    WHERE e.benefit_year = :year GROUP BY 1 ORDER BY min(e.id)
    """
)
# Only what waits is looked up: the queue's index on the state leaves the rest alone. And of that
# only what has moved since the sweep kept its year.
_WAITING: Final = text(
    f"""
    SELECT q.state, count(*), sum(coalesce(k.payable_fen, d.payable_fen))::bigint
    FROM claim_queue q
    LEFT JOIN waiting_year k
        ON (k.member_id, k.claim_id, k.seq) = (q.member_id, q.claim_id, q.seq)
    LEFT JOIN LATERAL ({LIVE.format(of="q", asked="k.claim_id IS NULL")}) d ON true
    WHERE q.state = ANY(:states) AND :year = coalesce(k.benefit_year, d.year)
    GROUP BY 1
    """  # noqa: S608 - put together from constants
)


@dataclass(frozen=True, slots=True)
class BookYear:
    """One benefit year's turnover by account: (debit, credit) in fen, both positive."""

    year: int
    turnover: dict[Account, tuple[int, int]]

    @property
    def closes(self) -> bool:
        return sum(debit - credit for debit, credit in self.turnover.values()) == 0

    @property
    def to_pay_fen(self) -> int:
        """Determined and not yet sent to the bank."""
        return self._credit(Account.BENEFITS_PAYABLE)

    @property
    def at_bank_fen(self) -> int:
        """Sent to the bank, which has not answered yet."""
        return self._credit(Account.BENEFITS_SENT)

    @property
    def held_fen(self) -> int:
        """Received for rosters that are not complete yet."""
        return self._credit(Account.MONEY_HELD)

    @property
    def to_recover_fen(self) -> int:
        """Paid to members beyond what their bills now come to, and not back yet."""
        return -self._credit(Account.TO_RECOVER)

    @property
    def received_fen(self) -> int:
        """Everything that came into the bank account."""
        return self.turnover.get(Account.BANK, (0, 0))[0]

    def _credit(self, account: Account) -> int:
        debit, credit = self.turnover.get(account, (0, 0))
        return credit - debit


@dataclass(frozen=True, slots=True)
class MemoTotal:
    """All entries of one kind in a benefit year."""

    memo: str
    entries: int
    lines: int
    debit_fen: int
    credit_fen: int


def book_years(session: Session) -> list[BookYear]:
    """The benefit years with entries, newest first."""
    found: dict[int, dict[Account, tuple[int, int]]] = defaultdict(dict)
    for year, account, debit, credit in session.execute(_TURNOVER):
        found[year][Account(account)] = (debit, credit)
    return [BookYear(year, found[year]) for year in sorted(found, reverse=True)]


def memo_totals(session: Session, year: int) -> list[MemoTotal]:
    """The journal of a benefit year by kind of entry, in the order in which they first came."""
    return [MemoTotal(*row) for row in session.execute(_BY_MEMO, {"year": year})]


def waiting_claims(session: Session, year: int) -> dict[State, tuple[int, int]]:
    """Claims of a benefit year that wait for somebody: how many, and what they were granted."""
    asked = {"year": year, "states": [*map(str, WAITING)]}
    return {State(state): (n, fen) for state, n, fen in session.execute(_WAITING, asked)}
