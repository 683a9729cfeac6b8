"""Entries and their postings, pure. Debit is positive, credit negative."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from app.errors import Refusal
from app.ledger.chart import Account

YEAR_CLOSED: Final = "year closed"
"""The memo of entries that close a calendar year's income and expenditure into the fund balance.

What compares income or expense with the facts leaves these out.
"""
REVERSED: Final = "reversed"
"""The memo of entries that take back another."""


class Unbalanced(Refusal):
    """An entry whose lines do not add up to nothing, or that has fewer than two."""


class Posting(NamedTuple):
    """One line. At most one of unit, member (with claim) says whose sub-account it is."""

    account: Account
    amount_fen: int
    unit_id: int | None = None
    member_id: int | None = None
    claim_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One balanced entry; `about` is the id of the fact it books. Raises Unbalanced.

    `booked_on` is the document's day; where its period is closed, `post` books it on the first
    open day after.
    """

    benefit_year: int
    booked_on: date
    memo: str
    postings: tuple[Posting, ...]
    about: int | None = None

    def __post_init__(self) -> None:
        off_fen = sum(posting.amount_fen for posting in self.postings)
        if off_fen or len(self.postings) < 2:  # noqa: PLR2004 - a double entry has two sides
            raise Unbalanced(memo=self.memo, off_fen=off_fen, lines=len(self.postings))


def lines(*postings: Posting) -> tuple[Posting, ...]:
    """Postings without the empty ones."""
    return tuple(posting for posting in postings if posting.amount_fen)


def total_fen(postings: Iterable[Posting]) -> int:
    """What the lines add up to."""
    return sum(posting.amount_fen for posting in postings)
