"""What of the fund an officer sees: the units below the officer's own union."""

from flask import g, has_request_context
from sqlalchemy.orm import Session

from app.lists.seen import MEMBER, MOVED, OF_SEEN, ONE_BY_ONE, SEEN, UNIT, Scope, among, scope_below
from app.unions.tree import Reach

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
    """What an account of this union sees; asked once a request."""
    if not has_request_context():
        return scope_below(session, union_id)
    kept: dict[int, Scope] = g.setdefault("scopes", {})
    if union_id not in kept:
        account = g.get("account")
        if account and account.union_id == union_id and account.whole:
            kept[union_id] = Scope([], whole=True)  # said with the account
        else:
            kept[union_id] = scope_below(session, union_id)
    return kept[union_id]
