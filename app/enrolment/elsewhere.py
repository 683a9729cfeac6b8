"""Whose people they are: what an officer may not change or see of another union's.

A roster can hold anybody's number, and a unit can pay for anybody. So neither gives a right over
what is another union's: the days of its covers are not told, and a name or account it may still
pay by is not replaced, until its covers have ended and every claim under them is closed or paid.
Who changes unions is then free; before, the city federation changes it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import LiteralString

from sqlalchemy.orm import Session

from app.arrays import number_array
from app.cover.place import Term
from app.db import array, fetched
from app.errors import RowFault
from app.roster.person import RosterRow
from app.unions.tree import Reach

# A line alone is only a claim to a person, which anybody can make: it binds nobody, and frees
# nobody. A cover counts, for which money has come, unless nothing of it is left.
_THEIRS: LiteralString = """
SELECT c.member_id
FROM cover c JOIN roster r ON r.id = c.roster_id
JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id AND NOT isempty(t.term)
LEFT JOIN unit_now u ON u.id = unit_of_line(c.member_id, c.roster_id, r.unit_id)
LEFT JOIN campaign g ON g.id = r.campaign_id
CROSS JOIN LATERAL (
    SELECT coalesce(u.union_id, g.union_id) = ANY(%(unions)s::bigint[]) AS own
) x
WHERE c.member_id = ANY(%(members)s::bigint[])
GROUP BY c.member_id
HAVING bool_or(upper(t.term) > %(today)s AND NOT x.own) OR NOT bool_or(x.own)
"""
# A claim that waits to be determined, or lacks what says under which cover, may be any cover's.
# One outside all covers is no cover's, and may wait for a person for ever.
_CLAIMED: LiteralString = """
SELECT k.member_id
FROM claim k
LEFT JOIN claim_queue q ON q.member_id = k.member_id AND q.claim_id = k.id
LEFT JOIN LATERAL (
    SELECT d.cover_id, d.refusal FROM determination d
    WHERE d.member_id = k.member_id AND d.claim_id = k.id ORDER BY d.seq DESC LIMIT 1
) live ON true
WHERE k.member_id = ANY(%(members)s::bigint[])
  AND coalesce(q.state, 'filed') NOT IN ('closed', 'paid')
  AND live.refusal IS DISTINCT FROM 'no_cover'
  AND EXISTS (
      SELECT FROM cover c JOIN roster r ON r.id = c.roster_id
      LEFT JOIN unit_now u ON u.id = unit_of_line(c.member_id, c.roster_id, r.unit_id)
      LEFT JOIN campaign g ON g.id = r.campaign_id
      WHERE c.member_id = k.member_id AND c.id = coalesce(live.cover_id, c.id)
        AND NOT coalesce(u.union_id, g.union_id) = ANY(%(unions)s::bigint[]))
"""
_OWN_TERMS: LiteralString = """
SELECT c.member_id, lower(t.term), upper(t.term)
FROM cover c JOIN roster r ON r.id = c.roster_id
JOIN cover_term t ON t.member_id = c.member_id AND t.cover_id = c.id AND NOT isempty(t.term)
LEFT JOIN unit_now u ON u.id = unit_of_line(c.member_id, c.roster_id, r.unit_id)
LEFT JOIN campaign g ON g.id = r.campaign_id
WHERE c.member_id = ANY(%(members)s::bigint[])
  AND coalesce(u.union_id, g.union_id) = ANY(%(unions)s::bigint[])
"""
# A line without an outcome waits for its unit's money.
_WAITING: LiteralString = """
SELECT DISTINCT ON (l.member_id) l.member_id, CASE WHEN x.seen THEN u.name ELSE '' END
FROM roster_line l JOIN roster r ON r.id = l.roster_id JOIN unit_now u ON u.id = r.unit_id
CROSS JOIN LATERAL (
    SELECT %(whole)s OR u.union_id = ANY(%(unions)s::bigint[]) AS seen
) x
WHERE l.member_id = ANY(%(members)s::bigint[])
  AND r.benefit_year = %(year)s AND u.stands_id <> %(unit)s
  AND NOT EXISTS (
      SELECT FROM enrolment_outcome o
      WHERE o.member_id = l.member_id AND o.roster_id = l.roster_id)
  AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
