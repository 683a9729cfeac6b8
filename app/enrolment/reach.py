"""Which unions an officer acts for: the own one and all below it."""

from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.change import AccountDisabled, NoSuchAccount, NotAnOfficer, officer
from app.errors import Refusal
from app.roster.models import Unit
from app.unions.tree import subtree

Reach = list[int] | None
"""Unions by number; None: all of them, the city federation's."""

_UNION: Final = text(
    """
    SELECT n.id FROM account a JOIN union_node n ON n.id = a.union_id
    WHERE a.id = :by AND n.parent_id IS NOT NULL
    """
)
_TOP: Final = text("SELECT parent_id IS NULL FROM union_node WHERE id = :union")


class ConfirmerMayNot(Refusal):
    """Who confirms a roster is an active officer whose union reaches the unit, until the end."""


def reach_of(session: Session, by: int) -> Reach:
    """What this account's union reaches."""
    union_id = session.scalar(_UNION, {"by": by})
    return None if union_id is None else subtree(session, union_id)


def reach_of_union(session: Session, union_id: int) -> Reach:
    """What a union reaches."""
    return None if session.scalar(_TOP, {"union": union_id}) else subtree(session, union_id)


def check_confirmer(session: Session, unit_id: int, *, by: int) -> None:
    """Raise ConfirmerMayNot where the account, as it stands now, may not enrol for the unit."""
    try:
        acting = officer(session, by)
    except (NoSuchAccount, AccountDisabled, NotAnOfficer):
        raise ConfirmerMayNot from None
    reach = reach_of(session, acting.id)
    of_unit = session.scalar(select(Unit.union_id).where(Unit.id == unit_id))
    if reach is not None and of_unit not in reach:
        raise ConfirmerMayNot
