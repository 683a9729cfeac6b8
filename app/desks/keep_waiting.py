"""Keep which year each claim that waits belongs to, for pages; the sweep calls it.

Every determination of a claim is a move of it, so that the number of its last move says which one
is live: what is kept of a claim holds until it moves on. Of what has moved since, pages look the
determination up (`app.web.read.books`), and are as exact, only slower.
"""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.lifecycle import State
from app.db import one_at_a_time

WAITING: Final = (State.HELD, State.REVIEW, State.PAYABLE, State.SENT, State.CARD_WANTED)
"""Where a claim waits for somebody, or for the bank."""
A_SWEEP: Final = 20_000
"""So many are looked up at once: a drain that makes half a million payable need not be followed."""
# What never found a cover belongs to the calendar year of its bill, as in the bundle.
LIVE: Final = """
    SELECT x.payable_fen, coalesce(x.benefit_year, (
               SELECT extract(year FROM coalesce(s.enddate, s.setl_time::date))::integer
               FROM settlement s
               WHERE (s.member_id, s.setl_id, s.version) = (x.member_id, x.setl_id, x.version)
           )) AS year
    FROM determination x
    WHERE x.member_id = {of}.member_id AND x.claim_id = {of}.claim_id AND {asked}
    ORDER BY x.seq DESC LIMIT 1
"""
"""SQL: of the claim `{of}`, its live determination's year and what it grants, where `{asked}`."""
_FORGET: Final = text(
    """
    DELETE FROM waiting_year k WHERE NOT EXISTS (
        SELECT FROM claim_queue q
        WHERE q.state = ANY(:states)
              AND (q.member_id, q.claim_id, q.seq) = (k.member_id, k.claim_id, k.seq))
    """
)
_KEEP: Final = text(
    f"""
    INSERT INTO waiting_year (member_id, claim_id, seq, benefit_year, payable_fen)
    SELECT w.member_id, w.claim_id, w.seq, d.year, d.payable_fen
    FROM (
        SELECT q.member_id, q.claim_id, q.seq FROM claim_queue q
        WHERE q.state = ANY(:states) AND NOT EXISTS (
            SELECT FROM waiting_year k
            WHERE (k.member_id, k.claim_id, k.seq) = (q.member_id, q.claim_id, q.seq))
        LIMIT :most
    ) w CROSS JOIN LATERAL ({LIVE.format(of="w", asked="true")}) d
    """  # noqa: S608 - put together from constants
)
_OFF: Final = text(
    f"""
    SELECT count(*) FROM waiting_year k JOIN claim_queue q USING (member_id, claim_id, seq)
    LEFT JOIN LATERAL ({LIVE.format(of="q", asked="true")}) d ON true
    WHERE (k.benefit_year, k.payable_fen) IS DISTINCT FROM (d.year, d.payable_fen)
    """  # noqa: S608
)


def keep_waiting(session: Session) -> None:
    """Take in what began to wait since the last time, and forget what waits no more."""
    one_at_a_time(session, "what waits")
    session.execute(_FORGET, _STATES)
    session.execute(_KEEP, {**_STATES, "most": A_SWEEP})


def remake_waiting(session: Session) -> tuple[int, int]:
    """Look all of it up anew: how much is kept, and how much was not what the facts say."""
    one_at_a_time(session, "what waits")
    off = session.execute(_OFF).scalar_one()
    session.execute(text("DELETE FROM waiting_year"))
    kept: Any = session.execute(_KEEP, {**_STATES, "most": None})
    return kept.rowcount, off


_STATES: Final = {"states": [state.value for state in WAITING]}
