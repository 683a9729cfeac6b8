"""Payments of which the bank contradicts itself, or two people who had decided before it spoke."""

from typing import Final, LiteralString

CONTRADICTED: Final[LiteralString] = """
SELECT DISTINCT p.member_id, p.claim_id
FROM return_held h
JOIN bank_return r ON r.id = h.return_id
JOIN payment p ON p.batch_id = r.batch_id AND p.line = h.line
LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
LEFT JOIN resolution_now s USING (member_id, grant_no, attempt)
WHERE h.why IN ('paid_then_failed', 'failed_then_paid')
      AND (s.id IS NULL OR (h.said <> s.says
                            AND ((o.return_id IS NULL AND s.seq = 1)
                                 OR r.recorded_at > s.recorded_at)))
"""
"""SQL: the claims whose money may have arrived or not, until two people say which."""
