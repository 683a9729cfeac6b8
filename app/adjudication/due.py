"""Take due bills of one run under locks, and read what determining them needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, LiteralString

import numpy as np
from sqlalchemy.orm import Session

from app.adjudication.bills import Bill, CoverInForce, Due, Live
from app.adjudication.excess import OFFS
from app.adjudication.plain import Plain
from app.adjudication.take_plain import take_plain
from app.arrays import number_array
from app.benefits.columns import Whole
from app.claims.alike import ANY_TYPED, DOUBTFUL, INVOICE_USED
from app.claims.gather import MEMBERS_A_ROW, scatter, take_many
from app.db import array, cursor, fetched
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

_LIVE: LiteralString = f"""
SELECT q.claim_id, q.state, q.seq, d.seq, d.version, d.cover_id, d.care, d.benefit_year,
       d.base_fen, d.payable_fen, d.refusal, s.mdtrt_id,
       coalesce(p.paid_fen, 0) + coalesce(o.net::bigint, 0), coalesce(p.sent_fen, 0),
       coalesce(o.written::bigint, 0)
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
LEFT JOIN ({OFFS}) o ON o.member_id = q.member_id AND o.claim_id = q.claim_id
"""  # noqa: S608 - put together from constants

_LOCK_CLAIMS: LiteralString = """
SELECT q.member_id
FROM (SELECT * FROM unnest(%(members)s::bigint[], %(claims)s::bigint[]) due (member_id, claim_id)
      ORDER BY 1, 2) due
CROSS JOIN LATERAL (
    SELECT q.member_id FROM claim_queue q
    WHERE q.member_id = due.member_id AND q.claim_id = due.claim_id FOR UPDATE
) q
"""

_COVERS: LiteralString = """
SELECT t.member_id, t.cover_id, lower(t.term), upper(t.term) - 1, c.waits_until, c.cares
FROM cover_term t JOIN cover c ON c.member_id = t.member_id AND c.id = t.cover_id
WHERE t.member_id = ANY(%(members)s::bigint[]) AND NOT isempty(t.term)
ORDER BY t.member_id, lower(t.term)
"""


_Found = tuple[list[int], int, Whole, Whole]
"""Jobs, how many members they are of, and member and claim of each claim due."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one drain works on, locked until its transaction ends. A member is in one of both."""

    job_ids: list[int]
    members: int
    plain: Plain | None
    odd: Due | None


def take_due(session: Session, run_id: int, members: int, plain_from: int) -> Taken | None:
    """Take the due work of at most `members` members of a run; None where none is free.

    From `plain_from` claims on those of whom nothing is odd are taken as columns.
    """
    found = _many(session, run_id, members) or _alone(session, run_id, members)
    if found is None:
        return None
    job_ids, count, whose, claims = found
    asked = {"members": number_array(whose), "claims": number_array(claims)}
    known = [x for (x,) in fetched(session, _LOCK_CLAIMS, asked)]
    if len(claims) >= plain_from and (told := take_plain(session, whose, claims, known)):
        plain, odd = told
        rows = np.isin(whose, odd)
        some = _take_odd(session, whose[rows], claims[rows]) if rows.any() else None
        return Taken(job_ids, count, plain, some)
    return Taken(job_ids, count, None, _take_odd(session, whose, claims))


def _many(session: Session, run_id: int, members: int) -> _Found | None:
    """The claims of many members that are promised together; not where fewer are wanted."""
    if members < MEMBERS_A_ROW:
        return None
    found = take_many(session, run_id)
    return ([found[0]], *found[1:]) if found else None


def _alone(session: Session, run_id: int, members: int) -> _Found | None:
    wanted = {"kind": DETERMINE, "run": run_id, "members": members}
    jobs = fetched(session, _JOBS, wanted)
    if not jobs and members < MEMBERS_A_ROW and scatter(session, run_id):
        jobs = fetched(session, _JOBS, wanted)
    if not jobs:
        return None
    whose = np.repeat([x[1] for x in jobs], [len(x[2]) for x in jobs]).astype(np.int64)
    claims = np.fromiter(chain.from_iterable(x[2] for x in jobs), np.int64, len(whose))
    return [x[0] for x in jobs], len(jobs), whose, claims


def _take_odd(session: Session, members: Whole, claims: Whole) -> Due:
    asked = {"members": number_array(members), "claims": number_array(claims)}
    with cursor(session) as cur:
        found = cur.execute(INVOICE_USED, asked).fetchall()
        if cur.execute(ANY_TYPED, asked).fetchone() is not None:
            found += cur.execute(DOUBTFUL, asked).fetchall()
    return Due(
        _read(session, _BILL, asked, Bill),
        {live.claim_id: live for live in _read(session, _LIVE, asked, Live)},
        _read(session, _COVERS, asked, CoverInForce),
        frozenset(claim_id for (claim_id,) in found),
    )


def covers_in_force(session: Session, member_id: int) -> list[CoverInForce]:
    """The covers of one member, as a drain would read them now."""
    return _read(session, _COVERS, {"members": array([member_id])}, CoverInForce)


def _read(
    session: Session, query: LiteralString, asked: Mapping[str, object], kind: Any
) -> list[Any]:
    with cursor(session) as cur:
        return list(map(kind._make, cur.execute(query, asked, binary=True).fetchall()))
