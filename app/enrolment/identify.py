"""Which members a file's people are, and what its rows say anew about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.enrolment.elsewhere import others
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


def add_unknown(session: Session, rows: Sequence[RosterRow], member_of: dict[int, int]) -> None:
    """Make members of those who are none yet, and add them to `member_of`."""
    unknown = [row for row in rows if row.line not in member_of]
    added = add_members(session, [row.certno for row in unknown])
    member_of.update((row.line, added[row.certno]) for row in unknown)


def take_names_and_accounts(
    session: Session, rows: Sequence[RosterRow], member_of: dict[int, int], *, by: int
) -> Told:
    """Write the names and accounts that are new or differ from what is known.

    Of another union's people nothing is written: the money due to them goes to that account.
    """
    before = known(session, [member_of[row.line] for row in rows])
    not_own = others(session, list(before), by=by)
    names, accounts, told = {}, {}, Told()
    for row in rows:
        member_id = member_of[row.line]
        was = before.get(member_id, Known(member_id, "", 0, b"", 0))
        renamed = row.name != was.name
        account = bool(
            row.bank_account and vault().index("account", row.bank_account) != was.account_index
        )
        if member_id in not_own:
            told.kept.extend([row.line] if renamed or account else [])
            continue
        if renamed:
            names[member_id] = row.name
            told.renamed.extend([row.line] if was.name else [])
        if account and row.bank_account:
            accounts[member_id] = row.bank_account
            told.account_changed.extend([row.line] if was.account_index else [])
    set_names(session, names, {m: x.name_seq for m, x in before.items()}, by=by)
    set_accounts(session, accounts, {m: x.account_seq for m, x in before.items()}, by=by)
    return told
