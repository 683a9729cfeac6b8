"""SQL of what waits beside claims: (kind, num, since, due, late, year), each kind a row or more.

Every kind asks the clock of its own deadline (`:late_<kind>`, `app.desks.policy`).
"""

from typing import Final

from app.banking.said import LAST_WORD
from app.ledger.ask import WAITING
from app.web.read.scope import UNIT

_RECORDED: Final = "(x.recorded_at AT TIME ZONE INTERVAL '8 hours')::date"
_UNION: Final = "(:whole OR x.union_id = ANY(CAST(:unions AS bigint[])))"


def _kind(
    kind: str, of: str, day: str = _RECORDED, *, num: str = "count(*)", more: str = ""
) -> str:
    return f"""
    SELECT '{kind}', {num or "count(*)"}, min({day}), NULL::date,
           count(*) FILTER (WHERE {day} < CAST(:late_{kind} AS date)), {more or "NULL::integer"}
    FROM {of}
    """  # noqa: S608 - put together from constants


_ENQUIRIES: Final = f"""
    SELECT 'enquiry', count(*), NULL::date, min(x.due_on),
           count(*) FILTER (WHERE x.due_on < :today), NULL::integer
    FROM enquiry_queue x WHERE x.state = 'open' AND {_UNION}
"""  # noqa: S608
_TOO_LATE: Final = f"""roster x JOIN unit_now u ON u.id = x.unit_id
    WHERE {UNIT} AND x.id IN (
              SELECT roster_id FROM enrolment_outcome
              WHERE outcome <> 'covered' AND outcome = 'undecided')
          AND x.id NOT IN (SELECT roster_id FROM late_credit)
          AND x.id NOT IN (SELECT roster_id FROM roster_withdrawn)
    GROUP BY x.benefit_year"""  # noqa: S608
# Of a campaign that can still be given, nine places of ten are.
_GIFTS: Final = """
    SELECT 'gift', count(*), NULL::date, min(x.closes_on), 0, NULL::integer
    FROM campaign x
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.heads), 0) AS given FROM roster r WHERE r.campaign_id = x.id
    ) g
    WHERE x.closes_on >= :today AND g.given * 10 >= x.quota * 9
          AND (:whole OR x.union_id = ANY(CAST(:unions AS bigint[])))
"""
_FINDINGS: Final = f"""audit_finding x
    WHERE {_UNION} AND coalesce((
        SELECT s.step FROM audit_finding_step s WHERE s.finding_id = x.id
        ORDER BY s.seq DESC LIMIT 1), 'asked') = 'asked'"""  # noqa: S608
_TOKENS: Final = f"""
    SELECT 'token', count(*), min({_RECORDED}), NULL::date, 0, NULL::integer
    FROM api_token x
    WHERE x.account_id = :me AND x.made_by <> :me AND x.accepted_at IS NULL
          AND x.revoked_at IS NULL AND x.expires_at > transaction_timestamp()
"""  # noqa: S608
"""That somebody made for a program which is to send in this officer's name."""
OF_UNITS: Final = "UNION ALL".join(
    (
        _ENQUIRIES,
        _GIFTS,
        _kind("finding", _FINDINGS),
        _TOKENS,
        _kind(
            "request",
            "unit_request x LEFT JOIN unit_now u ON u.id = x.unit_id WHERE x.state = 'waiting'"
            " AND (:whole OR coalesce(u.union_id, x.union_id) = ANY(CAST(:unions AS bigint[])))",
        ),
        _kind(
            "list",
            "change_list x JOIN unit_now u ON u.id = x.unit_id"
            f" WHERE x.state = 'waiting' AND {UNIT}",
        ),
        _kind(
            "roster",
            "roster_upload x JOIN unit_now u ON u.id = x.unit_id"
            f" WHERE x.state = 'checked' AND x.file_id IS NOT NULL AND {UNIT}",
        ),
        _kind(
            "notice",
            "notice_delivery d JOIN notice x ON x.id = d.notice_id"
            f" LEFT JOIN unit_now u ON u.id = x.unit_id WHERE d.state = 'failed' AND {UNIT}",
        ),
        _kind(
            "decide",
            _TOO_LATE,
            num="count(DISTINCT u.stands_id)",
            more="x.benefit_year",
        ),
    )
)
"""Of the units and people below the officer's union."""
_LINES: Final = f"""statement_line l {LAST_WORD}
    WHERE (taken_as IN ('suspense', 'unexplained') AND said.act IS NULL OR said.act = 'undone')
          AND l.id NOT IN (SELECT line_id FROM line_proposal)
          AND l.id NOT IN (SELECT line_id FROM resolution_draft WHERE line_id IS NOT NULL)
"""  # noqa: S608
_DOUBT: Final = """(
    SELECT u.recorded_at FROM payment_unknown u
    WHERE NOT EXISTS (
        SELECT FROM payment_outcome o
        WHERE (o.member_id, o.grant_no, o.attempt) = (u.member_id, u.grant_no, u.attempt))
    AND NOT EXISTS (
        SELECT FROM resolution_draft w
        WHERE (w.member_id, w.grant_no, w.attempt) = (u.member_id, u.grant_no, u.attempt))
    UNION ALL
    SELECT min(h.recorded_at) FROM return_held h
    JOIN bank_return r ON r.id = h.return_id
    JOIN payment p ON p.batch_id = r.batch_id AND p.line = h.line
    LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now s USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_draft w USING (member_id, grant_no, attempt)
    WHERE h.why IN ('paid_then_failed', 'failed_then_paid') AND w.says IS NULL
          AND (s.id IS NULL OR h.said <> s.says
               AND ((o.return_id IS NULL AND s.seq = 1) OR r.recorded_at > s.recorded_at))
    GROUP BY p.batch_id, p.line) x"""
