"""Which unions an officer acts for: the own one and all below it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account, Role
from app.accounts.prepares import PREPARERS
from app.errors import Refusal
from app.roster.now import unit_now
from app.unions.tree import Reach, above, subtree


@dataclass(frozen=True, slots=True)
class Giver:
    """Whose word a file's names and accounts are, and of whose people it is taken.

    Never more than who sent the file reaches: a wider union that confirms it looks at numbers, not
    at every account.
    """

    by: int
    reach: Reach


_CONFIRM: Final = frozenset({Role.OFFICER, Role.CONTACT})
_UNION: Final = text(
    """
    SELECT n.id FROM account a JOIN union_node n ON n.id = a.union_id
    WHERE a.id = :by AND n.parent_id IS NOT NULL
    """
)


class SenderMayNot(Refusal):
    """Who sends a roster's file acts for a union that reaches the unit."""


class ConfirmerMayNot(Refusal):
    """Who confirms a roster acts for a union that reaches the unit, until the end."""


class UnitNotReached(Refusal):
    """The unit is not of the account's union, nor of one below it."""


def reach_of(session: Session, by: int) -> Reach:
    """What this account's union reaches."""
    union_id = session.scalar(_UNION, {"by": by})
    return None if union_id is None else subtree(session, union_id)


def giver_of(session: Session, *, by: int, sent_by: int | None) -> Giver:
    """The narrower of who enrols a file and of who sent it; of two that reach the same, `by`."""
    reach = reach_of(session, by)
    sent = None if sent_by is None else reach_of(session, sent_by)
    if sent is None or sent_by is None:
        return Giver(by, reach)
    if reach is None:
        return Giver(sent_by, sent)
    both = sorted({*reach} & {*sent})
    return Giver(by if len(both) == len(reach) else sent_by, both)


def not_answering(
    session: Session, recorders: Collection[int], union_id: int, *, by: int
) -> dict[int, int | None]:
    """Which of these accounts are of no union at or above this one, each with who it is as member.

    Nobody, where `by` does not answer for the union either: nothing would be mended.
    """
    asked = select(Account.id, Account.union_id, Account.member_id)
    found = session.execute(asked.where(Account.id.in_({*recorders, by}))).all()
    answering = above(session, union_id)
    if any(x.id == by and x.union_id not in answering for x in found):
        return {}
    return {x.id: x.member_id for x in found if x.union_id not in answering}


def check_sender(session: Session, unit_id: int, *, by: int) -> Role:
    """What the account is; raise SenderMayNot where it may not send a file of the unit.

    Whoever may enrol may, and who only prepares.
    """
    return _check(session, unit_id, by, _CONFIRM | PREPARERS, SenderMayNot)


def check_confirmer(session: Session, unit_id: int, *, by: int) -> Role:
    """What the account is; raise ConfirmerMayNot where, as it stands now, it may not enrol.

    A unit's contact may for its own: that union reaches nothing else.
    """
    return _check(session, unit_id, by, _CONFIRM, ConfirmerMayNot)


def check_reaches(session: Session, unit_id: int, *, by: int) -> None:
    """Raise UnitNotReached where the account's union does not reach the unit as it stands now."""
    reach = reach_of(session, by)
    if reach is not None and unit_now(session, unit_id).union_id not in reach:
        raise UnitNotReached


def _check(
    session: Session, unit_id: int, by: int, roles: frozenset[Role], refusal: type[Refusal]
) -> Role:
    acting = session.get(Account, by, populate_existing=True)
    if acting is None or acting.disabled_at is not None or acting.role not in roles:
        raise refusal
    reach = reach_of(session, acting.id)
    if reach is not None and unit_now(session, unit_id).union_id not in reach:
        raise refusal
    return Role(acting.role)
