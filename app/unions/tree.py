"""Read the tree. An officer belongs to one node and sees what hangs below it."""

from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session, aliased

from app.unions.models import Union

Reach = list[int] | None
"""Unions by number; None: all of them, the city federation's."""
# One question, for every page asks it; of the top nobody asks what hangs below it.
_REACH: Final = text(
    """
    WITH RECURSIVE below AS (
        SELECT n.id, n.parent_id IS NULL AS top FROM union_node n WHERE n.id = :union
        UNION SELECT c.id, false FROM below b JOIN union_node c ON c.parent_id = b.id
        WHERE NOT b.top
    )
    SELECT bool_or(top), array_agg(id) FROM below
    """
)


def reach_of_union(session: Session, union_id: int) -> Reach:
    """Whose people and units an officer of this union acts for: its own, and all below it."""
    top, below = session.execute(_REACH, {"union": union_id}).one()
    return None if top else below or []


def subtree(session: Session, union_id: int) -> list[int]:
    """The ids of a node and of everything below it, in no order. Empty for a node nobody knows."""
    below = select(Union.id).where(Union.id == union_id).cte("below", recursive=True)
    child = aliased(Union)
    # UNION, not UNION ALL: a circle in the tree would end, not run for ever.
    below = below.union(select(child.id).join(below, child.parent_id == below.c.id))
    return list(session.scalars(select(below.c.id)))


def above(session: Session, union_id: int) -> set[int]:
    """The ids of a node and of everything above it."""
    over = select(Union.id, Union.parent_id).where(Union.id == union_id).cte("over", recursive=True)
    parent = aliased(Union)
    over = over.union(select(parent.id, parent.parent_id).join(over, parent.id == over.c.parent_id))
    return set(session.scalars(select(over.c.id)))
