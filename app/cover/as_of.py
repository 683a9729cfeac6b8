"""Who was covered on a day, on whose money, as it was known on another day.

Both time axes: a cover's own days, and the days on which covers, what cut them short, names and
money were recorded. Facts are only added, so any pair of days can be asked for, for ever.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import LiteralString

from sqlalchemy.orm import Session

from app.clock import CHINA
from app.db import cursor
from app.roster.identity import masked_certno
from app.secrets import vault

_MOST_AT_ONCE = 5_000
_COVERED: LiteralString = """
SELECT c.member_id, c.id, n.name, m.certno_cipher, u.uscc, coalesce(w.name, u.name, g.name),
       u.id IS NULL, c.scheme_id, c.starts_on, coalesce(x.ends_on, c.ends_on), c.waits_until,
       r.unit_due_fen, r.worker_due_fen, r.union_due_fen, p.refs
FROM cover c
JOIN roster r ON r.id = c.roster_id
JOIN member m ON m.id = c.member_id
LEFT JOIN LATERAL (
    SELECT v.unit_id FROM line_move v
    WHERE v.member_id = c.member_id AND v.roster_id = c.roster_id
          AND v.from_on <= %(day)s AND v.recorded_at < %(before)s
    ORDER BY v.seq DESC LIMIT 1
) v ON true
LEFT JOIN unit u ON u.id = coalesce(v.unit_id, r.unit_id)
LEFT JOIN LATERAL (
    SELECT w.name FROM unit_change w
    WHERE w.unit_id = u.id AND w.from_on <= %(day)s AND w.recorded_at < %(before)s
    ORDER BY w.seq DESC LIMIT 1
) w ON true
LEFT JOIN campaign g ON g.id = r.campaign_id
LEFT JOIN LATERAL (
    SELECT ends_on FROM cover_change x
    WHERE x.member_id = c.member_id AND x.cover_id = c.id AND x.recorded_at < %(before)s
    ORDER BY x.seq DESC LIMIT 1
) x ON true
LEFT JOIN LATERAL (
    SELECT name FROM member_name n
    WHERE n.member_id = c.member_id AND n.recorded_at < %(before)s ORDER BY n.seq DESC LIMIT 1
) n ON true
LEFT JOIN LATERAL (
    SELECT string_agg(e.reference, ' ' ORDER BY e.received_on, e.id) AS refs
    FROM receipt_share s JOIN receipt e ON e.id = s.receipt_id
    WHERE s.roster_id = r.id AND e.recorded_at < %(before)s
) p ON true
WHERE c.recorded_at < %(before)s AND c.starts_on <= %(day)s
  AND coalesce(x.ends_on, c.ends_on) >= %(day)s
ORDER BY u.uscc COLLATE "C", g.id, c.member_id
"""


@dataclass(frozen=True, slots=True)
class CoveredOn:
    """One cover that held the day. Dues are a head's, in fen; a gift is the union's alone.

    `by` is the unit's name or the campaign's (then `uscc` is empty). `ends_on` is the last day as
    it was known; `receipts` are the bank's references of the money that filled the roster.
    """

    member_id: int
    cover_id: int
    name: str
    masked_certno: str
    uscc: str | None
    by: str
    is_gift: bool
    scheme_id: str
    starts_on: date
    ends_on: date
    waits_until: date | None
    unit_due_fen: int
    worker_due_fen: int
    union_due_fen: int
    receipts: str


def covered_on(session: Session, day: date, known_on: date) -> Iterator[CoveredOn]:
    """The covers that held `day` by what was recorded until the end of `known_on`, China time.

    Sorted by unit, then gifts, then member; read in parts, whatever their number.
    """
    before = datetime.combine(known_on + timedelta(days=1), time(), CHINA)
    with cursor(session) as cur:
        cur.execute(_COVERED, {"day": day, "before": before})
        while rows := cur.fetchmany(_MOST_AT_ONCE):
            for member_id, cover_id, name, cipher, *rest, refs in rows:
                certno = vault().open(cipher, "member", member_id)
                columns = (name or "", masked_certno(certno), *rest, refs or "")
                yield CoveredOn(member_id, cover_id, *columns)
