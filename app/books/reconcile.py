"""The bank reconciliation statement (银行存款余额调节表). Pure: what the books and the bank say.

Both balances are brought to what they would be if each side knew what the other does: money that is
booked and not on the bank's statement yet is added to the bank's balance, money on the statement
and not booked yet to the books'. Then they are equal, or something is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Item:
    """Money on its way: in positive, out negative."""

    day: date
    amount_fen: int
    about: str
    kind: str = ""
    """What else there is to say of `about`: "opening", a balance; "entry", its number."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One account at the end of a day.

    `book_only`: booked, not on a statement yet; `bank_only`: on a statement, not booked yet.
    """

    account: str
    as_of: date
    book_fen: int
    bank_fen: int
    book_only: tuple[Item, ...]
    bank_only: tuple[Item, ...]

    @property
    def adjusted_book_fen(self) -> int:
        return self.book_fen + total_fen(self.bank_only)

    @property
    def adjusted_bank_fen(self) -> int:
        return self.bank_fen + total_fen(self.book_only)

    @property
    def off_fen(self) -> int:
        """What cannot be explained. It is nothing."""
        return self.adjusted_book_fen - self.adjusted_bank_fen


def total_fen(items: Sequence[Item]) -> int:
    return sum(item.amount_fen for item in items)


def incoming(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.amount_fen > 0]


def outgoing(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.amount_fen < 0]
