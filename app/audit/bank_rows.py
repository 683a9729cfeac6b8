"""Which statements and refunds are in a benefit year's bundle, as SQL (see `select`)."""

from typing import Final

BANK_PARTS: Final = {
    # Statements that hold a line of this calendar year, or one whose money is of this benefit year.
    "statements": """
        SELECT s.* FROM bank_statement s WHERE s.id IN (
            SELECT statement_id FROM statement_line
            WHERE booked_on BETWEEN make_date(%(year)s, 1, 1) AND make_date(%(year)s, 12, 31)
            UNION
            SELECT l.statement_id FROM statement_line l WHERE l.id IN (
                SELECT line_id FROM receipt WHERE benefit_year = %(year)s
                UNION SELECT line_id FROM subsidy WHERE benefit_year = %(year)s
                UNION SELECT w.line_id FROM refund_step w
                    JOIN unit_refund u ON u.id = w.refund_id AND u.benefit_year = %(year)s)
            UNION
            SELECT l.statement_id FROM receipt r JOIN statement_line l ON l.receipt_id = r.id
            WHERE r.benefit_year = %(year)s
            UNION
            SELECT l.statement_id FROM line_resolution x JOIN statement_line l ON l.id = x.line_id
            LEFT JOIN receipt r ON r.id = x.receipt_id LEFT JOIN subsidy y ON y.id = x.subsidy_id
            LEFT JOIN recovery_receipt c ON c.id = x.recovery_receipt_id
            LEFT JOIN recovery o ON o.id = c.recovery_id
            LEFT JOIN repayment p ON p.id = x.repayment_id
            WHERE x.act = 'typed' AND %(year)s IN (
                r.benefit_year, y.benefit_year, o.benefit_year, p.benefit_year)
            UNION
            SELECT l.statement_id FROM payment_batch b JOIN statement_line l ON l.batch_id = b.id
            WHERE b.benefit_year = %(year)s
            UNION
            SELECT l.statement_id FROM payment_batch b
            JOIN line_resolution x ON x.batch_id = b.id JOIN statement_line l ON l.id = x.line_id
            WHERE b.benefit_year = %(year)s
            UNION
            SELECT l.statement_id FROM payment_resolution r
            JOIN payment p USING (member_id, grant_no, attempt)
            JOIN chosen USING (member_id, claim_id) JOIN statement_line l ON l.id = r.line_id
            UNION
            SELECT unnest(ARRAY[b.statement_id, o.statement_id]) FROM line_resolution x
            JOIN statement_line b ON b.id = x.line_id
            JOIN statement_line o ON o.id = x.other_line_id
            WHERE %(year)s IN (extract(year FROM b.booked_on), extract(year FROM o.booked_on)))""",
    "bank_lines": """
        SELECT l.* FROM statement_line l JOIN statements s ON s.id = l.statement_id""",
    "refunds": """
        SELECT * FROM unit_refund WHERE benefit_year = %(year)s""",
}
BANK_NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "statements": ("chosen",),
    "bank_lines": ("statements",),
}
BANK_FROM: Final[dict[str, tuple[tuple[str, ...], str, str]]] = {
    "bank_statement": (("statements",), "statements t", "t.id"),
    "statement_line": (("bank_lines",), "bank_lines t", "t.id"),
    "receipt_undone": (
        (),
        "receipt_undone t JOIN receipt r ON r.id = t.receipt_id AND r.benefit_year = %(year)s",
        "t.receipt_id",
    ),
    "unit_refund": (("refunds",), "refunds t", "t.id"),
    "refund_share": (
        ("refunds",),
        "refund_share t JOIN refunds u ON u.id = t.refund_id",
        "t.refund_id, t.receipt_id",
    ),
    "refund_step": (
        ("refunds",),
        "refund_step t JOIN refunds u ON u.id = t.refund_id",
        "t.refund_id, t.seq",
    ),
    "line_resolution": (
        ("bank_lines",),
        """line_resolution t JOIN bank_lines l ON l.id = t.line_id
            AND NOT EXISTS (
                SELECT FROM line_resolution b JOIN statement_line o ON o.id = b.other_line_id
                WHERE b.line_id = t.line_id AND b.seq <= t.seq AND %(year)s NOT IN (
                    extract(year FROM l.booked_on), extract(year FROM o.booked_on)))""",
        "t.id",
    ),
}
