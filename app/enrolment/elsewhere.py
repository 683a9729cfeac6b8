"""Whose people they are: what an officer may not change or see of another union's."""

from collections.abc import Sequence
from typing import LiteralString

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import array, fetched
from app.errors import RowFault
from app.unions.tree import subtree

_UNION = text(
    """
    SELECT n.id FROM account a JOIN union_node n ON n.id = a.union_id
    WHERE a.id = :by AND n.parent_id IS NOT NULL
    """
)
# A line alone is only a claim to a person, which anybody can make: the first line counts, or a
# cover, for which money has come.
_OTHERS: LiteralString = """
SELECT l.member_id
FROM roster_line l JOIN roster r ON r.id = l.roster_id
LEFT JOIN unit u ON u.id = r.unit_id
LEFT JOIN campaign g ON g.id = r.campaign_id
LEFT JOIN cover c ON c.member_id = l.member_id AND c.roster_id = l.roster_id
WHERE l.member_id = ANY(%(members)s::bigint[])
GROUP BY l.member_id
HAVING NOT (array_agg(coalesce(u.union_id, g.union_id) ORDER BY r.id))[1]
               = ANY(%(unions)s::bigint[])
   AND NOT bool_or(c.id IS NOT NULL
                   AND coalesce(u.union_id, g.union_id) = ANY(%(unions)s::bigint[]))
"""
_OWN_COVERS: LiteralString = """
SELECT c.member_id, lower(t.term)
FROM cover c JOIN roster r ON r.id = c.roster_id
JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id AND NOT isempty(t.term)
LEFT JOIN unit u ON u.id = r.unit_id
LEFT JOIN campaign g ON g.id = r.campaign_id
WHERE c.member_id = ANY(%(members)s::bigint[])
  AND coalesce(u.union_id, g.union_id) = ANY(%(unions)s::bigint[])
"""


def others(session: Session, member_ids: Sequence[int], *, by: int) -> set[int]:
    """Members whom another union's unit enrolled first and no unit of the officer's has covered."""
    union_id = session.scalar(_UNION, {"by": by})
    if union_id is None:  # the city federation's officers
        return set()
    asked = {"members": array(member_ids), "unions": array(subtree(session, union_id))}
    return {member_id for (member_id,) in fetched(session, _OTHERS, asked)}


def without_others_days(
    session: Session, faults: Sequence[RowFault], member_of: dict[int, int], *, by: int
) -> list[RowFault]:
    """The faults without the days of covers that another union's unit gave."""
    union_id = session.scalar(_UNION, {"by": by})
    covered = [member_of[x.line] for x in faults if x.reason == "AlreadyCovered"]
    if union_id is None or not covered:
        return list(faults)
    asked = {"members": array(covered), "unions": array(subtree(session, union_id))}
    own = {(who, day.isoformat()) for who, day in fetched(session, _OWN_COVERS, asked)}
    return [
        RowFault(x.line, x.field, "CoveredElsewhere", {})
        if x.reason == "AlreadyCovered" and (member_of[x.line], x.facts["starts_on"]) not in own
        else x
        for x in faults
    ]
