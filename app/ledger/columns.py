"""Many entries as columns, pure: what `app.ledger.journal` has as objects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.ledger.chart import Account
from app.ledger.journal import Unbalanced

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entries:
    """Balanced entries of one memo about one fact. Raises Unbalanced.

    An entry has a place in `benefit_year` and `day` (since 1970-01-01). A line has one in the
    others: `entry` and `account` are places (in `accounts`), `member` and `claim` 0 where nobody.
    """

    benefit_year: Whole
    day: Whole
    memo: str
    about: int
    accounts: tuple[Account, ...]
    entry: Whole
    account: Whole
    amount_fen: Whole
    member: Whole
    claim: Whole

    def __post_init__(self) -> None:
        off_fen = np.zeros(len(self), np.int64)
        np.add.at(off_fen, self.entry, self.amount_fen)
        lines = np.bincount(self.entry, minlength=len(self))
        wrong = np.flatnonzero((off_fen != 0) | (lines < 2))  # noqa: PLR2004 - two sides
        if len(wrong):
            first = wrong[0]
            off, count = int(off_fen[first]), int(lines[first])
            raise Unbalanced(memo=self.memo, off_fen=off, lines=count)

    def __len__(self) -> int:
        return len(self.day)

    def numbered(self) -> Whole:
        """The number of each line in its entry, in the order they stand in."""
        order = np.argsort(self.entry, kind="stable")
        entry = self.entry[order]
        begins = np.searchsorted(entry, np.arange(len(self)))
        line = np.empty(len(entry), np.int64)
        line[order] = np.arange(len(entry)) - begins[entry] + 1
        return line
