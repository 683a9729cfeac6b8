"""A claim in the books: the entries that have lines of it, and those lines.

The way goes over the facts that entries are about, because no list of the ledger's lines by claim
is kept: a drain writes a million of them. Entries and determinations of one transaction have one
time.
"""

from datetime import date
from typing import Final, NamedTuple

from app.together import Question


class BookedLine(NamedTuple):
    """One line of an entry; debit positive."""

    entry_id: int
    booked_on: date
    benefit_year: int
    memo: str
    account: str
    amount_fen: int


# Entry by entry through the keys (OFFSET 0): whatever the planner thinks of so many facts, the
# ledger is never gone through.
_BOOKED: Final = """
    WITH sent AS (
        SELECT * FROM payment WHERE member_id = :member AND claim_id = :claim
    ), owed AS (
        SELECT id FROM recovery WHERE member_id = :member AND claim_id = :claim
    ), fact (memo, about, at) AS (
        SELECT 'claims determined', d.run_id, d.recorded_at FROM determination d
        WHERE d.member_id = :member AND d.claim_id = :claim
        UNION SELECT 'payments.exported', batch_id, NULL::timestamptz FROM sent
        UNION SELECT said.memo, o.return_id, NULL FROM sent
            JOIN payment_outcome o USING (member_id, grant_no, attempt)
            CROSS JOIN (VALUES ('payments paid'), ('payments failed')) said (memo)
        UNION SELECT 'payments resolved', coalesce(r.together_id, r.id), NULL FROM sent
            JOIN payment_resolution r USING (member_id, grant_no, attempt)
        UNION SELECT 'payments resolved', r.id, NULL FROM sent
            JOIN payment_resolution r USING (member_id, grant_no, attempt)
        UNION SELECT 'repaid by member', id, NULL FROM repayment
            WHERE member_id = :member AND claim_id = :claim
        UNION SELECT 'receivable written off', id, NULL FROM write_off
            WHERE member_id = :member AND claim_id = :claim
        UNION SELECT 'benefit set off', id, NULL FROM set_off
            WHERE member_id = :member AND (claim_id = :claim OR owing_claim_id = :claim)
        UNION SELECT 'recovery opened', id, NULL FROM owed
        UNION SELECT 'recovery received', t.id, NULL FROM owed
            JOIN recovery_receipt t ON t.recovery_id = owed.id
        UNION SELECT 'recovery given up', t.id, NULL FROM owed
            JOIN recovery_write_off t ON t.recovery_id = owed.id
    ), own AS (
        SELECT e.* FROM fact CROSS JOIN LATERAL (
            SELECT x.id, x.booked_on, x.benefit_year, x.memo FROM entry x
            WHERE x.memo = fact.memo AND x.about = fact.about
                  AND (fact.at IS NULL OR x.recorded_at = fact.at) OFFSET 0) e
    ), every AS (
        SELECT * FROM own
        UNION SELECT e.id, e.booked_on, e.benefit_year, e.memo FROM own
            JOIN entry e ON e.memo = 'reversed' AND e.about = own.id
    )
    SELECT e.id, e.booked_on, e.benefit_year, e.memo, p.account, p.amount_fen
    FROM every e CROSS JOIN LATERAL (
        SELECT x.line, x.account, x.amount_fen FROM posting x
        WHERE x.entry_id = e.id AND (x.member_id = :member AND x.claim_id = :claim
              OR e.memo LIKE 'recovery %' AND x.account = '1202') OFFSET 0) p
    ORDER BY e.id, p.line LIMIT 200
"""
BOOKED: Final = Question(_BOOKED, BookedLine)
