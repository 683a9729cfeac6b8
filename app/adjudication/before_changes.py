"""Covers as they stood when something was determined, for gifts that were ended since. Pure.

A change is numbered among the grants (`app.cover.end_gifts`): what has a smaller number knew the
gift's term before it, and knew nothing of the paid cover that ended it, nor of any later one.
"""

from dataclasses import dataclass

import numpy as np

from app.adjudication.stored import Columns
from app.benefits.columns import Whole


@dataclass(frozen=True, slots=True)
class Changes:
    """Ended covers, by member and number: `because` is the cover that did it, `ends` a day.

    Death, and that word taken back, is no cover's doing: `because` is then beyond all numbers.
    """

    member: Whole
    cover_id: Whole
    change_no: Whole
    because: Whole
    ends: Whole


def at_their_time(
    covers: Columns, changes: Changes, member: Whole, grant_no: Whole
) -> tuple[Columns, Whole]:
    """The covers sorted, with those of earlier times added under numbers of their own.

    `covers` has the terms in force as `ends`, and `granted_to` as they were granted. Returns them
    and, for each determination, the number its covers stand under: its member's, or that of the
    time before the first change it did not know.
    """
    asks_as = member.astype(np.int64)
    free = int(max(member.max(initial=0), covers["member"].max(initial=0))) + 1
    added = [covers]
    for one in np.unique(changes.member[np.isin(changes.member, member)]).tolist():
        of_member = np.flatnonzero(changes.member == one)
        mine = np.flatnonzero(covers["member"] == one)
        theirs = np.flatnonzero(member == one)
        for place, change in enumerate(of_member.tolist()):
            after = changes.change_no[of_member[place - 1]] if place else 0
            number = grant_no[theirs]
            knew = theirs[(number > after) & (number < changes.change_no[change])]
            if len(knew):
                asks_as[knew] = free
                added.append(_before(covers, mine, changes, of_member[place:], free))
                free += 1
    joined = {name: np.concatenate([each[name] for each in added]) for name in covers}
    order = np.lexsort((joined["id"], joined["starts"], joined["member"]))
    # Of a gift that ended before it began there is nothing to find.
    order = order[joined["ends"][order] >= joined["starts"][order]]
    return {name: column[order] for name, column in joined.items()}, asks_as


def _before(covers: Columns, mine: Whole, changes: Changes, undone: Whole, number: int) -> Columns:
    """One member's covers before the changes `undone`, the rest of them applied."""
    standing = mine[covers["id"][mine] < changes.because[undone].min()]
    before = {name: column[standing].copy() for name, column in covers.items()}
    before["member"][:] = number
    of_member = np.flatnonzero(changes.member == changes.member[undone[0]])
    applied = of_member[changes.change_no[of_member] < changes.change_no[undone[0]]]
    ended = np.isin(before["id"], changes.cover_id[undone])
    before["ends"][ended] = before["granted_to"][ended]
    for change in applied.tolist():
        before["ends"][before["id"] == changes.cover_id[change]] = changes.ends[change]
    return before
