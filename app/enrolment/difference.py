"""What a roster says against last year and today: who moved here, who died, retired or left."""

from collections.abc import Collection
from typing import LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.arrays import number_array, numbers_sent
from app.clock import today
from app.db import array, fetched
from app.roster.fates import DIED, fates
from app.roster.now import standing_as_one
from app.roster.under import MOVES, moved_on
from app.unions.tree import Reach

# A line alone is only a claim to a person; a cover counts.
_MOVED: LiteralString = f"""
WITH {MOVES}
SELECT DISTINCT ON (c.member_id) c.member_id, CASE WHEN x.seen THEN u.name ELSE '' END
FROM cover c JOIN roster r ON r.id = c.roster_id
{moved_on("c.member_id", "c.roster_id", "%(today)s")}
JOIN unit_now u ON u.id = coalesce(m.unit_id, r.unit_id)
JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id AND NOT isempty(t.term)
CROSS JOIN LATERAL (
    SELECT %(whole)s OR u.union_id = ANY(%(unions)s::bigint[]) AS seen
) x
WHERE c.member_id = ANY(%(members)s::bigint[]) AND u.stands_id <> %(unit)s
      AND r.benefit_year BETWEEN %(year)s - 1 AND %(year)s
ORDER BY c.member_id, upper(t.term) DESC, x.seen DESC
"""  # noqa: S608 - put together from constants
# Who came back after leaving is on a roster that was recorded later.
_LEFT: LiteralString = """
SELECT DISTINCT ON (l.member_id) l.member_id
FROM unit_leaver l
WHERE l.unit_id = ANY(%(units)s::bigint[]) AND l.member_id = ANY(%(members)s::bigint[])
      AND NOT EXISTS (SELECT FROM roster_line x JOIN roster r ON r.id = x.roster_id
                      WHERE x.member_id = l.member_id AND r.unit_id = ANY(%(units)s::bigint[])
                            AND r.recorded_at > l.recorded_at)
"""


_ON_ROSTERS: LiteralString = """
SELECT r.benefit_year, l.members
FROM roster r CROSS JOIN LATERAL (
    SELECT array_send(array_agg(member_id)) AS members FROM roster_line WHERE roster_id = r.id
) l
WHERE r.unit_id = ANY(%(units)s::bigint[]) AND r.benefit_year BETWEEN %(year)s - 1 AND %(year)s
      AND l.members IS NOT NULL
      AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
"""
# Who went with a part of a unit is of the unit that the line stands at now: the highest `seq`.
_SPLIT: LiteralString = """
SELECT DISTINCT ON (v.member_id, v.roster_id) v.member_id,
       v.unit_id = ANY(%(units)s::bigint[]), r.unit_id = ANY(%(units)s::bigint[])
FROM line_move v JOIN roster r ON r.id = v.roster_id
WHERE r.benefit_year = %(year)s
      AND (r.unit_id = ANY(%(units)s::bigint[])
           OR v.roster_id IN (SELECT m.roster_id FROM line_move m
                              WHERE m.unit_id = ANY(%(units)s::bigint[])))
ORDER BY v.member_id, v.roster_id, v.seq DESC
"""


class Gone(NamedTuple):
    """Of those who were on last year's roster and are not on this one, what is known."""

    died: set[int]
    retired: set[int]
    left: set[int]
    """Whom the unit has said to have left."""


def on_rosters(session: Session, unit_id: int, year: int) -> tuple[set[int], set[int]]:
    """Members on rosters of this year and of the year before, of all that stand as the unit.

    Of the year before as splits have left them.
    """
    found: tuple[set[int], set[int]] = (set(), set())
    units = array(standing_as_one(session, unit_id))
    for benefit_year, sent in fetched(session, _ON_ROSTERS, {"units": units, "year": year}):
        found[benefit_year < year].update(numbers_sent(sent).tolist())
    asked = {"units": units, "year": year - 1}
    for member_id, stands_here, ours in fetched(session, _SPLIT, asked):
        if stands_here:
            found[True].add(member_id)
        elif ours:
            found[True].discard(member_id)
    return found


def moved_from(
    session: Session, member_ids: Collection[int], unit_id: int, year: int, reach: Reach
) -> dict[int, str]:
    """Those whom another unit covered last year or this one, with that unit's name.

    Whom a split, or a unit that has gone into this one, brought here is of this one already.

    The name is empty where the unit is out of reach.
    """
    if not member_ids:
        return {}
    asked = {"members": number_array(member_ids), "unit": unit_id, "year": year, "today": today()}
    seen = {"whole": reach is None, "unions": array(reach or [])}
    return dict(fetched(session, _MOVED, asked | seen))


def gone_how(session: Session, member_ids: Collection[int], unit_id: int) -> Gone:
    """What is known of people who are gone."""
    if not member_ids:
        return Gone(set(), set(), set())
    said = fates(session, member_ids)
    died = {who for who, fate in said.items() if fate.fate == DIED}
    units = array(standing_as_one(session, unit_id))
    left = fetched(session, _LEFT, {"units": units, "members": array(member_ids)})
    return Gone(died, set(said) - died, {who for (who,) in left} - set(said))
