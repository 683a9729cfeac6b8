"""What a file brings that is written once all of it is known, in COPYs that follow each other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from app.copies import Block, Copy, copy_of
from app.db import copy_all
from app.roster.make_findable import make_findable
from app.roster.members import copy_of_accounts, copy_of_members, copy_of_names, named, some_of
from app.roster.models import RosterLine
from app.roster.person import RosterRow


@dataclass(slots=True)
class ToWrite:
    """COPYs in the order in which what they write refers to each other."""

    _copies: list[Copy] = field(default_factory=list)
    _named: list[tuple[Sequence[int], Callable[[], Iterable[tuple[int, int, str]]]]] = field(
        default_factory=list
    )

    def newcomers(
        self,
        ids: Sequence[int],
        rows: Sequence[RosterRow],
        indexes: Mapping[int, bytes],
        *,
        by: int,
    ) -> None:
        """New members with numbers that were drawn for them, their first names and accounts."""

        def people(at: slice) -> tuple[Sequence[int], Sequence[str], Sequence[bytes]]:
            some = rows[at]
            return ids[at], [x.certno for x in some], [indexes[x.line] for x in some]

        def names(at: slice) -> tuple[Sequence[int], Sequence[str]]:
            return ids[at], [row.name for row in rows[at]]

        def accounts(at: slice) -> tuple[Sequence[int], Sequence[str]]:
            given = [row.bank_account for row in rows[at]]
            members = ids[at]
            if not all(given):
                members = [who for who, account in zip(members, given, strict=True) if account]
            return members, [account for account in given if account]

        self._copies.append(copy_of_members(len(ids), people))
        self._copies.append(copy_of_names(len(ids), names, {}, by=by))
        self._copies.append(copy_of_accounts(len(ids), accounts, {}, by=by))
        self._named.append((ids, lambda: ((x, 1, y.name) for x, y in zip(ids, rows, strict=True))))

    def names(self, names: Mapping[int, str], seqs: Mapping[int, int], *, by: int) -> None:
        """What members are called from now on; `seqs` has the number last used, if any."""
        self._copies.append(copy_of_names(len(names), some_of(names), seqs, by=by))
        self._named.append(([*names], lambda: named(names, seqs)))

    def accounts(self, accounts: Mapping[int, str], seqs: Mapping[int, int], *, by: int) -> None:
        """Where members are paid from now on."""
        self._copies.append(copy_of_accounts(len(accounts), some_of(accounts), seqs, by=by))

    def lines(
        self,
        roster_id: int,
        new: Sequence[tuple[RosterRow, date]],
        member_of: Mapping[int, int],
    ) -> None:
        """A roster's people and the day each cover is asked to start on."""

        def made(some: slice) -> Block:
            lines, days = [row.line for row, _ in new[some]], [day for _, day in new[some]]
            return [[member_of[x] for x in lines], [roster_id] * len(lines), lines, days]

        columns = ("member_id", "roster_id", "line", "starts_on")
        self._copies.append(copy_of(RosterLine, columns, len(new), made, ordered=True))

    def write(self, session: Session) -> None:
        """Write all of it."""
        copy_all(session, self._copies)
        for members, told in self._named:
            make_findable(session, members, told)
