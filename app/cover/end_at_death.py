"""End covers with their member's death, and let them stand again where that word was wrong.

A cover ends on the day of death. Of one that would begin later nothing is left: its last day is
then the day before its first, as with a gift that ended before it began. What was paid for it stays
where it is booked: that a fund of all carries is no price that is paid back a day.

As with gifts (`end_gifts`) what ends is a fact numbered among the grants, so the turn of the drains
is taken; the caller holds that of the covers.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import LiteralString

from sqlalchemy.orm import Session

from app.db import array, cursor, fetched, numbers, one_at_a_time
from app.jobs import DRAINS

_RUNS_ON: LiteralString = """
SELECT t.member_id, t.cover_id, greatest(dead.died_on, lower(t.term) - 1)
FROM unnest(%(members)s::bigint[], %(days)s::date[]) dead (member_id, died_on)
JOIN cover_term t ON t.member_id = dead.member_id AND NOT isempty(t.term)
     AND upper(t.term) - 1 > dead.died_on
ORDER BY t.member_id, t.cover_id
"""
# As the last change before the death left it, or as it was granted.
_WAS: LiteralString = """
SELECT c.member_id, c.id, coalesce(before.ends_on, c.ends_on)
FROM cover c
CROSS JOIN LATERAL (
    SELECT why, seq FROM cover_change x WHERE x.member_id = c.member_id AND x.cover_id = c.id
    ORDER BY x.seq DESC LIMIT 1
) last
LEFT JOIN cover_change before
    ON before.member_id = c.member_id AND before.cover_id = c.id AND before.seq = last.seq - 1
WHERE c.member_id = ANY(%(members)s::bigint[]) AND last.why = 'died'
ORDER BY c.member_id, c.id
"""
_CHANGE: LiteralString = """
WITH changed AS (
    SELECT * FROM unnest(%(members)s::bigint[], %(covers)s::bigint[], %(days)s::date[],
                         %(numbers)s::bigint[]) changed (member_id, cover_id, ends_on, change_no)
), told AS (
    INSERT INTO cover_change (member_id, cover_id, seq, why, ends_on, change_no, recorded_by)
    SELECT member_id, cover_id,
           (SELECT coalesce(max(x.seq), 0) + 1 FROM cover_change x
            WHERE x.member_id = changed.member_id AND x.cover_id = changed.cover_id),
           %(why)s, ends_on, change_no, %(by)s::bigint
    FROM changed
)
UPDATE cover_term t SET term = daterange(c.starts_on, greatest(c.starts_on, changed.ends_on + 1))
FROM changed JOIN cover c ON c.member_id = changed.member_id AND c.id = changed.cover_id
WHERE t.member_id = changed.member_id AND t.cover_id = changed.cover_id
"""

Change = tuple[int, int, date]
"""Member, cover, its new last day."""


def end_at_death(session: Session, died_on: Mapping[int, date], *, by: int | None) -> list[Change]:
    """End every cover that runs on after its member's death."""
    if not died_on:
        return []
    one_at_a_time(session, DRAINS)
    asked = {"members": array(died_on), "days": array(died_on.values())}
    return _change(session, "died", fetched(session, _RUNS_ON, asked), by)


def stand_again(session: Session, member_ids: Collection[int], *, by: int) -> list[Change]:
    """Let covers that a death ended run to the day they ran to before it."""
    one_at_a_time(session, DRAINS)
    return _change(session, "alive", fetched(session, _WAS, {"members": array(member_ids)}), by)


def _change(session: Session, why: str, changes: Sequence[Change], by: int | None) -> list[Change]:
    if changes:
        facts = {
            "members": array(x[0] for x in changes),
            "covers": array(x[1] for x in changes),
            "days": array(x[2] for x in changes),
            "numbers": array(numbers(session, "grant_number", len(changes))),
            "why": why,
            "by": by,
        }
        with cursor(session) as cur:
            cur.execute(_CHANGE, facts)
    return list(changes)
