"""What a unit was when something was asked of it: a second officer sees it beside what is asked."""

from datetime import date, datetime
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.db import fetched

# What was last written before: a history runs forward, and of it a change takes over the rest.
_STOOD: Final[LiteralString] = """
SELECT coalesce(c.name, u.name), CASE n.kind WHEN 'unit' THEN p.name ELSE n.name END,
       coalesce(c.unit_percent, u.unit_percent), a.tail, a.bank, w.name, w.tail
FROM unit u
LEFT JOIN LATERAL (
    SELECT * FROM unit_change c
    WHERE c.unit_id = u.id AND c.from_on <= %(day)s
          AND (%(before)s::timestamptz IS NULL OR c.recorded_at < %(before)s)
    ORDER BY c.seq DESC LIMIT 1
) c ON true
LEFT JOIN LATERAL (
    SELECT * FROM unit_account a
    WHERE a.unit_id = u.id AND a.from_on <= %(day)s
          AND (%(before)s::timestamptz IS NULL OR a.recorded_at < %(before)s)
    ORDER BY a.seq DESC LIMIT 1
) a ON true
LEFT JOIN LATERAL (
    SELECT * FROM unit_contact w
    WHERE w.unit_id = u.id AND (%(before)s::timestamptz IS NULL OR w.recorded_at < %(before)s)
    ORDER BY w.seq DESC LIMIT 1
) w ON true
JOIN union_node n ON n.id = coalesce(c.union_id, u.union_id)
LEFT JOIN union_node p ON p.id = n.parent_id
WHERE u.id = %(unit)s
"""


class Stood(NamedTuple):
    """A unit on a day. `union`: its district's; of account and phone the last digits alone.

    No account and no contact are None.
    """

    name: str
    union: str
    unit_percent: int
    account_tail: str | None
    bank: str | None
    contact: str | None
    phone_tail: str | None


def stood(session: Session, unit_id: int, day: date, *, before: datetime | None = None) -> Stood:
    """What a unit is on a day by all that is known, or by what was recorded before a moment."""
    asked = {"unit": unit_id, "day": day, "before": before}
    (row,) = fetched(session, _STOOD, asked)
    return Stood(*row)
