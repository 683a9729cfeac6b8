"""What waits: claims by where they stand, work that is due, work in trouble."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.lifecycle import State
from app.web.read.scope import MEMBER, Scope

_STATES: Final = text(f"SELECT c.state, count(*) FROM claim_queue c WHERE {MEMBER} GROUP BY 1")  # noqa: S608
_JOBS: Final = text("SELECT count(*), count(*) FILTER (WHERE trouble IS NOT NULL) FROM job")
_UNMATCHED: Final = text(
    """
    SELECT count(*) FROM unmatched_settlement x
    WHERE NOT EXISTS (SELECT FROM settlement_key k WHERE k.setl_id = x.setl_id)
    """
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts; `unmatched`: bills of nobody who is a member."""

    states: dict[State, int]
    due: int
    in_trouble: int
    unmatched: int


def waiting(session: Session, scope: Scope) -> Waiting:
    """What waits in the scope. Work and unmatched bills are the whole fund's."""
    found = session.execute(_STATES, scope.asked)
    due, in_trouble = session.execute(_JOBS).one()
    unmatched = session.execute(_UNMATCHED).scalar_one() if scope.whole else 0
    return Waiting({State(state): count for state, count in found}, due, in_trouble, unmatched)
