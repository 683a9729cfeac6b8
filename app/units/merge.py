"""Let a unit go into another: its members, covers and open money stand at that one from then on.

Nothing of what was is rewritten: rosters, receipts and covers keep the unit they came by. What the
fund holds for the unit, and owes it back, is booked over to the other, year by year; then that
money, and the other's, fill the rosters of both, oldest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.contributions.begin import Begun
from app.contributions.fill import fill
from app.contributions.receive import COVERS
from app.db import array, copy_in, fetched, one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting, lines
from app.ledger.post import post
from app.roster.now import UnitNow, check_stands
from app.unions.models import Union
from app.unions.tree import subtree
from app.units.appoint import dismiss
from app.units.may import Two
from app.units.models import UnitMerge
from app.units.write import gone_into, write_change


class IntoOwnChild(Refusal):
    """A unit does not go into one that belongs to its own union."""


# On the day, or when its money was last booked where that was later: the balance was there then.
_HELD: LiteralString = """
SELECT e.benefit_year, greatest(max(e.booked_on), %(day)s),
       -coalesce(sum(p.amount_fen) FILTER (WHERE p.account = %(held)s), 0)::bigint,
       -coalesce(sum(p.amount_fen) FILTER (WHERE p.account = %(credited)s), 0)::bigint
FROM posting p JOIN entry e ON e.id = p.entry_id
WHERE p.account IN (%(held)s, %(credited)s) AND p.unit_id = %(unit)s
GROUP BY 1 ORDER BY 1
"""
_YEARS: LiteralString = """
SELECT benefit_year FROM roster WHERE unit_id = ANY(%(units)s::bigint[])
UNION SELECT benefit_year FROM receipt WHERE unit_id = ANY(%(units)s::bigint[]) ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A unit's money of one benefit year: held for rosters, and credited back. In fen."""

    benefit_year: int
    booked_on: date
    held_fen: int
    credited_fen: int


@dataclass(frozen=True, slots=True)
class Merged:
    """What went along, and the covers that began because of it."""

    money: list[Held]
    begun: list[Begun]


def merge(session: Session, unit_id: int, into_id: int, on_day: date, two: Two) -> Merged:
    """Write the merger. Raises UnitMerged, IntoOwnChild, ChangeBefore."""
    one_at_a_time(session, COVERS)
    unit, into = check_stands(session, unit_id), check_stands(session, into_id)
    _check_no_child(session, unit, into)
    money = _held(session, unit.id, on_day)
    people = {"recorded_by": two.asked_by, "approved_by": two.by}
    merged = insert(UnitMerge).values(unit_id=unit.id, into_id=into.id, on_day=on_day, **people)
    session.execute(merged)
    new: dict[str, Any] = {"into_id": into.id, "union_id": into.union_id}
    going = [*gone_into(session, unit.id), unit.id]
    for each in going:
        write_change(session, each, two, from_on=on_day, why="merged", **new)
    _move(session, unit.id, into.id, money)
    dismiss(session, unit.id, by=two.by)
    record(
        session,
        "unit.merged",
        by=two.by,
        about=unit.id,
        into_id=into.id,
        on_day=on_day.isoformat(),
        asked_by=two.asked_by,
    )
    # Of no one year: whoever reads any year of either unit must know of it.
    years = [year for (year,) in fetched(session, _YEARS, {"units": array(going)})]
    begun = [each for year in years for each in fill(session, into.id, year, by=two.by)]
    return Merged(money, begun)


def _check_no_child(session: Session, unit: UnitNow, into: UnitNow) -> None:
    own = session.get_one(Union, unit.union_id).kind == "unit"
    if own and into.union_id in subtree(session, unit.union_id):
        raise IntoOwnChild(name=unit.name, into=into.name)


def _held(session: Session, unit_id: int, on_day: date) -> list[Held]:
    asked = {
        "unit": unit_id,
        "day": on_day,
        "held": Account.MONEY_HELD.value,
        "credited": Account.CREDITED_BACK.value,
    }
    found = [Held(*row) for row in fetched(session, _HELD, asked)]
    return [each for each in found if each.held_fen or each.credited_fen]


def _move(session: Session, unit_id: int, into_id: int, money: Sequence[Held]) -> None:
    columns = ("unit_id", "benefit_year", "booked_on", "held_fen", "credited_fen")
    rows = [(unit_id, x.benefit_year, x.booked_on, x.held_fen, x.credited_fen) for x in money]
    copy_in(session, "unit_merge_money", columns, rows)
    for each in money:
        moved = lines(
            Posting(Account.MONEY_HELD, each.held_fen, unit_id=unit_id),
            Posting(Account.MONEY_HELD, -each.held_fen, unit_id=into_id),
            Posting(Account.CREDITED_BACK, each.credited_fen, unit_id=unit_id),
            Posting(Account.CREDITED_BACK, -each.credited_fen, unit_id=into_id),
        )
        post(session, Entry(each.benefit_year, each.booked_on, "units merged", moved, unit_id))
