"""Look again at bills that found no member or no cover, and at claims nobody promised."""

from collections import defaultdict
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.bills import FEEDS, Bills, new_run, promise_claims, write_bills
from app.claims.join import join_matched, write_joins
from app.claims.known import claims_of
from app.claims.unmatched import now_matched
from app.db import one_at_a_time
from app.evidence.append import record

# A claim refused for want of cover whose member now has a cover that holds one of its days. The
# kernel decides; where it says what it said before, nothing is written.
_COVERED_NOW: Final = """
SELECT q.member_id, q.claim_id
FROM claim_queue q
CROSS JOIN LATERAL (
    SELECT * FROM determination d WHERE d.member_id = q.member_id AND d.claim_id = q.claim_id
    ORDER BY d.seq DESC LIMIT 1
) d
JOIN settlement s
  ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
WHERE q.state IN ('held', 'sent') AND d.refusal = 'no_cover'
      AND EXISTS (SELECT FROM cover_term t WHERE t.member_id = q.member_id
                  AND t.term @> CASE d.care WHEN 'inpatient' THEN s.enddate
                                ELSE s.setl_time::date END)
      AND NOT EXISTS (SELECT FROM job WHERE job.kind = 'determine' AND job.part_id = q.member_id
                      AND q.claim_id = ANY(job.items))
"""

# A claim refused under a gift that has since ended before the claim's day, where another cover
# holds that day now. What a gift granted stands.
_GIFT_ENDED: Final = """
SELECT DISTINCT d.member_id, d.claim_id
FROM cover_change x
JOIN determination d ON d.member_id = x.member_id AND d.cover_id = x.cover_id
JOIN settlement s
  ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
WHERE d.refusal IS NOT NULL AND d.grant_no < x.change_no
      AND NOT EXISTS (SELECT FROM determination later WHERE later.member_id = d.member_id
                      AND later.claim_id = d.claim_id AND later.seq > d.seq)
      AND EXISTS (SELECT FROM cover_term t
                  WHERE t.member_id = d.member_id AND t.cover_id <> d.cover_id
                  AND t.term @> CASE d.care WHEN 'inpatient' THEN s.enddate
                                ELSE s.setl_time::date END)
      AND NOT EXISTS (SELECT FROM job WHERE job.kind = 'determine' AND job.part_id = d.member_id
                      AND d.claim_id = ANY(job.items))
"""

# A claim granted under a cover that death has ended before the claim's day: who had died was not
# ill, and what was granted is taken back.
_DIED_SINCE: Final = """
SELECT DISTINCT d.member_id, d.claim_id
FROM cover_change x
JOIN determination d ON d.member_id = x.member_id AND d.cover_id = x.cover_id
JOIN settlement s
  ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
CROSS JOIN LATERAL (
    SELECT CASE d.care WHEN 'inpatient' THEN s.enddate ELSE s.setl_time::date END AS falls_on
) bill
WHERE x.why = 'died' AND d.refusal IS NULL AND d.grant_no < x.change_no
      AND bill.falls_on > x.ends_on
      AND NOT EXISTS (SELECT FROM determination later WHERE later.member_id = d.member_id
                      AND later.claim_id = d.claim_id AND later.seq > d.seq)
      AND NOT EXISTS (SELECT FROM cover_term t WHERE t.member_id = d.member_id
                      AND t.cover_id = d.cover_id AND t.term @> bill.falls_on)
      AND NOT EXISTS (SELECT FROM job WHERE job.kind = 'determine' AND job.part_id = d.member_id
                      AND d.claim_id = ANY(job.items))
"""

# Claims whose newest state has no determination, and that no job names; each with the run that
# brought that state. Where a run has promises of many members, what it forgot shows after them.
_FORGOTTEN: Final = """
SELECT c.member_id, c.id, greatest(s.run_id, r.run_id, h.run_id)
FROM claim c
CROSS JOIN LATERAL (
    SELECT s.version, s.run_id FROM settlement s
    WHERE s.member_id = c.member_id AND s.setl_id = c.setl_id ORDER BY s.version DESC LIMIT 1
) s
LEFT JOIN LATERAL (
    SELECT d.version, d.refusal, d.grant_no FROM determination d
    WHERE d.member_id = c.member_id AND d.claim_id = c.id ORDER BY d.seq DESC LIMIT 1
) d ON true
LEFT JOIN LATERAL (
    SELECT max(refund.run_id) AS run_id FROM refund WHERE refund.undone_setl_id = c.setl_id
) r ON true
LEFT JOIN LATERAL (
    SELECT h.run_id, h.decision_no FROM held_decision h
    WHERE h.member_id = c.member_id AND h.claim_id = c.id ORDER BY h.seq DESC LIMIT 1
) h ON true
WHERE (d.version IS NULL OR d.version < s.version
       OR (d.refusal IS DISTINCT FROM 'refunded' AND r.run_id IS NOT NULL)
       OR h.decision_no > d.grant_no)
      AND NOT EXISTS (SELECT FROM job WHERE job.kind = 'determine' AND job.part_id = c.member_id
                      AND c.id = ANY(job.items))
      AND NOT EXISTS (SELECT FROM job WHERE job.kind IN ('gather', 'determine_many')
                      AND job.subject_id = s.run_id)
"""


def look_again(session: Session) -> int | None:
    """Take up what enrolment or cover has changed; the run promised, None where nothing is."""
    one_at_a_time(session, FEEDS)
    bills, joins = join_matched(session, now_matched(session))
    claims = [
        (member, claim)
        for query in (_COVERED_NOW, _GIFT_ENDED, _DIED_SINCE)
        for member, claim in session.execute(text(query))
    ]
    if not bills and not claims:
        return None
    run_id = new_run(session, "cover", file_sha256=None, by=None)
    claims += write_bills(session, run_id, Bills.of(bills))
    write_joins(session, run_id, joins)
    claims += claims_of(session, [own for _, own in joins.values()])
    promised = promise_claims(session, run_id, claims)
    record(
        session,
        "claims.looked_at_again",
        by=None,
        about=run_id,
        matched=len(bills),
        claims=promised,
    )
    return run_id


def sweep(session: Session) -> int:
    """Promise what business state says is due and no job names; how many claims that were."""
    one_at_a_time(session, FEEDS)
    runs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for member_id, claim_id, run_id in session.execute(text(_FORGOTTEN)):
        runs[run_id].append((member_id, claim_id))
    for run_id, claims in runs.items():
        promise_claims(session, run_id, claims)
        record(session, "claims.swept", by=None, about=run_id, claims=len(claims))
    return sum(map(len, runs.values()))
