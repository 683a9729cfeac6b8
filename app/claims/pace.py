"""How long a step usually takes: the median of those that ended in the last ninety days.

Worked out once a day by the sweep and kept, for a million moves are not read for a page. Where few
steps ended nothing is said: a promise out of five cases is none.
"""

from typing import Final

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from app.claims.lifecycle import State
from app.claims.pace_models import ClaimPace
from app.db import one_at_a_time

DAYS: Final = 90
FEWEST: Final = 20

_PACE: Final = text(
    f"""
    SELECT a.state, count(*),
           percentile_disc(0.5) WITHIN GROUP (ORDER BY b.recorded_at - a.recorded_at) AS took
    FROM claim_move b
    JOIN claim_move a ON a.member_id = b.member_id AND a.claim_id = b.claim_id AND a.seq = b.seq - 1
    WHERE b.recorded_at > transaction_timestamp() - interval '{DAYS} days' AND a.state <> b.state
    GROUP BY a.state HAVING count(*) >= {FEWEST}
    """  # noqa: S608 - put together from constants
)


def usual_days(session: Session, state: State) -> int | None:
    """Whole days that a claim usually stands in this state, a begun one counted; None: unknown."""
    return session.scalar(select(ClaimPace.days).where(ClaimPace.state == state.value))


def keep_pace(session: Session) -> bool:
    """Work it out anew where that was last done a day ago; the sweep calls it."""
    one_at_a_time(session, "claim pace")
    last = select(func.max(ClaimPace.recorded_at))
    day_ago = func.transaction_timestamp() - text("interval '1 day'")
    if session.scalar(select(last.scalar_subquery() > day_ago)):
        return False
    session.execute(delete(ClaimPace))
    for state, counted, took in session.execute(_PACE):
        days = took.days + (1 if took.seconds or took.microseconds else 0)
        session.execute(insert(ClaimPace).values(state=state, days=max(days, 1), counted=counted))
    return True
