"""Whether every line of the banks' statements has one explanation, and the books say the same.

What a line is now is the last word on it, else what it was taken as. It must name something that
is there, of the line's amount, and that no other line names; what says that a line brought it must
be named by that line. Then what waits is all that suspense holds, by the year of the bank's day,
and each account's statements end where the books do.
"""

from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.books.bank_balance import reconciled, reconciliation
from app.db import fetched


class Unexplained(NamedTuple):
    """What does not hold (a key of the texts): of a line; or of a year or account, so much off."""

    why: str
    what: str
    off_fen: int


class Explained(NamedTuple):
    """How many lines there are, and what does not hold."""

    lines: int
    faults: list[Unexplained]


def explained(session: Session) -> Explained:
    """Look at all lines there are, and at the books of all years."""
    faults = [
        Unexplained(why, str(line_id), 0)
        for why, query in _NEVER.items()
        for (line_id,) in fetched(session, query, {})
    ]
    faults += [
        Unexplained("LinesNotSuspense", str(year), off_fen)
        for year, off_fen in fetched(session, _SUSPENSE, {})
    ]
    ((lines, last),) = fetched(session, _LINES, {})
    for account in reconciled(session, last) if lines else ():
        off_fen = reconciliation(session, last, account).off_fen
        if off_fen:
            faults.append(Unexplained("LinesNotBooks", account, off_fen))
    return Explained(lines, faults)


