"""Record who has left a unit (减员): the last day there and why. The cover stands to its end.

Who left is told by the unit's lists and by the difference of its next roster. That a leaver is
enrolled by another unit meanwhile is no matter: as long as the cover stands nobody is covered, or
charged, twice (`enrol`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.clock import today
from app.db import array, copy_in, fetched, one_at_a_time
from app.enrolment.reach import check_confirmer
from app.errors import RowFault
from app.evidence.append import record
from app.roster.members import certno_index, members_by_index
from app.roster.now import standing_as_one

REASONS: Final = ("moved", "resigned", "dismissed", "retired", "died", "other")
_AHEAD: Final = timedelta(days=366)
# Of the unit are those of all that has gone into it, and whom a split has put at it.
_OF_UNIT: LiteralString = """
SELECT l.member_id, max(r.recorded_at),
       (SELECT max(x.seq) FROM unit_leaver x
        WHERE x.member_id = l.member_id AND x.unit_id = %(unit)s),
       (SELECT max(x.recorded_at) FROM unit_leaver x
        WHERE x.member_id = l.member_id AND x.unit_id = ANY(%(units)s::bigint[]))
FROM roster_line l JOIN roster r ON r.id = l.roster_id
WHERE l.member_id = ANY(%(members)s::bigint[])
      AND unit_of_line(l.member_id, l.roster_id, r.unit_id) = ANY(%(units)s::bigint[])
GROUP BY l.member_id
"""


class Leaver(NamedTuple):
    """One person who left; `on_day` is the last day at the unit."""

    line: int
    certno: str
    on_day: date
    why: str


@dataclass(slots=True)
class Left:
    """What became of the rows, by their lines."""

    new: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def leave(session: Session, unit_id: int, leavers: Sequence[Leaver], *, by: int) -> Left:
    """Record the leavers of a unit. The same again changes nothing.

    Raises ConfirmerMayNot.
    """
    check_confirmer(session, unit_id, by=by)
    one_at_a_time(session, f"leavers of {unit_id}")
    ids = members_by_index(session, {certno_index(x.certno) for x in leavers})
    units = array(standing_as_one(session, unit_id))
    asked = {"unit": unit_id, "units": units, "members": array(ids.values())}
    on_rosters = {row[0]: row[1:] for row in fetched(session, _OF_UNIT, asked)}
    answer, rows = Left(), []
    seen: set[int] = set()
    for each in leavers:
        member_id = ids.get(certno_index(each.certno), 0)
        if member_id not in on_rosters:
            answer.faults.append(RowFault(each.line, "certno", "LeaverUnknown"))
        elif each.on_day > today() + _AHEAD:
            answer.faults.append(RowFault(each.line, "day", "DayTooFarAhead"))
        else:
            enrolled_at, seq, left_at = on_rosters[member_id]
            if member_id in seen or (left_at and left_at >= enrolled_at):
                answer.known.append(each.line)
                continue
            seen.add(member_id)
            answer.new.append(each.line)
            rows.append((member_id, unit_id, (seq or 0) + 1, each.on_day, each.why, by))
    columns = ("member_id", "unit_id", "seq", "on_day", "why", "recorded_by")
    copy_in(session, "unit_leaver", columns, rows)
    if rows:
        refused = len(answer.faults)
        record(session, "unit.left", by=by, about=unit_id, left=len(rows), refused=refused)
    return answer
