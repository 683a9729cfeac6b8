"""Which members a file's people are, and what its rows say anew about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sqlalchemy.orm import Session

from app.clock import today
from app.db import one_at_a_time
from app.enrolment.elsewhere import bound_elsewhere
from app.enrolment.reach import Giver, not_answering
from app.notices.address import set_phones
from app.roster.members import (
    ACCOUNTS,
    Known,
    account_indexes,
    add_members,
    certno_indexes,
    known_otherwise,
    members_by_index,
    set_accounts,
    set_names,
)
from app.roster.person import RosterRow


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


def indexes_of(rows: Sequence[RosterRow]) -> dict[int, bytes]:
    """The blind index of each row's ID, by line."""
    indexes = certno_indexes(row.certno for row in rows)
    return {row.line: index for row, index in zip(rows, indexes, strict=True)}


def members_of(
    session: Session, rows: Sequence[RosterRow], indexes: Mapping[int, bytes] | None = None
) -> dict[int, int]:
    """The members the fund knows, by line."""
    indexes = indexes_of(rows) if indexes is None else indexes
    ids = members_by_index(session, indexes.values())
    return {line: ids[index] for line, index in indexes.items() if index in ids} if ids else {}


def members_with(session: Session, certnos: Sequence[str]) -> set[int]:
    """The members the fund knows by these IDs."""
    return set(members_by_index(session, certno_indexes(certnos)).values())


def add_unknown(
    session: Session,
    rows: Sequence[RosterRow],
    member_of: dict[int, int],
    indexes: Mapping[int, bytes] | None = None,
) -> set[int]:
    """Make members of those who are none yet, and add them to `member_of`; who was made."""
    unknown = [row for row in rows if row.line not in member_of]
    known = None if indexes is None else [indexes[row.line] for row in unknown]
    added = add_members(session, [row.certno for row in unknown], known)
    member_of.update((row.line, added[row.certno]) for row in unknown)
    return set(added.values())


def take_names_and_accounts(
    session: Session,
    rows: Sequence[RosterRow],
    member_of: dict[int, int],
    giver: Giver,
    *,
    union_id: int,
    made: Collection[int] = (),
) -> Told:
    """Write the names and accounts that are new or differ from what is known.

    Of people who are another union's, nothing is written: money due to them goes to that account.
    Of the others an account is written again, though it is the same, where whoever recorded it
    does not answer for `union_id`, whose roster it is: covers of this union are not paid to it.
    Of `made`, members just made, nothing is known and so nothing is asked.
    """
    if made:
        _first_words(session, [x for x in rows if member_of[x.line] in made], member_of, giver.by)
        rows = [x for x in rows if member_of[x.line] not in made]
    if not rows:
        return Told()
    one_at_a_time(session, ACCOUNTS)
    members = [member_of[row.line] for row in rows]
    said = [row.name for row in rows], [row.bank_account for row in rows]
    before = known_otherwise(session, members, *said, by=giver.by)
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
    set_names(session, names, {m: x.name_seq for m, x in before.items()}, by=giver.by)
    seqs = {m: x.account_seq for m, x in before.items()}
    set_accounts(session, accounts, seqs, by=giver.by, indexes=indexes)
    return told


def _first_words(
    session: Session, rows: Sequence[RosterRow], member_of: Mapping[int, int], by: int
) -> None:
    """Write the names and accounts of members just made."""
    set_names(session, {member_of[x.line]: x.name for x in rows}, {}, by=by)
    accounts = {member_of[x.line]: x.bank_account for x in rows if x.bank_account}
    set_accounts(session, accounts, {}, by=by)


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

    `anew`: the same, but who recorded it does not answer for the roster's union.
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
    elif index is not None and strangers.get(was.account_by or 0, was.member_id) != was.member_id:
        account = "anew"
    renamed = row.name != was.name
    return _Differing(row, was, renamed, account) if renamed or account else None
