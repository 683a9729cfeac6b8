"""SQL of what waits of claims: (kind, num, since, due, late, year).

It is asked of `queue` and `reviewing`: all of the two queues where the scope is whole, and else
what of both is the scope's, which is gathered once for all questions.
"""

from typing import Final

from app.claims.lifecycle import State
from app.claims.propose import CLOSED
from app.web.read.scope import ONE_BY_ONE, SEEN

_DAY: Final = "AT TIME ZONE INTERVAL '8 hours')::date"
WAITING: Final = (State.REVIEW, State.HELD, State.CARD_WANTED, State.PAYABLE, State.SENT)
"""Where a claim waits for somebody. Nearly all the others are closed or paid, and not counted."""
_STATES: Final = ", ".join(f"'{state}'" for state in WAITING)
# How many there are is counted; of the first ones, which have waited longest, how many are late.
# The states are written out: of one that comes with the question the planner knows nothing, takes
# it for as frequent as that of the paid, and reads the whole queue for each.
_BY_STATE: Final = f"""
    (SELECT s.state AS kind, coalesce(t.num, 0), f.since, NULL::date AS due, f.late,
           NULL::integer AS year
    FROM unnest(CAST(:states AS text[]), CAST(:before AS date[]))
        WITH ORDINALITY s(state, before, place)
    LEFT JOIN (
        SELECT c.state, count(*) AS num
        FROM queue c WHERE c.state IN ({_STATES}) GROUP BY 1
    ) t ON t.state = s.state
    CROSS JOIN LATERAL (
        SELECT min(m.day) AS since, count(*) FILTER (WHERE m.day < s.before) AS late
        FROM (SELECT c.member_id, c.claim_id, c.seq FROM queue c
              WHERE c.state = s.state AND s.before IS NOT NULL
              ORDER BY c.claim_id LIMIT :most) c
        CROSS JOIN LATERAL (
            SELECT (x.recorded_at {_DAY} AS day FROM claim_move x
            WHERE x.member_id = c.member_id AND x.claim_id = c.claim_id AND x.seq = c.seq
        ) m
    ) f ORDER BY s.place)
"""  # noqa: S608 - put together from constants
_BY_STAGE: Final = """
    SELECT s.stage, t.num, t.since, NULL, t.late, NULL
    FROM unnest(CAST(:stages AS text[]), CAST(:stages_before AS date[])) s(stage, before)
    CROSS JOIN LATERAL (
        SELECT count(*) AS num, min(c.since_on) AS since,
               count(*) FILTER (WHERE c.since_on < s.before) AS late
        FROM (SELECT c.since_on FROM reviewing c
              WHERE c.stage = s.stage AND c.papers_by IS NULL
              ORDER BY c.since_on, c.claim_id LIMIT :most + 1) c
    ) t
"""
_PAPERS: Final = """
    SELECT 'papers', count(*), NULL, min(c.papers_by), count(*), NULL
    FROM reviewing c WHERE c.papers_by < :today
"""
# Injuries wait for the member's word on who is liable, so that they are counted by themselves too.
_INJURIES: Final = f"""
    SELECT 'injury', count(*), min(c.day), NULL, 0, NULL
    FROM (SELECT (x.recorded_at {_DAY} AS day
          FROM (SELECT c.* FROM queue c WHERE c.state = 'held'
                ORDER BY c.claim_id LIMIT :most) c
          JOIN claim k ON k.member_id = c.member_id AND k.id = c.claim_id
          CROSS JOIN LATERAL (
              SELECT s.med_type, s.recorded_at FROM settlement s
              WHERE s.member_id = k.member_id AND s.setl_id = k.setl_id
              ORDER BY s.version DESC LIMIT 1
          ) x WHERE x.med_type = '22') c
"""  # noqa: S608
_OBJECTIONS: Final = f"""
    SELECT 'objection', count(*), min((c.recorded_at {_DAY}), min(c.answer_by),
           count(*) FILTER (WHERE c.answer_by < :today), NULL
    FROM (SELECT o.* FROM objection o
          LEFT JOIN LATERAL (
              SELECT * FROM objection_answer x WHERE x.objection_id = o.id
              ORDER BY x.seq DESC LIMIT 1
          ) a ON true
          LEFT JOIN proposal_dropped d ON d.proposal_id = a.proposal_id
          WHERE a.seq IS NULL OR d.proposal_id IS NOT NULL) c
    WHERE {{member}}
"""  # noqa: S608
# Few are open at a time: each is asked whose it is.
_PROPOSALS: Final = f"""
    SELECT 'proposal', count(*), min((c.recorded_at {_DAY}), NULL,
           count(*) FILTER (WHERE (c.recorded_at {_DAY} < :late_proposal), NULL
    FROM (SELECT p.member_id, p.recorded_at FROM proposal p
          JOIN claim_queue q ON (q.member_id, q.claim_id) = (p.member_id, p.claim_id)
          JOIN account w ON w.id = p.prepared_by
          WHERE NOT {CLOSED} AND w.id <> :me AND w.member_id IS DISTINCT FROM :mine
          OFFSET 0) c
    WHERE {{member}}
"""  # noqa: S608
QUESTIONS: Final = "UNION ALL".join(
    (_BY_STATE, _BY_STAGE, _PAPERS, _INJURIES, _OBJECTIONS, _PROPOSALS)
)
"""`{member}`: whether the member of `c` is the scope's."""
OF_ALL: Final = f"""
    WITH queue AS NOT MATERIALIZED (SELECT * FROM claim_queue),
    reviewing AS NOT MATERIALIZED (SELECT * FROM review_queue)
    {QUESTIONS.format(member="true")}
"""  # noqa: S608
# The scope's people are gathered once, and put where they are found a single time: what is under
# review stands in the other queue, too.
OF_PART: Final = f"""
    WITH {SEEN}, waits AS MATERIALIZED (
        SELECT state, member_id, claim_id, seq FROM claim_queue WHERE state IN ({_STATES})
    ), own AS MATERIALIZED (
        SELECT w.* FROM waits w WHERE w.member_id NOT IN (SELECT member_id FROM odd)
              AND EXISTS (SELECT FROM seen s WHERE s.member_id = w.member_id)
        UNION ALL
        SELECT w.* FROM waits w WHERE w.member_id IN (SELECT member_id FROM odd_seen)
    ), queue AS NOT MATERIALIZED (SELECT * FROM own),
    reviewing AS MATERIALIZED (
        SELECT w.* FROM own JOIN review_queue w USING (member_id, claim_id)
        WHERE own.state = '{State.REVIEW}'
    )
    {QUESTIONS.format(member=ONE_BY_ONE)}
"""  # noqa: S608
