"""Read the tree. An officer belongs to one node and sees what hangs below it."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select, true
from sqlalchemy.orm import Session, aliased

from app.unions.models import Union

Reach = list[int] | None
"""Unions by number; None: all of them, the city federation's."""


def reach_of_union(session: Session, union_id: int) -> Reach:
    """Whose people and units an officer of this union acts for: its own, and all below it."""
    # The top's tree is everybody's: it is not gone through.
    whole = select(Union.parent_id.is_(None)).where(Union.id == union_id).scalar_subquery()
    found = session.execute(select(whole, _below(union_id, ~whole))).one()
    return None if found[0] else list(found[1] or ())


def subtree(session: Session, union_id: int) -> list[int]:
    """The ids of a node and of everything below it, in no order. Empty for a node nobody knows."""
    return list(session.scalar(select(_below(union_id, true()))) or ())


def _below(union_id: int, wanted: ColumnElement[bool]) -> ScalarSelect[Any]:
    """The node and everything below it as one array, where that is wanted."""
    first = select(Union.id).where(Union.id == union_id, wanted)
    below = first.cte("below", recursive=True)
    child = aliased(Union)
    # UNION, not UNION ALL: a circle in the tree would end, not run for ever.
    below = below.union(select(child.id).join(below, child.parent_id == below.c.id))
    return select(func.array_agg(below.c.id)).scalar_subquery()


def above(session: Session, union_id: int) -> set[int]:
    """The ids of a node and of everything above it."""
    over = select(Union.id, Union.parent_id).where(Union.id == union_id).cte("over", recursive=True)
    parent = aliased(Union)
    over = over.union(select(parent.id, parent.parent_id).join(over, parent.id == over.c.parent_id))
    return set(session.scalars(select(over.c.id)))
