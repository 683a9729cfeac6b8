"""Where claims stand, as a list to work on."""

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.lifecycle import State


class Stands(NamedTuple):
    """A determined claim; `day`: its discharge, or settlement where there is none.

    Of what it was granted, `due_fen` has neither been paid nor set off, nor is it at the bank.
    """

    claim_id: int
    setl_id: str
    day: date
    granted_fen: int
    due_fen: int


def in_state(session: Session, state: State, most: int) -> list[Stands]:
    """At most `most` claims that stand in a state, oldest first."""
    rows = session.execute(_IN_STATE, {"state": state.value, "most": most})
    return [Stands(*row) for row in rows]


_IN_STATE: Final = text(
    """
    SELECT c.id, c.setl_id, coalesce(s.enddate, s.setl_time::date), d.payable_fen,
           greatest(0, m.payable_fen - m.paid_fen - m.waiting_fen)
    FROM claim_queue q
    JOIN claim c ON c.member_id = q.member_id AND c.id = q.claim_id
    CROSS JOIN LATERAL (
        SELECT * FROM determination x WHERE x.member_id = c.member_id AND x.claim_id = c.id
        ORDER BY x.seq DESC LIMIT 1
    ) d
    CROSS JOIN LATERAL claim_money(c.member_id, c.id) m
    JOIN settlement s
        ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
    WHERE q.state = :state
    ORDER BY c.id LIMIT :most
    """
)
