"""Take due bills of one run under locks, and read what determining them needs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.claims.alike import ANY_TYPED, DOUBTFUL, INVOICE_USED
from app.db import array, cursor
from app.jobs import DETERMINE

_JOBS: LiteralString = """
SELECT id, part_id, items FROM job
WHERE kind = %(kind)s AND subject_id = %(run)s AND due_at <= transaction_timestamp()
ORDER BY part_id LIMIT %(members)s FOR UPDATE SKIP LOCKED
"""

_BILL: LiteralString = """
SELECT c.member_id, c.id, c.setl_id, s.version, s.setl_time, s.med_type, s.mdtrt_id,
       s.begndate, s.enddate, s.flagged_refund OR r.undone_at IS NOT NULL,
       coalesce(r.undone_at, s.setl_time),
       s.inscp_scp_amt, s.hifp_pay, s.hifob_pay, s.hifmi_pay, s.act_pay_dedc, s.psn_part_amt,
       s.fulamt_ownpay_amt, s.overlmt_selfpay, s.preselfpay_amt,
       (SELECT h.what FROM held_decision h
        WHERE h.member_id = c.member_id AND h.claim_id = c.id ORDER BY h.seq DESC LIMIT 1)
FROM unnest(%(members)s::bigint[], %(claims)s::bigint[]) due (member_id, claim_id)
JOIN claim c ON c.member_id = due.member_id AND c.id = due.claim_id
CROSS JOIN LATERAL (
    SELECT * FROM settlement s WHERE s.member_id = c.member_id AND s.setl_id = c.setl_id
    ORDER BY s.version DESC LIMIT 1
) s
LEFT JOIN LATERAL (
    SELECT max(refund.setl_time) AS undone_at FROM refund WHERE refund.undone_setl_id = c.setl_id
) r ON true
ORDER BY c.member_id, s.setl_time, c.setl_id
"""

_LIVE: LiteralString = """
SELECT q.claim_id, q.state, q.seq, d.seq, d.version, d.cover_id, d.care, d.benefit_year,
       d.base_fen, d.payable_fen, d.refusal, s.mdtrt_id,
       coalesce(p.paid_fen, 0) + coalesce(o.net_fen, 0), coalesce(p.sent_fen, 0),
       coalesce(o.written_fen, 0)
FROM unnest(%(members)s::bigint[], %(claims)s::bigint[]) due (member_id, claim_id)
JOIN claim_queue q ON q.member_id = due.member_id AND q.claim_id = due.claim_id
CROSS JOIN LATERAL (
    SELECT * FROM determination d WHERE d.member_id = q.member_id AND d.claim_id = q.claim_id
    ORDER BY d.seq DESC LIMIT 1
) d
JOIN settlement s
  ON s.member_id = d.member_id AND s.setl_id = d.setl_id AND s.version = d.version
LEFT JOIN LATERAL (
    SELECT (sum(p.amount_fen) FILTER (WHERE coalesce(r.says, o.outcome) = 'paid'))::bigint
               AS paid_fen,
           (sum(p.amount_fen) FILTER (WHERE o.outcome IS NULL))::bigint AS sent_fen
    FROM payment p
    LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
    WHERE p.member_id = q.member_id AND p.claim_id = q.claim_id
) p ON true
LEFT JOIN (
    SELECT member_id, claim_id, sum(net_fen)::bigint AS net_fen,
           sum(written_fen)::bigint AS written_fen
    FROM (
        SELECT member_id, claim_id, amount_fen AS net_fen, 0 AS written_fen FROM set_off
        UNION ALL SELECT member_id, owing_claim_id, -amount_fen, 0 FROM set_off
        UNION ALL SELECT member_id, claim_id, -amount_fen, 0 FROM repayment
        UNION ALL SELECT member_id, claim_id, 0, amount_fen FROM write_off
    ) each GROUP BY member_id, claim_id
) o ON o.member_id = q.member_id AND o.claim_id = q.claim_id
"""

_LOCK_CLAIMS: LiteralString = """
SELECT FROM claim_queue q
WHERE (q.member_id, q.claim_id)
      IN (SELECT * FROM unnest(%(members)s::bigint[], %(claims)s::bigint[]))
