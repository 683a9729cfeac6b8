"""End gifts on the day before the paid cover that follows them (domain: gifts).

What ends is a fact of its own, numbered among the grants: a grant with a smaller number was made
under the gift as it stood, one with a larger number under what is left of it. For that to be so no
drain may have read the old term and draw its numbers later. So the turn of the drains is taken
first: those that run end, and none begins before this transaction has. Whoever begins covers holds
that turn (`COVERS`) already; the order is COVERS, then DRAINS, and a drain waits for neither.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import array, numbers, one_at_a_time
from app.jobs import DRAINS

_END: Final = text(
    """
    WITH ended AS (
        SELECT * FROM unnest(CAST(:members AS bigint[]), CAST(:gifts AS bigint[]),
                             CAST(:days AS date[]), CAST(:paid AS bigint[]),
                             CAST(:numbers AS bigint[]))
                      ended (member_id, cover_id, starts_on, paid_id, change_no)
    ), told AS (
        INSERT INTO cover_change
            (member_id, cover_id, seq, why, ends_on, because_cover_id, change_no, recorded_by)
        SELECT member_id, cover_id,
               (SELECT coalesce(max(c.seq), 0) + 1 FROM cover_change c
                WHERE c.member_id = ended.member_id AND c.cover_id = ended.cover_id),
               'gift_ended', starts_on - 1, paid_id, change_no, CAST(:by AS bigint)
        FROM ended
    )
    UPDATE cover_term t
    SET term = daterange(lower(t.term), greatest(lower(t.term), ended.starts_on))
    FROM ended WHERE t.member_id = ended.member_id AND t.cover_id = ended.cover_id
    """
)


class Ended(NamedTuple):
    """A gift that the paid cover `paid_id` ends: it starts on `starts_on`."""

    member_id: int
    gift_id: int
    starts_on: date
    paid_id: int


def end_gifts(session: Session, ended: Sequence[Ended], *, by: int | None) -> None:
    """End gifts the day before. Nothing is left of one that begins no earlier than its successor.

    The paid covers' rows stand already, their terms in force do not yet.
    """
    if not ended:
        return
    one_at_a_time(session, DRAINS)
    session.execute(
        _END,
        {
            "members": array(x.member_id for x in ended),
            "gifts": array(x.gift_id for x in ended),
            "days": array(x.starts_on for x in ended),
            "paid": array(x.paid_id for x in ended),
            "numbers": array(numbers(session, "grant_number", len(ended))),
            "by": by,
        },
    )
