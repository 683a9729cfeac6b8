"""Read the tree. An officer belongs to one node and sees what hangs below it."""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.unions.models import Union


def subtree(session: Session, union_id: int) -> list[int]:
    """The ids of a node and of everything below it, in no order. Empty for a node nobody knows."""
    below = select(Union.id).where(Union.id == union_id).cte("below", recursive=True)
    child = aliased(Union)
    # UNION, not UNION ALL: a circle in the tree would end, not run for ever.
    below = below.union(select(child.id).join(below, child.parent_id == below.c.id))
    return list(session.scalars(select(below.c.id)))
