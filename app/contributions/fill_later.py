"""Let much money fill rosters: promised, some units at a time.

One receipt fills at once (`receive`). A statement brings thousands; the turn to begin covers would
be held for minutes, and a page that waits for it as long.
"""

from collections.abc import Iterable
from typing import Final, LiteralString

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contributions.fill import fill
from app.contributions.models import Receipt
from app.contributions.receive import COVERS
from app.db import array, fetched, one_at_a_time, without_waiting
from app.jobs import FILL_ROSTERS, promise

UNITS_AT_ONCE: Final = 20
_PROMISED: LiteralString = """
SELECT part_id, items FROM job WHERE kind = %(kind)s AND subject_id = %(subject)s ORDER BY part_id
"""
_NEWEST: LiteralString = """
SELECT w.year, w.unit, (SELECT max(r.id) FROM receipt r
                        WHERE r.unit_id = w.unit AND r.benefit_year = w.year)
FROM unnest(%(years)s::int[], %(units)s::bigint[]) AS w(year, unit)
"""


def fill_later(session: Session, pairs: Iterable[tuple[int, int]]) -> None:
    """Promise it for (benefit year, unit) pairs that have new receipts.

    A promise is about the newest receipt of its first unit: nobody promised anything about that.
    """
    years: dict[int, list[int]] = {}
    for year, unit_id in pairs:
        years.setdefault(year, []).append(unit_id)
    some = [
        (year, units[start : start + UNITS_AT_ONCE])
        for year, units in years.items()
        for start in range(0, len(units), UNITS_AT_ONCE)
    ]
    firsts = {"years": array(x[0] for x in some), "units": array(x[1][0] for x in some)}
    found = fetched(session, _NEWEST, firsts) if some else ()
    newest = {(year, unit): receipt for year, unit, receipt in found}
    with without_waiting(session):
        for year, units in some:
            promise(session, FILL_ROSTERS, newest[year, units[0]], [(year, units)])


def fill_promised(session: Session, receipt_id: int) -> None:
    """Do what was promised about a receipt."""
    one_at_a_time(session, COVERS)
    by = session.execute(select(Receipt.recorded_by).where(Receipt.id == receipt_id)).scalar_one()
    asked = {"kind": FILL_ROSTERS, "subject": receipt_id}
    for year, units in fetched(session, _PROMISED, asked):
        for unit_id in units:
            fill(session, unit_id, year, by=by)


def give_up_filling(session: Session, receipt_id: int) -> None:
    """The money stays held; the unit's next receipt, or an officer, lets it fill."""
