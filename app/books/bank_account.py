"""Which of the fund's accounts at banks an entry moved: the ledger has one account for all of them.

By what the entry is about: its statement, the line that brought it or was resolved, the line that
paid a refund or a batch. Of a batch no line has paid yet, the account it was to be paid from. What
was typed and is on no statement, or names no account, counts to the account whose statement came
first: it is booked and on its way there, on both sides of the reconciliation alike.
"""

from typing import Final, LiteralString

_ACCOUNT: LiteralString = """
batch_account AS (
    SELECT b.id, coalesce(
        (SELECT l.account_id FROM statement_line l WHERE l.batch_id = b.id),
        (SELECT l.account_id FROM line_said x JOIN statement_line l ON l.id = x.line_id
         WHERE x.batch_id = b.id ORDER BY x.id LIMIT 1),
        b.fund_account_id, (SELECT account_id FROM bank_statement ORDER BY id LIMIT 1)
    ) AS account_id
    FROM payment_batch b
), bank_entry AS (
    SELECT e.id, e.booked_on, e.document_on, e.memo, e.about, m.fen,
           coalesce(a.account_id, w.account_id, (
               SELECT account_id FROM bank_statement ORDER BY id LIMIT 1)) AS account_id
    FROM (SELECT entry_id, sum(debit_fen - credit_fen)::bigint AS fen FROM entry_sum
          WHERE account = '1001' GROUP BY entry_id) m
    JOIN entry e ON e.id = m.entry_id
    -- What takes an entry back moves the same account.
    JOIN entry o ON o.id = CASE WHEN e.memo = 'reversed' THEN e.about ELSE e.id END
    LEFT JOIN LATERAL (
        SELECT s.account_id FROM bank_statement s WHERE s.id = o.about AND o.memo IN (
            'statement received', 'statement suspense', 'statement interest', 'statement fees')
        UNION ALL
        SELECT l.account_id FROM subsidy s JOIN statement_line l ON l.id = s.line_id
        WHERE o.memo = 'subsidy received' AND s.id = o.about
        UNION ALL
        SELECT l.account_id FROM statement_line l
        WHERE o.memo = 'subsidy received' AND l.subsidy_id = o.about
        UNION ALL
        SELECT l.account_id FROM statement_line l
        WHERE o.memo = 'money received' AND l.receipt_id = o.about
        UNION ALL
        SELECT l.account_id FROM line_said x JOIN statement_line l ON l.id = x.line_id
        WHERE o.memo = 'money received' AND x.receipt_id = o.about
        UNION ALL
        SELECT l.account_id FROM line_said x JOIN statement_line l ON l.id = x.line_id
        WHERE o.memo = 'subsidy received' AND x.subsidy_id = o.about
        UNION ALL
        SELECT l.account_id FROM line_said x JOIN statement_line l ON l.id = x.line_id
        WHERE o.memo = 'recovery received' AND x.recovery_receipt_id = o.about
        UNION ALL
        SELECT l.account_id FROM line_said x JOIN statement_line l ON l.id = x.line_id
        WHERE o.memo = 'repaid by member' AND x.repayment_id = o.about
        UNION ALL
        SELECT l.account_id FROM line_resolution x JOIN statement_line l ON l.id = x.line_id
        WHERE o.memo IN ('fee resolved', 'fee undone', 'taken back', 'not taken back',
                         'typed before', 'typed undone')
              AND x.id = o.about
        UNION ALL
        SELECT l.account_id FROM refund_step s JOIN statement_line l ON l.id = s.line_id
        WHERE o.memo IN ('refund paid', 'refund bounced') AND s.refund_id = o.about
              AND s.step = substr(o.memo, 8) AND s.on_day = coalesce(o.document_on, o.booked_on)
        UNION ALL
        SELECT b.account_id FROM payment_resolution r
        JOIN payment y USING (member_id, grant_no, attempt)
        JOIN batch_account b ON b.id = y.batch_id
        WHERE o.memo = 'payments resolved' AND r.id = o.about
        LIMIT 1
    ) a ON true
    -- Joined, not asked of each: answers are many, and each would go through all batches.
    LEFT JOIN (
        SELECT r.id, b.account_id FROM bank_return r JOIN batch_account b ON b.id = r.batch_id
    ) w ON o.memo = 'payments paid' AND w.id = o.about
)
"""
BANK_ENTRY: Final[LiteralString] = f"WITH {_ACCOUNT}"
"""SQL: `bank_entry`, what each entry moved of the bank, and of which account; `batch_account`."""