ORDER BY l.member_id, x.seen DESC, r.id
"""
_NAMED: LiteralString = """
SELECT m.id FROM unnest(%(members)s::bigint[]) m (id)
WHERE EXISTS (
    SELECT FROM cover c JOIN roster r ON r.id = c.roster_id
    JOIN cover_term t
        ON t.member_id = c.member_id AND t.cover_id = c.id AND NOT isempty(t.term)
    LEFT JOIN unit_now u ON u.id = unit_of_line(c.member_id, c.roster_id, r.unit_id)
    LEFT JOIN campaign g ON g.id = r.campaign_id
    WHERE c.member_id = m.id AND coalesce(u.union_id, g.union_id) = ANY(%(unions)s::bigint[]))
OR (SELECT a.union_id = ANY(%(unions)s::bigint[])
    FROM member_name n JOIN account a ON a.id = n.recorded_by
    WHERE n.member_id = m.id ORDER BY n.seq DESC LIMIT 1)
"""


def named_here(session: Session, member_ids: Collection[int], reach: Reach) -> set[int]:
    """Of these members, whose name may be told within this reach.

    Whom its unions cover or have covered, and whose name they have recorded themselves. Anybody's
    number can be written into a roster: it is no way to ask what the person is called.
    """
    if reach is None:
        return set(member_ids)
    asked = {"members": array(member_ids), "unions": array(reach)}
    return {who for (who,) in fetched(session, _NAMED, asked)}


def bound_elsewhere(
    session: Session, member_ids: Collection[int], reach: Reach, today: date
) -> set[int]:
    """Members whose name and account a roster of this reach leaves as they are.

    Whom another union has covered and none of these unions; and whom another union gave a cover
    that has not ended, or under which a claim is neither closed nor paid.
    """
    if reach is None or not member_ids:
        return set()
    asked = {"unions": array(reach), "today": today}
    bound: set[int] = set()
    for query in (_THEIRS, _CLAIMED):
        left = array(sorted(set(member_ids) - bound))
        bound |= {who for (who,) in fetched(session, query, asked | {"members": left})}
    return bound


def waiting_elsewhere(
    session: Session, member_ids: Collection[int], unit_id: int, year: int, reach: Reach
) -> dict[int, str]:
    """Members who wait for another unit's money of the year, with that unit's name.

    The name is empty where the unit is out of reach.
    """
    asked = {"unit": unit_id, "year": year, "members": number_array(member_ids)}
    seen = {"whole": reach is None, "unions": array(reach or [])}
    return dict(fetched(session, _WAITING, asked | seen)) if member_ids else {}


def without_others_days(
    session: Session,
    faults: Sequence[RowFault],
    later: Mapping[int, date],
    member_of: Mapping[int, int],
    reach: Reach,
) -> tuple[list[RowFault], dict[int, date | None]]:
    """Faults, and lines that start `later`, without the days of covers that others gave."""
    covered = [x.line for x in faults if x.reason == "AlreadyCovered"]
    if reach is None or not (covered or later):
        return list(faults), dict(later)
    members = array({member_of[line] for line in (*covered, *later)})
    own = fetched(session, _OWN_TERMS, {"members": members, "unions": array(reach)})
    begun = {(who, first.isoformat()) for who, first, _ in own}
    # The new cover starts the day after the last one in its way.
    ended = {(who, day_after) for who, _, day_after in own}
    told = [
        RowFault(x.line, x.field, "CoveredElsewhere", {})
        if x.reason == "AlreadyCovered" and (member_of[x.line], x.facts["starts_on"]) not in begun
        else x
        for x in faults
    ]
    return told, {
        line: day if (member_of[line], day) in ended else None for line, day in later.items()
    }


def covered_already(row: RosterRow, starts_on: date, standing: list[Term]) -> RowFault:
    """The cover in the way: the first that ends after the day asked for."""
    term = next(term for term in standing if term.ends_on >= starts_on)
    facts: dict[str, object] = {
        "starts_on": term.starts_on.isoformat(),
        "ends_on": term.ends_on.isoformat(),
    }
    return RowFault(row.line, "certno", "AlreadyCovered", facts)