ORDER BY q.member_id, q.claim_id FOR UPDATE
"""

_COVERS: LiteralString = """
SELECT t.member_id, t.cover_id, lower(t.term), upper(t.term) - 1, c.waits_until, c.cares
FROM cover_term t JOIN cover c ON c.member_id = t.member_id AND c.id = t.cover_id
WHERE t.member_id = ANY(%(members)s::bigint[]) AND NOT isempty(t.term)
ORDER BY t.member_id, lower(t.term)
"""


class Bill(NamedTuple):
    """A claim's newest settlement. `undone_at`: when it was refunded, else when it was settled.

    `decided`: how people decided it last (`app.claims.decided`), if they did.
    """

    member_id: int
    claim_id: int
    setl_id: str
    version: int
    setl_time: datetime
    med_type: str
    mdtrt_id: str
    begndate: date | None
    enddate: date | None
    refunded: bool
    undone_at: datetime
    inscp_scp_amt: int
    hifp_pay: int
    hifob_pay: int
    hifmi_pay: int
    act_pay_dedc: int
    psn_part_amt: int | None
    fulamt_ownpay_amt: int
    overlmt_selfpay: int
    preselfpay_amt: int
    decided: str | None


class Live(NamedTuple):
    """Where a claim that was determined before stands: its live determination and its money.

    `paid_fen` is what reached the member and stayed there (`app.adjudication.excess`).
    """

    claim_id: int
    state: str
    moves: int
    seq: int
    version: int
    cover_id: int | None
    care: str | None
    benefit_year: int | None
    base_fen: int | None
    payable_fen: int
    refusal: str | None
    mdtrt_id: str
    paid_fen: int
    sent_fen: int
    written_fen: int


class CoverInForce(NamedTuple):
    """One cover of a member; `cares` None: all of its scheme."""

    member_id: int
    cover_id: int
    starts_on: date
    ends_on: date
    waits_until: date | None
    cares: list[str] | None


@dataclass(frozen=True, slots=True)
class Due:
    """What one drain works on, locked until its transaction ends.

    `doubtful`: the claims that an officer must confirm before they are paid.
    """

    run_id: int
    job_ids: list[int]
    bills: list[Bill]
    live: dict[int, Live]
    covers: list[CoverInForce]
    doubtful: frozenset[int]


def take_due(session: Session, run_id: int, members: int) -> Due | None:
    """Take the due work of at most `members` members of a run; None where none is free."""
    wanted = {"kind": DETERMINE, "run": run_id, "members": members}
    with cursor(session) as cur:
        jobs = cur.execute(_JOBS, wanted, binary=True).fetchall()
        if not jobs:
            return None
        asked = {
            "members": array(member for _, member, claims in jobs for _ in claims),
            "claims": array(claim for _, _, claims in jobs for claim in claims),
        }
        cur.execute(_LOCK_CLAIMS, asked)
        found = cur.execute(INVOICE_USED, asked).fetchall()
        if cur.execute(ANY_TYPED, asked).fetchone() is not None:
            found += cur.execute(DOUBTFUL, asked).fetchall()
        doubtful = frozenset(claim_id for (claim_id,) in found)
    return Due(
        run_id,
        [job_id for job_id, _, _ in jobs],
        _read(session, _BILL, asked, Bill),
        {live.claim_id: live for live in _read(session, _LIVE, asked, Live)},
        _read(session, _COVERS, asked, CoverInForce),
        doubtful,
    )


def covers_in_force(session: Session, member_id: int) -> list[CoverInForce]:
    """The covers of one member, as a drain would read them now."""
    return _read(session, _COVERS, {"members": array([member_id])}, CoverInForce)


def _read(session: Session, query: LiteralString, asked: dict[str, str], kind: Any) -> list[Any]:
    with cursor(session) as cur:
        return list(map(kind._make, cur.execute(query, asked, binary=True).fetchall()))
