"""Units as they are today, and on other days: in one place, by the view `unit_now` and its facts.

`unit` keeps what was registered. What became of it since is in `unit_change`, which the package
`app.units` writes; whoever reads a unit's name, union or share for today reads it here or joins
`unit_now`. A unit that has gone into another stands as that one (`stands_id`).
"""

from datetime import date
from typing import LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.db import fetched
from app.errors import Refusal


class UnitMerged(Refusal):
    """The unit has gone into another (facts: name, into, uscc of that one)."""


class NoUnit(Refusal):
    """There is no such unit."""


class UnitNow(NamedTuple):
    """A unit today. `stands_id`: the unit it stands as, itself or what it has gone into."""

    id: int
    uscc: str
    name: str
    union_id: int
    unit_percent: int
    stands_id: int


_NOW: LiteralString = """
SELECT id, uscc, name, union_id, unit_percent, stands_id FROM unit_now WHERE id = %(unit)s
"""
_GROUP: LiteralString = """
WITH stands AS MATERIALIZED (SELECT stands_id AS id FROM unit_now WHERE id = %(unit)s)
SELECT n.id FROM stands s CROSS JOIN unit_now n
WHERE n.id IN (SELECT unit_id FROM unit_change WHERE into_id = s.id UNION SELECT s.id)
      AND n.stands_id = s.id
ORDER BY n.id
"""
_PERCENT: LiteralString = """
SELECT coalesce((
    SELECT c.unit_percent FROM unit_change c
    WHERE c.unit_id = u.id AND c.from_on <= %(day)s ORDER BY c.seq DESC LIMIT 1
), u.unit_percent) FROM unit u WHERE u.id = %(unit)s
"""


def unit_now(session: Session, unit_id: int) -> UnitNow:
    """The unit as it is today. Raises NoUnit."""
    for found in fetched(session, _NOW, {"unit": unit_id}):
        return UnitNow(*found)
    raise NoUnit


def standing_as_one(session: Session, unit_id: int) -> list[int]:
    """The units that stand as the one that this one stands as, that one among them.

    Raises NoUnit.
    """
    found = [each for (each,) in fetched(session, _GROUP, {"unit": unit_id})]
    if not found:
        raise NoUnit
    return found


def percent_on(session: Session, unit_id: int, day: date) -> int:
    """The share the unit pays of what it and its workers owe, on a day."""
    ((percent,),) = fetched(session, _PERCENT, {"unit": unit_id, "day": day})
    return int(percent)


def check_stands(session: Session, unit_id: int) -> UnitNow:
    """The unit, where it has not gone into another. Raises UnitMerged."""
    unit = unit_now(session, unit_id)
    if unit.stands_id != unit.id:
        into = unit_now(session, unit.stands_id)
        raise UnitMerged(name=unit.name, into=into.name, uscc=into.uscc)
    return unit
