"""Which members a file's people are, and what its rows say anew about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.clock import today
from app.enrolment.elsewhere import bound_elsewhere
from app.enrolment.reach import Reach
from app.roster.members import (
    Known,
    add_members,
    certno_index,
    known,
    members_by_index,
    set_accounts,
    set_names,
)
from app.roster.person import RosterRow
from app.secrets import vault


@dataclass(frozen=True, slots=True)
class Told:
    """Lines whose name or account is another than was known; `kept`: and was left as it was."""

    renamed: list[int] = field(default_factory=list)
    account_changed: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)


def members_of(session: Session, rows: Sequence[RosterRow]) -> dict[int, int]:
    """The members the fund knows, by line."""
    indexes = {row.line: certno_index(row.certno) for row in rows}
    ids = members_by_index(session, indexes.values())
    return {line: ids[index] for line, index in indexes.items() if index in ids}


def members_with(session: Session, certnos: Sequence[str]) -> set[int]:
    """The members the fund knows by these IDs."""
    return set(members_by_index(session, map(certno_index, certnos)).values())


def add_unknown(session: Session, rows: Sequence[RosterRow], member_of: dict[int, int]) -> None:
    """Make members of those who are none yet, and add them to `member_of`."""
    unknown = [row for row in rows if row.line not in member_of]
    added = add_members(session, [row.certno for row in unknown])
    member_of.update((row.line, added[row.certno]) for row in unknown)


def take_names_and_accounts(
    session: Session,
    rows: Sequence[RosterRow],
    member_of: dict[int, int],
    reach: Reach,
    *,
    by: int,
) -> Told:
    """Write the names and accounts that are new or differ from what is known.

    Of people who are another union's, nothing is written: money due to them goes to that account.
    """
    before = known(session, [member_of[row.line] for row in rows])
    differing = [found for row in rows if (found := _differing(row, member_of[row.line], before))]
    asked = {x.was.member_id for x in differing if x.was.name}
    bound = bound_elsewhere(session, asked, reach, today())
    names, accounts, told = {}, {}, Told()
    for row, was, renamed, account in differing:
        if was.member_id in bound:
            told.kept.append(row.line)
            continue
        if renamed:
            names[was.member_id] = row.name
            told.renamed.extend([row.line] if was.name else [])
        if account and row.bank_account:
            accounts[was.member_id] = row.bank_account
            told.account_changed.extend([row.line] if was.account_index else [])
    set_names(session, names, {m: x.name_seq for m, x in before.items()}, by=by)
    set_accounts(session, accounts, {m: x.account_seq for m, x in before.items()}, by=by)
    return told


class _Differing(NamedTuple):
    """A row that says something new, and what was known."""

    row: RosterRow
    was: Known
    renamed: bool
    account: bool


def _differing(row: RosterRow, member_id: int, before: dict[int, Known]) -> _Differing | None:
    was = before.get(member_id) or Known(member_id, "", 0, b"", 0)
    account = row.bank_account
    changed = bool(account and vault().index("account", account) != was.account_index)
    renamed = row.name != was.name
    return _Differing(row, was, renamed, changed) if renamed or changed else None
