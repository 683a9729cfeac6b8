"""Let received money fill rosters, oldest first, and begin the covers of those that are full.

Money that names a roster fills that one alone; the roster of somebody who enrolled alone is filled
by nothing else, so that no unit's money pays for a stranger.
Units that stand as one (`app.roster.now`) have one purse: money received for any of them fills the
rosters of all.

Of two units that hold the same person the first that is paid counts, by the bank's day and then by
the order of receipts, whichever unit is looked at first: a statement brings the money of both at
once, and a unit's number says nothing about who paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.contributions.begin import Begun, Owed, begin_covers
from app.contributions.received import ASKED_BACK
from app.db import array, copy_in, fetched
from app.roster.now import standing_as_one

_LEFT: Final[LiteralString] = f"""
SELECT c.id, c.received_on, c.roster_id,
       c.amount_fen - coalesce((SELECT sum(s.amount_fen) FROM receipt_share s
                                WHERE s.receipt_id = c.id), 0)::bigint
       - coalesce((SELECT sum(b.amount_fen) FROM refund_share b
                   WHERE b.receipt_id = c.id AND {ASKED_BACK}), 0)::bigint
FROM receipt c WHERE c.unit_id = ANY(%(units)s::bigint[]) AND c.benefit_year = %(year)s
      AND NOT EXISTS (SELECT FROM receipt_undone n WHERE n.receipt_id = c.id)
ORDER BY c.received_on, c.id
"""  # noqa: S608 - put together from constants
_NOT_FULL: LiteralString = """
SELECT r.id, r.unit_id, r.benefit_year, r.scheme_id, r.confirmed_on,
       r.unit_due_fen, r.worker_due_fen, r.union_due_fen,
       r.heads * (r.unit_due_fen + r.worker_due_fen),
       coalesce((SELECT sum(s.amount_fen) FROM receipt_share s
                 WHERE s.roster_id = r.id AND NOT EXISTS (
                     SELECT FROM receipt_undone n WHERE n.receipt_id = s.receipt_id)), 0)::bigint,
       (SELECT max(c.received_on) FROM receipt_share s JOIN receipt c ON c.id = s.receipt_id
        WHERE s.roster_id = r.id
              AND NOT EXISTS (SELECT FROM receipt_undone n WHERE n.receipt_id = s.receipt_id)),
       r.own_money
FROM roster r
WHERE r.unit_id = ANY(%(units)s::bigint[]) AND r.benefit_year = %(year)s
      AND NOT EXISTS (SELECT FROM enrolment_outcome o WHERE o.roster_id = r.id)
      AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
ORDER BY r.id
"""
# Line by line through the members' key, and so for what became of each: planned as joins it reads
# every line that was ever told (OFFSET 0 is what the planner does not take apart).
_RIVALS: LiteralString = """
SELECT DISTINCT r.unit_id
FROM (SELECT member_id FROM roster_line
      WHERE roster_id = ANY(%(rosters)s::bigint[]) OFFSET 0) mine
     CROSS JOIN LATERAL (SELECT l.roster_id FROM roster_line l
                         WHERE l.member_id = mine.member_id OFFSET 0) l
     JOIN roster r ON r.id = l.roster_id
WHERE r.benefit_year = %(year)s AND r.unit_id <> ALL(%(seen)s::bigint[])
      AND NOT EXISTS (SELECT FROM enrolment_outcome o
                      WHERE o.member_id = mine.member_id AND o.roster_id = r.id OFFSET 0)
      AND NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id OFFSET 0)
