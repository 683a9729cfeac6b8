"""What of the fund an officer sees: the units below the officer's own union."""

from sqlalchemy.orm import Session

from app.lists.seen import MEMBER, MOVED, OF_SEEN, ONE_BY_ONE, SEEN, UNIT, Scope, among
from app.unions.tree import Reach, reach_of_union

__all__ = [
    "MEMBER",
    "MOVED",
    "OF_SEEN",
    "ONE_BY_ONE",
    "SEEN",
    "UNIT",
    "Scope",
    "among",
    "reach",
    "scope_of",
]


def reach(scope: Scope) -> Reach:
    """The unions of a scope, for the domain's own lists."""
    return None if scope.whole else scope.unions


def scope_of(session: Session, union_id: int) -> Scope:
    """What an account of this union sees."""
    reach = reach_of_union(session, union_id)
    return Scope(reach or [], whole=reach is None)
