"""Who has died or retired, as lists said it, and what the fund holds for true today.

The last word stands, unless the word after it took it back (`alive`): then what was said before.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.arrays import number_array
from app.db import array, copy_in, fetched

DIED, RETIRED, ALIVE = "died", "retired", "alive"

# The numbers stand in a subquery, so that whoever plans does not look at each of them.
_STANDING: LiteralString = """
SELECT DISTINCT ON (f.member_id) f.member_id, f.seq, f.fate, f.on_day,
       (SELECT max(seq) FROM member_fate l WHERE l.member_id = f.member_id)
FROM member_fate f
WHERE f.member_id = ANY((SELECT %(members)s::bigint[])::bigint[]) AND f.fate <> 'alive'
      AND NOT EXISTS (SELECT FROM member_fate b WHERE b.member_id = f.member_id
                      AND b.seq = f.seq + 1 AND b.fate = 'alive')
ORDER BY f.member_id, f.seq DESC
"""
_LAST: LiteralString = """
SELECT member_id, max(seq) FROM member_fate
WHERE member_id = ANY(%(members)s::bigint[]) GROUP BY member_id
"""


class Fate(NamedTuple):
    """What stands of a member; `last_seq` is the last word's number, taken back or not."""

    member_id: int
    seq: int
    fate: str
    on_day: date
    last_seq: int


def fates(session: Session, member_ids: Collection[int]) -> dict[int, Fate]:
    """What stands of these members; of most, nothing does."""
    if not member_ids:
        return {}
    rows = fetched(session, _STANDING, {"members": number_array(member_ids)})
    return {row[0]: Fate(*row) for row in rows}


def deceased(session: Session, member_ids: Collection[int]) -> dict[int, date]:
    """Those of these members who have died, and the day."""
    found = fates(session, member_ids).values()
    return {x.member_id: x.on_day for x in found if x.fate == DIED}


def retired(session: Session, member_ids: Collection[int]) -> dict[int, date]:
    """Those of these members who have retired, and the day."""
    found = fates(session, member_ids).values()
    return {x.member_id: x.on_day for x in found if x.fate == RETIRED}


def add_fates(
    session: Session, said: Sequence[tuple[int, str, date]], *, file_sha256: str, by: int
) -> None:
    """Write what is said of members (number, fate, day), in order."""
    asked = {"members": array({member_id for member_id, _, _ in said})}
    seqs = dict(fetched(session, _LAST, asked))
    rows = []
    for member_id, fate, on_day in said:
        seqs[member_id] = seqs.get(member_id, 0) + 1
        rows.append((member_id, seqs[member_id], fate, on_day, file_sha256, by))
    columns = ("member_id", "seq", "fate", "on_day", "file_sha256", "recorded_by")
    copy_in(session, "member_fate", columns, rows)
