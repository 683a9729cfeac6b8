"""Read the tree. An officer belongs to one node and sees what hangs below it."""

from typing import Final, LiteralString

from sqlalchemy import select, text
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


# Text, because most pages ask it and need not put it together anew. UNION, not UNION ALL: a circle
# in the tree would end, not run for ever. The top's tree is everybody's: it is not gone through.
_REACH: Final = text("""
WITH RECURSIVE top (whole) AS (
    SELECT parent_id IS NULL FROM union_node WHERE id = :union
), below (id) AS (
    SELECT id FROM union_node WHERE id = :union AND NOT (SELECT whole FROM top)
    UNION SELECT u.id FROM union_node u JOIN below b ON u.parent_id = b.id
)
SELECT (SELECT whole FROM top), (SELECT array_agg(id) FROM below)
""")
_SUBTREE: Final = text("""
WITH RECURSIVE below (id) AS (
    SELECT id FROM union_node WHERE id = :union
    UNION SELECT u.id FROM union_node u JOIN below b ON u.parent_id = b.id
)
SELECT array_agg(id) FROM below
""")


def reach_of_union(session: Session, union_id: int) -> Reach:
    """Whose people and units an officer of this union acts for: its own, and all below it."""
    whole, below = session.execute(_REACH, {"union": union_id}).one()
    return None if whole else list(below or ())


def subtree(session: Session, union_id: int) -> list[int]:
    """The ids of a node and of everything below it, in no order. Empty for a node nobody knows."""
    return list(session.scalar(_SUBTREE, {"union": union_id}) or ())


def above(session: Session, union_id: int) -> set[int]:
    """The ids of a node and of everything above it."""
    over = select(Union.id, Union.parent_id).where(Union.id == union_id).cte("over", recursive=True)
    parent = aliased(Union)
    over = over.union(select(parent.id, parent.parent_id).join(over, parent.id == over.c.parent_id))
    return set(session.scalars(select(over.c.id)))