ORDER BY r.unit_id
"""


def left_over(session: Session, unit_id: int, year: int) -> list[tuple[int, int]]:
    """What is held of each receipt and fills nothing (receipt, fen), oldest first."""
    units = array(standing_as_one(session, unit_id))
    rows = fetched(session, _LEFT, {"units": units, "year": year})
    return [(receipt_id, fen) for receipt_id, *_, fen in rows if fen]


@dataclass(slots=True)
class _Left:
    """What is left of a receipt."""

    receipt_id: int
    received_on: date
    roster_id: int | None
    fen: int


@dataclass(frozen=True, slots=True)
class _NotFull:
    """A roster whose covers have not been decided; `last_on`: when its last money came."""

    roster: Owed
    due_fen: int
    got_fen: int
    last_on: date | None
    own_money: bool


@dataclass(frozen=True, slots=True)
class _Full:
    """A roster whose money is complete, the day it was, and the receipt that completed it."""

    roster: Owed
    full_on: date | None
    receipt_id: int

    @property
    def paid(self) -> tuple[date, int, int]:
        """What orders full rosters. One that costs nothing waits for nobody."""
        return self.full_on or date.min, self.receipt_id, self.roster.id


def fill(session: Session, unit_id: int, year: int, *, by: int | None) -> list[Begun]:
    """Share out what is not shared out yet of one unit's money for one benefit year.

    Returns what became of its own rosters. Those of other units that hold the same people and were
    full before come first, and begin with it.
    """
    units = standing_as_one(session, unit_id)
    own = _shared_out(session, units, year)
    begun = {}
    for each in sorted(own + _rivals(session, units, own, year), key=lambda x: x.paid):
        begun[each.roster.id] = begin_covers(session, each.roster, each.full_on, by=by)
    return [begun[each.roster.id] for each in own]


def _rivals(
    session: Session, units: Sequence[int], full: Sequence[_Full], year: int
) -> list[_Full]:
    """Rosters of other units that are full, too, and hold people of those, and theirs in turn."""
    seen, found, new = list(units), list[_Full](), list(full)
    while new:
        rosters = array(each.roster.id for each in new)
        asked = {"rosters": rosters, "year": year, "seen": array(seen)}
        new = []
        for (unit_id,) in fetched(session, _RIVALS, asked):
            if unit_id not in seen:
                group = standing_as_one(session, unit_id)
                seen += group
                new += _shared_out(session, group, year)
        found += new
    return found


def _shared_out(session: Session, units: Sequence[int], year: int) -> list[_Full]:
    """Share out the money of units that stand as one; the rosters that are full by it."""
    asked: dict[str, object] = {"units": array(units), "year": year}
    left = [_Left(*row) for row in fetched(session, _LEFT, asked)]
    full = []
    for waiting in _not_full(session, asked):
        missing_fen = waiting.due_fen - waiting.got_fen
        taken = _take([x for x in left if _may_fill(x, waiting)], missing_fen)
        shares = [(receipt.receipt_id, waiting.roster.id, fen) for receipt, fen in taken]
        copy_in(session, "receipt_share", ("receipt_id", "roster_id", "amount_fen"), shares)
        if sum(fen for _, fen in taken) < missing_fen:
            continue  # of money that names no roster nothing is left now
        days = [receipt.received_on for receipt, _ in taken]
        days += [waiting.last_on] if waiting.last_on else []
        last = max((receipt.receipt_id for receipt, _ in taken), default=0)
        full.append(_Full(waiting.roster, max(days, default=None), last))
    return full


def _may_fill(receipt: _Left, waiting: _NotFull) -> bool:
    if receipt.roster_id is None:
        return not waiting.own_money
    return receipt.roster_id == waiting.roster.id


def _take(left: Sequence[_Left], missing_fen: int) -> list[tuple[_Left, int]]:
    shares = []
    for receipt in left:
        amount_fen = min(receipt.fen, missing_fen)
        if amount_fen:
            shares.append((receipt, amount_fen))
            receipt.fen -= amount_fen
            missing_fen -= amount_fen
    return shares


def _not_full(session: Session, asked: dict[str, object]) -> list[_NotFull]:
    """Rosters whose covers have not been decided, oldest first, and what each has got."""
    rows = fetched(session, _NOT_FULL, asked)
    owed = len(Owed._fields)
    return [_NotFull(Owed(*row[:owed]), *row[owed:]) for row in rows]
