"""What a drain decided about bills of which nothing is odd, as columns. Pure.

To the fen what `app.adjudication.answers` and `book` make of the same bills one by one; nothing
stood before, so every answer is its claim's first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.adjudication.answers import FOR_A_PERSON, care_named, refusal_named
from app.benefits.care import CARES
from app.benefits.columns import NO_CAP, Bills, Covers, Determinations, Index, Refused, Whole
from app.benefits.scheme import Scheme
from app.claims.lifecycle import Act, State, moved
from app.copybinary import bigint, integer, laid
from app.ledger.chart import BENEFITS, Account
from app.ledger.columns import Entries

DETERMINATION: Final = (
    *("member_id", "grant_no", "claim_id", "seq", "setl_id", "version", "run_id", "cover_id"),
    *("scheme_id", "scheme_digest", "care", "benefit_year"),
    *("base_fen", "gross_fen", "room_fen", "payable_fen", "refusal"),
)
MOVE: Final = ("member_id", "claim_id", "seq", "act", "state")
QUEUE: Final = ("member_id", "claim_id", "state", "seq")
_DAYS: Final = 1 << 31
"""So that a day before 1970 is no negative part of a key."""
_HELD: Final = np.array([x.name.lower() in FOR_A_PERSON for x in Refused])


@dataclass(frozen=True, slots=True)
class Plain:
    """Bills of members of whom nothing is odd; a row a bill, in the order of granting.

    `setl_id` is as many bytes in every row; `cover_id` stands beside the covers.
    """

    claim_id: Whole
    setl_id: NDArray[np.bytes_]
    version: Whole
    bills: Bills
    covers: Covers
    cover_id: Whole

    def __len__(self) -> int:
        return len(self.claim_id)


@dataclass(frozen=True, slots=True)
class Answered:
    """Plain bills with the kernel's answers."""

    plain: Plain
    found: Determinations
    schemes: tuple[Scheme, ...]

    def determinations(self, grant_no: Whole, run_id: int) -> Iterator[bytes]:
        """Rows of DETERMINATION as binary COPY takes them."""
        plain, found = self.plain, self.found
        granted = found.refusal == Refused.NO
        capped = granted & (found.room != NO_CAP)
        alike = (found.scheme, found.care, found.refusal, capped, found.cover < 0)
        for rows in _alike(*alike):
            first = rows[0]
            scheme = self.schemes[found.scheme[first]] if found.scheme[first] >= 0 else None
            year, some = found.benefit_year[rows], granted[first]
            covered = found.cover[first] >= 0
            yield laid(
                len(rows),
                [
                    bigint(plain.bills.member[rows]),
                    bigint(grant_no[rows]),
                    bigint(plain.claim_id[rows]),
                    integer(1),
                    plain.setl_id[rows],
                    integer(plain.version[rows]),
                    bigint(run_id),
                    bigint(plain.cover_id[found.cover[rows]]) if covered else None,
                    scheme.id if scheme else None,
                    scheme.digest() if scheme else None,
                    care_named(int(found.care[first])),
                    integer(year) if year[0] else None,
                    bigint(found.base[rows]) if some else None,
                    bigint(found.gross[rows]) if some else None,
                    bigint(found.room[rows]) if capped[first] else None,
                    bigint(found.payable[rows]),
                    refusal_named(int(found.refusal[first])),
                ],
            )

    def moves(self) -> Iterator[bytes]:
        """Rows of MOVE."""
        for act, state, member, claim in self._moved():
            yield laid(len(member), [member, claim, integer(1), act.value, state.value])

    def queued(self) -> Iterator[bytes]:
        """Rows of QUEUE."""
        for _, state, member, claim in self._moved():
            yield laid(len(member), [member, claim, state.value, integer(1)])

    def _moved(self) -> Iterator[tuple[Act, State, Whole, Whole]]:
        held = _HELD[self.found.refusal]
        paid = ~held & (self.found.payable > 0)
        for act, which in ((Act.HOLD, held), (Act.GRANT, paid), (Act.CLOSE, ~held & ~paid)):
            rows = np.flatnonzero(which)
            if len(rows):
                member, claim = self.plain.bills.member[rows], self.plain.claim_id[rows]
                yield act, moved(State.FILED, act), bigint(member), bigint(claim)

    def entries(self, run_id: int) -> Entries:
        """The journal entries, one a benefit year and day, a line a claim."""
        bills, found = self.plain.bills, self.found
        rows = np.flatnonzero(found.payable > 0)
        year, care = found.benefit_year[rows], found.care[rows]
        day, payable = bills.settled_day[rows].astype(np.int64), found.payable[rows]
        heads, entry = np.unique((year << 32) + day + _DAYS, return_inverse=True)
        spent, kind = np.unique(entry * len(CARES) + care, return_inverse=True)
        spent_fen = np.zeros(len(spent), np.int64)
        np.add.at(spent_fen, kind, payable)
        nobody = np.zeros(len(spent), np.int64)
        accounts = (Account.BENEFITS_PAYABLE, *(BENEFITS[x] for x in CARES))
        return Entries(
            benefit_year=heads >> 32,
            day=(heads & 0xFFFFFFFF) - _DAYS,
            memo="claims determined",
            about=run_id,
            accounts=accounts,
            entry=np.concatenate((entry, spent // len(CARES))),
            account=np.concatenate((np.zeros(len(rows), np.int64), spent % len(CARES) + 1)),
            amount_fen=np.concatenate((-payable, spent_fen)),
            member=np.concatenate((bills.member[rows], nobody)),
            claim=np.concatenate((self.plain.claim_id[rows], nobody)),
        )

    def told(self) -> str:
        """Every answer as the event's digest takes it."""
        columns = (self.plain.bills.member, self.plain.claim_id, self.found.payable)
        numbers = np.stack(columns, axis=1).ravel().tolist()
        return "%d,%d,1,%d\n" * len(self.plain) % tuple(numbers)


def _alike(*columns: NDArray[Any]) -> Iterator[Index]:
    """The places of rows with the same values in every column."""
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        key = key * (int(column.max(initial=0)) + 2) + column.astype(np.int64) + 1
    for value in np.unique(key).tolist():
        yield np.flatnonzero(key == value)
