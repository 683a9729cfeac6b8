"""What units were on a day, as it was known on another day: both time axes."""

from datetime import date, datetime, time, timedelta
from typing import LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.clock import CHINA
from app.db import fetched

# `from_on` is the day a history begins with; a unit that was registered directly has none, and is
# what it is for as long as it is known.
_UNITS: LiteralString = """
SELECT u.id, u.uscc, coalesce(c.name, u.name), n.id,
       CASE n.kind WHEN 'unit' THEN p.name ELSE n.name END,
       coalesce(c.unit_percent, u.unit_percent), i.uscc, coalesce(ic.name, i.name)
FROM unit u
LEFT JOIN LATERAL (
    SELECT * FROM unit_change c
    WHERE c.unit_id = u.id AND c.from_on <= %(day)s AND c.recorded_at < %(before)s
    ORDER BY c.seq DESC LIMIT 1
) c ON true
JOIN union_node n ON n.id = coalesce(c.union_id, u.union_id)
LEFT JOIN union_node p ON p.id = n.parent_id
LEFT JOIN unit i ON i.id = c.into_id
LEFT JOIN LATERAL (
    SELECT ic.name FROM unit_change ic
    WHERE ic.unit_id = i.id AND ic.from_on <= %(day)s AND ic.recorded_at < %(before)s
    ORDER BY ic.seq DESC LIMIT 1
) ic ON true
WHERE u.recorded_at < %(before)s
  AND NOT EXISTS (
      SELECT FROM unit_change f WHERE f.unit_id = u.id AND f.why = 'registered'
             AND f.from_on > %(day)s)
ORDER BY u.uscc COLLATE "C"
"""


class UnitOn(NamedTuple):
    """A unit on a day. `union`: its district's. `into_uscc` and `into`: what it had gone into."""

    unit_id: int
    uscc: str
    name: str
    union_id: int
    union: str
    unit_percent: int
    into_uscc: str | None
    into: str | None


def units_on(session: Session, day: date, known_on: date) -> list[UnitOn]:
    """All units of a day by what was recorded until the end of `known_on`, China time."""
    before = datetime.combine(known_on + timedelta(days=1), time(), CHINA)
    return [UnitOn(*row) for row in fetched(session, _UNITS, {"day": day, "before": before})]
