"""Read the tree. An officer belongs to one node and sees what hangs below it."""

from typing import Any, LiteralString

from sqlalchemy import ColumnElement, ScalarSelect, func, select, true
from sqlalchemy.orm import Session, aliased

from app.unions.models import Union

Reach = list[int] | None
"""Unions by number; None: all of them, the city federation's."""
DISTRICTS: LiteralString = """
WITH RECURSIVE district (id, top_id) AS (
    SELECT id, id FROM union_node WHERE parent_id IS NULL
    UNION ALL
    SELECT u.id, CASE WHEN p.parent_id IS NULL THEN u.id ELSE d.top_id END
    FROM union_node u JOIN district d ON d.id = u.parent_id JOIN union_node p ON p.id = u.parent_id
)
SELECT district.id, top.id, top.name
FROM district JOIN union_node top ON top.id = district.top_id ORDER BY top.id, district.id
"""
"""Of every union the one right below the top that it belongs to, and that one's name."""


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
