"""Who may ask for something about a unit, and who may decide it."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.change import (
    AccountDisabled,
    MayNotPrepare,
    NoSuchAccount,
    NotAnOfficer,
    active,
    active_officer,
    active_preparer,
)
from app.accounts.models import Account, Role
from app.accounts.prepares import PREPARERS
from app.errors import Refusal
from app.roster.now import UnitNow
from app.unions.models import Union
from app.unions.tree import reach_of_union


class Two(NamedTuple):
    """Who asked, and who approved; nobody of ours asked where a unit registers itself."""

    asked_by: int | None
    by: int


class MayNotAsk(Refusal):
    """Officers and operators ask for the units they reach, a unit's contact for its own."""


class MayNotDecide(Refusal):
    """An officer of the district or above decides, never one of the unit's own union."""


class SamePerson(Refusal):
    """Who asked does not approve, under whatever account."""


def check_asks(session: Session, union_id: int, *, by: int) -> None:
    """Raise MayNotAsk where the account prepares nothing or does not reach this union."""
    try:
        asking = active_preparer(_account(session, by))
    except (NoSuchAccount, AccountDisabled, MayNotPrepare):
        raise MayNotAsk from None
    if not _reaches(session, asking, [union_id]):
        raise MayNotAsk


def check_asks_of(session: Session, unit: UnitNow, *, by: int, contact_too: bool = False) -> None:
    """Raise MayNotAsk where the account neither reaches the unit nor is its contact's."""
    try:
        asking = active(_account(session, by))
    except (NoSuchAccount, AccountDisabled):
        raise MayNotAsk from None
    own = asking.role == Role.CONTACT and asking.union_id == unit.union_id
    prepares = asking.role in PREPARERS and _reaches(session, asking, [unit.union_id])
    if not (prepares or (own and contact_too)):
        raise MayNotAsk


def check_decides(session: Session, filed_by: int | None, unions: Collection[int], by: int) -> None:
    """Raise MayNotDecide or SamePerson where the account may not decide on what was asked."""
    try:
        deciding = active_officer(_account(session, by))
    except (NoSuchAccount, AccountDisabled, NotAnOfficer):
        raise MayNotDecide from None
    kind = session.scalar(select(Union.kind).where(Union.id == deciding.union_id))
    if kind != "union" or not _reaches(session, deciding, unions):
        raise MayNotDecide
    check_another(session, filed_by, by)


def check_another(session: Session, one: int | None, other: int) -> None:
    """Raise SamePerson where two accounts are one person's."""
    if one == other:
        raise SamePerson
    if one is None:
        return
    members = set(session.scalars(select(Account.member_id).where(Account.id.in_((one, other)))))
    if len(members) == 1 and members != {None}:
        raise SamePerson


def district_of(session: Session, union_id: int) -> int:
    """The union that decides about a unit of this union: not the unit's own, but that above it."""
    node = session.get_one(Union, union_id)
    return node.id if node.kind == "union" or node.parent_id is None else node.parent_id


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id, populate_existing=True)
    if account is None:
        raise NoSuchAccount
    return account


def _reaches(session: Session, asking: Account, unions: Collection[int]) -> bool:
    reach = reach_of_union(session, asking.union_id)
    return reach is None or {*unions} <= {*reach}
