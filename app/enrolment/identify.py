"""Which members a file's people are, and what its rows say anew about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from app.clock import today
from app.db import one_at_a_time, take_in
from app.enrolment.elsewhere import bound_elsewhere
from app.enrolment.in_order import InOrder
from app.enrolment.reach import Giver, not_answering
from app.enrolment.to_write import ToWrite
from app.notices.address import set_phones
from app.roster.compare_known import known_otherwise
from app.roster.members import (
    ACCOUNTS,
    Known,
    account_indexes,
    certno_indexes,
    find_members,
    members_by_index,
    numbered,
)
from app.roster.person import RosterRow


class Newcomers(NamedTuple):
    """What people become members with: all there are, and numbers drawn for those unknown."""

    people: InOrder
    numbers: Sequence[int]

    def those(self, rows: Sequence[RosterRow]) -> InOrder:
        """Some of the people."""
        if rows == self.people.rows:
            return self.people
        told = zip(self.people.rows, self.people.indexes, strict=True)
        index_of = {row.line: index for row, index in told}
        return InOrder(rows, [index_of[row.line] for row in rows])


@dataclass(frozen=True, slots=True)
class Told:
    """Lines whose name or account is another than was known; `kept`: and was left as it was.

    An account that is recorded again for another union's covers counts as changed. `own_cards`:
    left because the member has confirmed the card that is known (`app.roster.card`).
    """

    renamed: list[int] = field(default_factory=list)
    account_changed: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    own_cards: list[int] = field(default_factory=list)


def members_of(session: Session, rows: Sequence[RosterRow]) -> dict[int, int]:
    """The members the fund knows, by line."""
    indexes = certno_indexes(row.certno for row in rows)
    ids = members_by_index(session, indexes)
    if not ids:
        return {}
    found = zip(rows, map(ids.get, indexes), strict=True)
    return {row.line: member_id for row, member_id in found if member_id}


def identify(
    session: Session, rows: Sequence[RosterRow], *, expected: bool = False
) -> tuple[dict[int, int], Newcomers]:
    """The members the fund knows, by line, and what the others become members with.

    `expected`: most of them are likely known. That they are is found all the same.
    """
    people: list[InOrder] = []

    def meanwhile(indexes: Sequence[bytes]) -> None:
        people.append(InOrder(rows, indexes))
        people[0].prepare(lambda: take_in(session), known=expected)

    found = find_members(session, [row.certno for row in rows], meanwhile)
    lines = [row.line for row in rows]
    known = np.flatnonzero(found.members)
    theirs = lines if len(known) == len(lines) else [lines[place] for place in known.tolist()]
    member_of = dict(zip(theirs, found.members[known].tolist(), strict=True))
    return member_of, Newcomers(people[0], found.numbers)


def members_with(session: Session, certnos: Sequence[str]) -> set[int]:
    """The members the fund knows by these IDs."""
    return set(members_by_index(session, certno_indexes(certnos)).values())


def add_unknown(
    session: Session,
    rows: Sequence[RosterRow],
    member_of: dict[int, int],
    newcomers: Newcomers,
    to_write: ToWrite,
    *,
    by: int,
) -> list[RosterRow]:
    """Number those who are no members yet and add them to `member_of`; their rows.

    With their first names and accounts, of which nothing is known.
    """
    unknown = [row for row in rows if row.line not in member_of] if member_of else [*rows]
    if unknown:
        new = newcomers.those(unknown)
        ids = numbered(session, newcomers.numbers, len(unknown))
        to_write.newcomers(ids, new, by=by)
        given = np.empty(len(ids), np.int64)
        given[new.order] = ids
        lines = [row.line for row in unknown]
        member_of.update(zip(lines, given.tolist(), strict=True))
    return unknown


def take_names_and_accounts(
    session: Session,
    rows: Sequence[RosterRow],
    member_of: dict[int, int],
    giver: Giver,
    to_write: ToWrite,
    *,
    union_id: int,
    made: Sequence[RosterRow],
    people: InOrder,
) -> Told:
    """Take the names and accounts that are new or differ from what is known.

    Of people who are another union's, nothing is written: money due to them goes to that account.
    Of the others an account is written again, though it is the same, where nobody recorded it, or
    somebody who does not answer for `union_id`, whose roster it is: covers of this union are not
    paid to it.
    Nothing is asked of `made`, all of whom are among the rows (`add_unknown`). The `people` of
    all rows may have something ready.
    """
    if made:
        lines = {row.line for row in made} if len(made) < len(rows) else ()
        rows = [row for row in rows if row.line not in lines] if lines else []
    if not rows:
        return Told()
    one_at_a_time(session, ACCOUNTS)
    members = [member_of[row.line] for row in rows]
    said = [row.name for row in rows], [row.bank_account for row in rows]
    ready = people.account_indexes if rows == people.rows else None
    before = known_otherwise(session, members, *said, by=giver.by, indexes=ready)
    if not before:
        return Told()
    rows = [row for row in rows if member_of[row.line] in before]
    with_account = [row for row in rows if row.bank_account]
    theirs = account_indexes(row.bank_account or "" for row in with_account)
    indexes = {member_of[x.line]: index for x, index in zip(with_account, theirs, strict=True)}
    recorders = {x.account_by for x in before.values() if x.account_by is not None}
    strangers = not_answering(session, recorders, union_id, by=giver.by)
    rows_known = ((row, before[member_of[row.line]]) for row in rows)
    differing = [
        found
        for row, was in rows_known
        if (found := _differing(row, was, indexes.get(was.member_id), strangers))
    ]
    asked = {x.was.member_id for x in differing if x.was.name}
    bound = bound_elsewhere(session, asked, giver.reach, today())
    names, accounts, told = {}, {}, Told()
    for row, was, renamed, account in differing:
        if was.member_id in bound:
            told.kept.extend([row.line] if renamed or account in {"another", "own"} else [])
            continue
        if renamed:
            names[was.member_id] = row.name
            told.renamed.extend([row.line] if was.name else [])
        if account == "own":
            told.own_cards.append(row.line)
        elif account and row.bank_account:
            accounts[was.member_id] = row.bank_account
            told.account_changed.extend([row.line] if was.account_index else [])
    name_seqs = {m: x.name_seq for m, x in before.items()}
    to_write.names(names, name_seqs, by=giver.by)
    account_seqs = {m: x.account_seq for m, x in before.items()}
    to_write.accounts(accounts, account_seqs, by=giver.by)
    return told


def take_phones(
    session: Session,
    phones: Mapping[int, str],
    rows: Sequence[RosterRow],
    member_of: Mapping[int, int],
    giver: Giver,
) -> list[int]:
    """Write the phones that are new, but of people who are another union's; their lines."""
    if not phones:
        return []
    given = {row.line: member_of[row.line] for row in rows if row.line in phones}
    bound = bound_elsewhere(session, set(given.values()), giver.reach, today())
    theirs = {who: phones[line] for line, who in given.items() if who not in bound}
    new = {*set_phones(session, theirs, by=giver.by)}
    return sorted(line for line, who in given.items() if who in new)


class _Differing(NamedTuple):
    """A row that says something new, and what was known."""

    row: RosterRow
    was: Known
    renamed: bool
    account: Literal["", "another", "own", "anew"]
    """`own`: another than the member has confirmed, which stays.

    `anew`: the same, but who recorded it does not answer for the roster's union, or nobody did.
    """


def _differing(
    row: RosterRow,
    was: Known,
    index: bytes | None,
    strangers: Mapping[int, int | None],
) -> _Differing | None:
    account: Literal["", "another", "own", "anew"] = ""
    if index is not None and index != was.account_index:
        account = "own" if was.confirmed else "another"
    elif was.confirmed:
        pass  # the member's own word, whoever recorded it
    elif index is not None and (
        was.account_by is None or strangers.get(was.account_by, was.member_id) != was.member_id
    ):
        account = "anew"
    renamed = row.name != was.name
    return _Differing(row, was, renamed, account) if renamed or account else None
