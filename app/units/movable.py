"""Which lines of a unit's rosters can go to another unit: those whose covers stand on the day."""

from collections.abc import Sequence
from datetime import date
from typing import LiteralString

from sqlalchemy.orm import Session

from app.db import array, fetched
from app.errors import Refusal
from app.roster.now import standing_as_one


class NobodyToMove(Refusal):
    """Nobody was named."""


class NotOfUnit(Refusal):
    """Some of those named have no cover from the unit that stands on that day (facts: count)."""


# A line without a cover stays: its money, or the decision about it, is the unit's that sent it.
_LINES: LiteralString = """
SELECT c.member_id, c.roster_id,
       coalesce((SELECT max(v.seq) FROM line_move v
                 WHERE v.member_id = c.member_id AND v.roster_id = c.roster_id), 0)::int
FROM cover c
JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id AND upper(t.term) > %(day)s
JOIN roster r ON r.id = c.roster_id
WHERE c.member_id = ANY(%(members)s::bigint[]) AND r.unit_id IS NOT NULL
      AND unit_of_line(c.member_id, c.roster_id, r.unit_id) = ANY(%(units)s::bigint[])
ORDER BY c.member_id, c.roster_id
"""


def movable(
    session: Session, unit_id: int, members: Sequence[int], on_day: date
) -> list[tuple[int, int, int]]:
    """Member, roster and how often it has moved, of the lines of these members that can go."""
    units = array(standing_as_one(session, unit_id))
    asked = {"members": array(sorted(set(members))), "units": units, "day": on_day}
    return [(who, roster, moves) for who, roster, moves in fetched(session, _LINES, asked)]


def check_movable(
    session: Session, unit_id: int, members: Sequence[int], on_day: date
) -> list[tuple[int, int, int]]:
    """The same, where every one of them has such a line. Raises NobodyToMove, NotOfUnit."""
    if not members:
        raise NobodyToMove
    found = movable(session, unit_id, members, on_day)
    missing = set(members) - {who for who, _, _ in found}
    if missing:
        raise NotOfUnit(count=len(missing))
    return found
