"""What a file brings that is written once all of it is known, in COPYs that follow each other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import repeat

import numpy as np
from sqlalchemy.orm import Session

from app.copies import Block, Copy, copy_of
from app.db import copy_all
from app.enrolment.in_order import InOrder
from app.roster.make_findable import make_findable
from app.roster.members import copy_of_accounts, copy_of_members, copy_of_names, named, some_of
from app.roster.models import RosterLine
from app.roster.person import RosterRow


@dataclass(slots=True)
class ToWrite:
    """COPYs in the order in which what they write refers to each other.

    Accounts come last: nothing refers to them, and to make them takes us the longest, which the
    server has the least to do with. So we make them while it is busy with what comes before.
    """

    _copies: list[Copy] = field(default_factory=list)
    _of_accounts: list[Copy] = field(default_factory=list)
    _named: list[tuple[Sequence[int], Callable[[], Iterable[tuple[int, int, str]]]]] = field(
        default_factory=list
    )

    def newcomers(
        self,
        ids: Sequence[int],
        new: InOrder,
        *,
        by: int,
    ) -> None:
        """New members with numbers that were drawn for them, their first names and accounts.

        The numbers are given in that order, and all of it is written so.
        """

        def people(at: slice) -> tuple[Sequence[int], Sequence[str], Sequence[bytes]]:
            return ids[at], new.certnos[at], new.arranged_indexes[at].tolist()

        def called(at: slice) -> tuple[Sequence[int], Sequence[str]]:
            return ids[at], new.names[at]

        def accounts(at: slice) -> tuple[Sequence[int], Sequence[str]]:
            members, given = ids[at], new.accounts[at]
            if not all(given):
                members = [who for who, account in zip(members, given, strict=True) if account]
            return members, [account for account in given if account]

        self._copies.append(copy_of_members(len(ids), people))
        self._copies.append(copy_of_names(len(ids), called, {}, by=by))
        self._of_accounts.append(copy_of_accounts(len(ids), accounts, {}, by=by))
        self._named.append((ids, lambda: zip(ids, repeat(1), new.names[:], strict=False)))

    def names(self, names: Mapping[int, str], seqs: Mapping[int, int], *, by: int) -> None:
        """What members are called from now on; `seqs` has the number last used, if any."""
        self._copies.append(copy_of_names(len(names), some_of(names), seqs, by=by))
        self._named.append(([*names], lambda: named(names, seqs)))

    def accounts(self, accounts: Mapping[int, str], seqs: Mapping[int, int], *, by: int) -> None:
        """Where members are paid from now on."""
        self._of_accounts.append(copy_of_accounts(len(accounts), some_of(accounts), seqs, by=by))

    def lines(
        self,
        roster_id: int,
        rows: Sequence[RosterRow],
        days: Sequence[date],
        member_of: Mapping[int, int],
    ) -> None:
        """A roster's people and the day each cover is asked to start on, in order of the members.

        In that order throughout, as their index is: a file is in any.
        """

        @cache
        def arranged() -> tuple[list[int], list[int], list[date]]:
            lines = [row.line for row in rows]
            members = np.fromiter(map(member_of.__getitem__, lines), np.int64, len(lines))
            order = np.argsort(members)
            told = [*days]
            if told.count(told[0]) < len(told):
                told = [told[place] for place in order.tolist()]
            return members[order].tolist(), np.array(lines)[order].tolist(), told

        def made(some: slice) -> Block:
            members, lines, told = (column[some] for column in arranged())
            return [members, [roster_id] * len(lines), lines, told]

        columns = ("member_id", "roster_id", "line", "starts_on")
        self._copies.append(copy_of(RosterLine, columns, len(rows), made, ordered=True))

    @property
    def copies(self) -> list[Copy]:
        """All of it."""
        return [*self._copies, *self._of_accounts]

    def write(self, session: Session) -> None:
        """Write all of it."""
        copy_all(session, self.copies)
        for members, told in self._named:
            make_findable(session, members, told)
