"""What is not settled at the end of a day: money that waits, and what the bank has not told.

It hinders no closing, for it stays open in the period after. Who closes is to know of it: a month
whose suspense is not empty, or whose statements are not in, is seldom meant to be closed.
"""

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from app.books.bank_balance import UNEXPLAINED
from app.books.reconcile import Item, total_fen
from app.ledger.chart import Account
from app.together import Question, together

WAITING: Final = (
    Account.ONLINE_CLEARING,
    Account.UNION_SUBSIDY_DUE,
    Account.TO_RECOVER,
    Account.TO_RECOVER_FROM_OTHERS,
    Account.BENEFITS_PAYABLE,
    Account.BENEFITS_SENT,
    Account.MONEY_HELD,
    Account.CREDITED_BACK,
    Account.SUSPENSE,
)
"""Accounts that are empty once everybody has paid and has been paid."""


class Waiting(NamedTuple):
    """An account of these with money on it; debit positive, all benefit years together."""

    account: Account
    balance_fen: int

    @property
    def open_fen(self) -> int:
        """As people say it: owed to us, or by us; below 0 somebody paid ahead."""
        return self.balance_fen if self.account.startswith("1") else -self.balance_fen


class Told(NamedTuple):
    """An account of the fund's at a bank, and the last day that a statement of it tells of."""

    code: str
    last_day: date | None


class StillOpen(NamedTuple):
    """What is open at the end of `day`.

    `waiting`: by account. `unexplained`: what left the bank and nobody has said what for.
    `untold`: accounts at banks of whose last days no statement is in.
    """

    day: date
    waiting: list[Waiting]
    unexplained: list[Item]
    untold: list[Told]

    @property
    def unexplained_fen(self) -> int:
        return total_fen(self.unexplained)

    def __bool__(self) -> bool:
        return bool(self.waiting or self.unexplained or self.untold)


_BALANCES: Final = Question(
    """
SELECT p.account, sum(p.debit_fen - p.credit_fen)::bigint
FROM entry_sum p JOIN entry e ON e.id = p.entry_id
WHERE e.booked_on <= :day AND p.account = ANY(:waiting)
GROUP BY 1 HAVING sum(p.debit_fen - p.credit_fen) <> 0 ORDER BY 1
""",
    lambda account, balance_fen: Waiting(Account(account), balance_fen),
)
# A statement's last day is that of its last line: where the bank moved nothing afterwards, nothing
# is missing, and only who has the bank's paper knows.
_UNTOLD: Final = Question(
    """
SELECT a.code, max(s.last_day) FROM fund_account a
LEFT JOIN bank_statement s ON s.account_id = a.id
LEFT JOIN fund_account_end x ON x.account_id = a.id
WHERE x.meant_id IS NULL
GROUP BY a.id, x.ends_on
HAVING coalesce(max(s.last_day), '-infinity') < least(:day, x.ends_on)
       AND coalesce(min(s.first_day), CAST(a.recorded_at AT TIME ZONE 'Asia/Shanghai' AS date))
           <= :day
ORDER BY a.code
""",
    Told,
)


def still_open(session: Session, day: date) -> StillOpen:
    """What is open at the end of a day, as booked until now; one statement."""
    asked = {"day": day, "account": None, "waiting": [x.value for x in WAITING]}
    found = together(session, asked, waiting=_BALANCES, unexplained=UNEXPLAINED, untold=_UNTOLD)
    return StillOpen(day, found["waiting"], found["unexplained"], found["untold"])


def still_open_at(session: Session, days: Collection[date]) -> dict[date, StillOpen]:
    """The same of several days."""
    return {day: still_open(session, day) for day in sorted(set(days))}