_LINES: LiteralString = """
SELECT count(*), greatest(max(booked_on), (SELECT max(booked_on) FROM entry)) FROM statement_line
"""
# How each line stands: what is said of it now, with whatever that names.
_STANDS: Final[LiteralString] = """
WITH stands AS (
    SELECT l.id, l.booked_on, l.amount_fen, w.id AS word_id, coalesce(w.act, l.taken_as) AS says,
           CASE WHEN w.id IS NULL THEN l.receipt_id ELSE w.receipt_id END AS receipt_id,
           CASE WHEN w.id IS NULL THEN l.subsidy_id ELSE w.subsidy_id END AS subsidy_id,
           CASE WHEN w.id IS NULL THEN l.batch_id ELSE w.batch_id END AS batch_id,
           CASE WHEN w.id IS NULL THEN l.refund_id ELSE w.refund_id END AS refund_id,
           w.other_line_id, w.payout_id, w.recovery_receipt_id, w.repayment_id,
           w.payment_resolution_id
    FROM statement_line l
    LEFT JOIN LATERAL (SELECT * FROM line_resolution r WHERE r.line_id = l.id
                       ORDER BY seq DESC LIMIT 1) w ON true
)
"""
_NEVER: Final[dict[str, LiteralString]] = {
    "LineWordsBroken": """
SELECT line_id FROM line_resolution GROUP BY line_id HAVING max(seq) <> count(*) OR min(seq) <> 1
""",
    # What it names is not there, is taken back, or is of another amount.
    "LineNamesNothing": f"""{_STANDS}
SELECT s.id FROM stands s WHERE NOT CASE s.says
    WHEN 'receipt' THEN EXISTS (
        SELECT FROM receipt r WHERE r.id = s.receipt_id
               AND (r.amount_fen, r.received_on) = (s.amount_fen, s.booked_on)
               AND coalesce(r.line_id, s.id) = s.id
               AND NOT EXISTS (SELECT FROM receipt_undone u WHERE u.receipt_id = r.id))
    WHEN 'subsidy' THEN EXISTS (
        SELECT FROM subsidy y WHERE y.id = s.subsidy_id AND coalesce(y.line_id, s.id) = s.id
               AND (y.amount_fen, y.received_on) = (s.amount_fen, s.booked_on))
    WHEN 'bounced' THEN EXISTS (
        SELECT FROM refund_step t JOIN unit_refund u ON u.id = t.refund_id
        WHERE u.id = s.refund_id AND t.line_id = s.id AND t.step = 'bounced'
              AND u.amount_fen = s.amount_fen)
    WHEN 'refund' THEN CASE WHEN s.amount_fen > 0 THEN EXISTS (
        SELECT FROM unit_refund u
        WHERE u.id = s.refund_id AND u.line_id = s.id AND u.amount_fen = s.amount_fen)
    ELSE EXISTS (
        SELECT FROM refund_step t JOIN unit_refund u ON u.id = t.refund_id
        WHERE u.id = s.refund_id AND t.line_id = s.id AND t.step = 'paid'
              AND u.amount_fen = -s.amount_fen) END
    WHEN 'batch' THEN EXISTS (
        SELECT FROM payment_batch b WHERE b.id = s.batch_id AND b.total_fen >= (
            SELECT -sum(o.amount_fen) FROM stands o WHERE o.batch_id = b.id))
    WHEN 'taken_back' THEN EXISTS (
        SELECT FROM stands o WHERE o.id = s.other_line_id AND o.says = 'not_ours'
               AND o.amount_fen = -s.amount_fen)
    WHEN 'payout' THEN EXISTS (
        SELECT FROM online_payout p WHERE p.id = s.payout_id AND p.account = '2103'
               AND (p.net_fen, p.booked_on) = (s.amount_fen, s.booked_on))
    WHEN 'recovery' THEN EXISTS (
        SELECT FROM recovery_receipt r WHERE r.id = s.recovery_receipt_id
               AND (r.amount_fen, r.received_on) = (s.amount_fen, s.booked_on))
    WHEN 'repayment' THEN EXISTS (
        SELECT FROM repayment r WHERE r.id = s.repayment_id
               AND (r.amount_fen, r.received_on) = (s.amount_fen, s.booked_on))
    WHEN 'typed' THEN EXISTS (
        SELECT FROM receipt r WHERE r.id = s.receipt_id AND r.line_id IS NULL
               AND (r.amount_fen, r.received_on) = (s.amount_fen, s.booked_on)
               AND NOT EXISTS (SELECT FROM receipt_undone u WHERE u.receipt_id = r.id)
        UNION ALL
        SELECT FROM subsidy y WHERE y.id = s.subsidy_id AND y.line_id IS NULL
               AND (y.amount_fen, y.received_on) = (s.amount_fen, s.booked_on)
        UNION ALL
        SELECT FROM recovery_receipt r WHERE r.id = s.recovery_receipt_id
               AND r.suspense_year IS NULL
               AND (r.amount_fen, r.received_on) = (s.amount_fen, s.booked_on)
        UNION ALL
        SELECT FROM repayment r WHERE r.id = s.repayment_id AND r.suspense_year IS NULL
               AND (r.amount_fen, r.received_on) = (s.amount_fen, s.booked_on))
    WHEN 'returned' THEN s.amount_fen = (
        SELECT sum(p.amount_fen) FROM resolution_now r
        JOIN payment p USING (member_id, grant_no, attempt)
        WHERE s.payment_resolution_id IN (r.id, r.together_id) AND r.line_id = s.id)
    WHEN 'fee' THEN s.word_id IS NULL OR EXISTS (
        SELECT FROM entry e WHERE e.memo = 'fee resolved' AND e.about = s.word_id)
    WHEN 'interest' THEN s.amount_fen > 0 AND (s.word_id IS NULL OR EXISTS (
        SELECT FROM entry e WHERE e.memo = 'interest resolved' AND e.about = s.word_id))
    ELSE s.says IN ('suspense', 'undone', 'not_ours', 'unexplained') END
ORDER BY s.id
""",  # noqa: S608 - put together from constants
    "LineNamedTwice": f"""{_STANDS}
SELECT max(s.id) FROM stands s CROSS JOIN LATERAL (VALUES
    ('receipt', receipt_id), ('subsidy', subsidy_id), ('other', other_line_id),
    ('payout', payout_id), ('recovery', recovery_receipt_id), ('repayment', repayment_id),
    ('returned', payment_resolution_id)) AS named(what, number)
WHERE number IS NOT NULL GROUP BY what, number HAVING count(*) > 1 ORDER BY 1
""",  # noqa: S608 - the same
    # What says that the line brought it, while the line says otherwise.
    "LineSaysOtherwise": f"""{_STANDS}
SELECT r.line_id FROM receipt r LEFT JOIN stands s ON s.id = r.line_id
WHERE r.line_id IS NOT NULL AND s.receipt_id IS DISTINCT FROM r.id
      AND NOT EXISTS (SELECT FROM receipt_undone u WHERE u.receipt_id = r.id)
UNION ALL
SELECT y.line_id FROM subsidy y LEFT JOIN stands s ON s.id = y.line_id
WHERE y.line_id IS NOT NULL AND s.subsidy_id IS DISTINCT FROM y.id
UNION ALL
SELECT t.line_id FROM refund_step t LEFT JOIN stands s ON s.id = t.line_id
WHERE t.line_id IS NOT NULL AND s.refund_id IS DISTINCT FROM t.refund_id
UNION ALL
SELECT l.id FROM resolution_now r JOIN statement_line l ON l.id = r.line_id AND l.amount_fen > 0
LEFT JOIN stands s ON s.id = l.id
WHERE s.payment_resolution_id IS DISTINCT FROM coalesce(r.together_id, r.id)
UNION ALL
SELECT 0 FROM online_payout p LEFT JOIN stands s ON s.payout_id = p.id
WHERE p.account = '2103' AND s.id IS NULL
UNION ALL
SELECT 0 FROM recovery_receipt r LEFT JOIN stands s ON s.recovery_receipt_id = r.id
WHERE r.suspense_year IS NOT NULL AND s.id IS NULL
UNION ALL
SELECT 0 FROM repayment r LEFT JOIN stands s ON s.repayment_id = r.id
WHERE r.suspense_year IS NOT NULL AND s.id IS NULL
ORDER BY 1
""",  # noqa: S608 - the same
}
_SUSPENSE: Final[LiteralString] = f"""{_STANDS}, waits AS (
    SELECT extract(year FROM s.booked_on)::integer AS year, s.amount_fen AS fen FROM stands s
    WHERE s.amount_fen > 0 AND (
        s.says IN ('suspense', 'undone')
        OR s.says = 'not_ours' AND NOT EXISTS (SELECT FROM stands o WHERE o.other_line_id = s.id)
        OR s.says = 'refund' AND (
            SELECT step FROM refund_step t WHERE t.refund_id = s.refund_id
            ORDER BY seq DESC LIMIT 1) IS DISTINCT FROM 'paid')
    UNION ALL
    SELECT e.benefit_year, p.amount_fen FROM posting p JOIN entry e ON e.id = p.entry_id
    WHERE p.account = '2103'
)
SELECT year, sum(fen)::bigint FROM waits GROUP BY year HAVING sum(fen) <> 0 ORDER BY year
"""  # noqa: S608 - the same
