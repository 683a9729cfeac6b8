"""What units were called: a voucher names a unit as of its own day, whenever it is printed.

A name that is told late counts from the first day that was open when it was told, as all that a
unit is does in figures (`app.roster.under`): the vouchers of what is closed stay as they were.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import LiteralString

from sqlalchemy.orm import Session

from app.books.voucher import UnitNames
from app.db import array, fetched
from app.roster.under import counts_from

_NAMES: LiteralString = f"""
SELECT u.id, date '0001-01-01', u.name, 0 FROM unit u WHERE u.id = ANY(%(ids)s::bigint[])
UNION ALL
SELECT c.unit_id, greatest({counts_from("c")}, date '0001-01-01'), c.name, c.seq
FROM unit_change c WHERE c.unit_id = ANY(%(ids)s::bigint[])
ORDER BY 1, 4
"""  # noqa: S608 - put together from constants


def unit_names(session: Session, ids: Iterable[int]) -> UnitNames:
    """The names of units by number."""
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for unit_id, from_on, name, _ in fetched(session, _NAMES, {"ids": array(set(ids))}):
        found[unit_id].append((from_on, name))
    return UnitNames(found)
