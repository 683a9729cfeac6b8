"""What waits: claims by where they stand, rosters to confirm, work that is due or in trouble."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.lifecycle import State
from app.web.read.scope import OF_SEEN, SEEN, UNIT, Scope

WAITING: Final = (State.REVIEW, State.HELD, State.CARD_WANTED, State.PAYABLE, State.SENT)
"""Where a claim waits for somebody. Nearly all the others are closed or paid, and not counted."""
_STATES: Final = text(
    f"""
    WITH {SEEN}
    SELECT c.state, count(*) FROM claim_queue c
    WHERE c.state = ANY(:states) AND {OF_SEEN} GROUP BY 1
    """  # noqa: S608
)
_ENQUIRY: Final = "(:whole OR q.union_id = ANY(CAST(:unions AS bigint[])))"
_REST: Final = text(
    f"""
    SELECT (SELECT count(*) FROM roster_upload x JOIN unit_now u ON u.id = x.unit_id
            WHERE x.state = 'checked' AND x.file_id IS NOT NULL AND {UNIT}),
           (SELECT count(*) FROM job),
           (SELECT count(*) FROM job WHERE trouble IS NOT NULL),
           (SELECT count(*) FROM unmatched_settlement x WHERE :whole
            AND NOT EXISTS (SELECT FROM settlement_key k WHERE k.setl_id = x.setl_id)
            AND NOT EXISTS (SELECT FROM joined_settlement j WHERE j.setl_id = x.setl_id)),
           (SELECT count(*) FROM unit_request q WHERE q.state = 'waiting'
            AND (:whole OR q.union_id = ANY(CAST(:unions AS bigint[])))),
           (SELECT count(*) FROM change_list x JOIN unit_now u ON u.id = x.unit_id
            WHERE x.state = 'waiting' AND {UNIT}),
           (SELECT count(*) FROM enquiry_queue q WHERE q.state = 'open' AND {_ENQUIRY}),
           (SELECT count(*) FROM enquiry_queue q WHERE q.state = 'open' AND {_ENQUIRY}
            AND q.due_on < (transaction_timestamp() AT TIME ZONE INTERVAL '8 hours')::date)
    """  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts; `rosters`: read and not confirmed; `unmatched`: bills of nobody who is a member.

    `requests`: of units, to be decided; `lists`: of joiners and leavers, handed in by contacts;
    `enquiries`: to be answered, and of these `late`.
    """

    states: dict[State, int]
    rosters: int
    due: int
    in_trouble: int
    unmatched: int
    requests: int
    lists: int
    enquiries: int
    late: int

    @property
    def counts(self) -> dict[str, int]:
        """By the state's name; nothing is 0."""
        return {state.value: self.states.get(state, 0) for state in WAITING}


def waiting(session: Session, scope: Scope) -> Waiting:
    """What waits in the scope. Work and unmatched bills are the whole fund's."""
    states = [state.value for state in WAITING]
    found = session.execute(_STATES, {**scope.asked, "states": states}).all()
    rest = session.execute(_REST, scope.asked).one()
    return Waiting({State(state): count for state, count in found}, *rest)