_REFUNDS: Final = """unit_refund x
    LEFT JOIN refund_withdrawal b ON b.refund_id = x.id
    CROSS JOIN LATERAL (SELECT coalesce((
        SELECT step FROM refund_step s WHERE s.refund_id = x.id ORDER BY seq DESC LIMIT 1
    ), 'proposed') AS step) s
    WHERE CASE WHEN b.refund_id IS NOT NULL THEN b.proposed_by <> :me
               WHEN s.step = 'proposed' THEN x.proposed_by <> :me ELSE s.step = 'bounced' END"""
_HEIRS: Final = """member_fate x LEFT JOIN heir_draft d ON d.member_id = x.member_id
    WHERE x.fate = 'died' AND NOT EXISTS (
        SELECT FROM member_fate b WHERE b.member_id = x.member_id AND b.seq > x.seq)
    AND CASE WHEN d.member_id IS NOT NULL THEN d.proposed_by <> :me
        ELSE NOT EXISTS (SELECT FROM heir h WHERE h.member_id = x.member_id)
             AND EXISTS (SELECT FROM claim_queue q WHERE q.member_id = x.member_id
                         AND q.state IN ('payable', 'card_wanted')) END"""
_LISTS: Final = """public_list x WHERE x.until_on >= :today AND x.proposed_by <> :me
    AND NOT EXISTS (SELECT FROM public_list_approval a WHERE a.list_id = x.id)
    AND NOT EXISTS (SELECT FROM public_list_end e WHERE e.list_id = x.id)"""
_UNMATCHED: Final = """unmatched_settlement x
    WHERE NOT EXISTS (SELECT FROM settlement_key k WHERE k.setl_id = x.setl_id)
    AND NOT EXISTS (SELECT FROM joined_settlement j WHERE j.setl_id = x.setl_id)"""
_COUNTED: Final = "SELECT '{}', count(*), NULL::date, NULL::date, 0, NULL::integer FROM {}"
OF_FUND: Final = "UNION ALL ".join(
    (
        _kind(
            "order",
            "payment_order x WHERE x.state IN ('prepared', 'approved')"
            " AND x.prepared_by <> :me AND x.approved_by IS DISTINCT FROM :me",
        ),
        _kind("doubt", _DOUBT),
        _kind("word", "resolution_draft x WHERE x.decided_by <> :me"),
        _kind("suspense", f"{_LINES} AND l.amount_fen > 0", "l.booked_on"),
        _kind("unexplained", f"{_LINES} AND l.amount_fen < 0", "l.booked_on"),
        _kind("refund", _REFUNDS),
        _kind("line", "line_proposal x WHERE x.proposed_by <> :me"),
        _kind(
            "online",
            "online_notice x WHERE x.receipt_id IS NULL"
            " AND NOT EXISTS (SELECT FROM online_decision d WHERE d.notice_id = x.id)",
        ),
        _kind("public", _LISTS),
        _kind(
            "books",
            f"({WAITING}) y JOIN books_asked x ON x.id = y.id WHERE x.asked_by <> :me",
        ),
        _kind("heir", _HEIRS),
        _kind("draft", "scheme_draft x WHERE x.state = 'open'"),
        _COUNTED.format("unmatched", _UNMATCHED),
        _COUNTED.format("due", "job "),
        _COUNTED.format("trouble", "job WHERE trouble IS NOT NULL "),
    )
)
"""Of the whole fund: its money, its books, its schemes."""
