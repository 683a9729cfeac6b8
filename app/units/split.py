"""Put named members of a unit at another, from a day on. Their covers stand as they are."""

from datetime import date

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.contributions.receive import COVERS
from app.db import copy_in, one_at_a_time
from app.evidence.append import record
from app.roster.now import check_stands
from app.units.may import Two
from app.units.models import UnitSplit
from app.units.movable import check_movable

_MOVE = ("member_id", "roster_id", "seq", "split_id", "unit_id", "from_on")


def split(
    session: Session,
    unit_id: int,
    to_id: int,
    on_day: date,
    members: tuple[int, ...],
    two: Two,
) -> int:
    """Write the split; how many lines of rosters it moved.

    What the unit owes for them, and lines that wait for money, stay the unit's. Raises UnitMerged,
    NobodyToMove, NotOfUnit.
    """
    one_at_a_time(session, COVERS)
    unit, to = check_stands(session, unit_id), check_stands(session, to_id)
    lines = check_movable(session, unit.id, members, on_day)
    row = insert(UnitSplit).values(
        from_id=unit.id,
        to_id=to.id,
        on_day=on_day,
        heads=len(set(members)),
        recorded_by=two.asked_by,
        approved_by=two.by,
    )
    number = session.execute(row.returning(UnitSplit.id)).scalar_one()
    moves = [(who, roster, moved + 1, number, to.id, on_day) for who, roster, moved in lines]
    copy_in(session, "line_move", _MOVE, moves)
    record(
        session,
        "unit.split",
        by=two.by,
        about=number,
        from_unit=unit.id,
        to_unit=to.id,
        on_day=on_day.isoformat(),
        heads=len(set(members)),
        lines=len(lines),
        asked_by=two.asked_by,
    )
    return len(lines)
