"""What must hold of a fund whatever has happened: its books, its bank, its covers, its bundles."""

import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit import verify
from app.audit.make import NothingInYear, make_bundle
from app.books.bank_balance import NoStatement, reconciliation
from app.books.derive import differences
from app.books.explained import explained
from app.ledger.balance import trial_balance
from tests.db.office import assert_sound

NEVER = {
    "an entry that does not balance": """
        SELECT entry_id FROM posting GROUP BY 1 HAVING sum(amount_fen) <> 0""",
    "a receipt of which more is used than came": """
        SELECT id FROM receipt r WHERE amount_fen <
            coalesce((SELECT sum(amount_fen) FROM receipt_share WHERE receipt_id = r.id), 0)
            + coalesce((SELECT sum(s.amount_fen) FROM refund_share s WHERE s.receipt_id = r.id
                AND (SELECT step FROM refund_step t WHERE t.refund_id = s.refund_id
                     ORDER BY seq DESC LIMIT 1) IS DISTINCT FROM 'withdrawn'), 0)""",
    # A share of a receipt that was undone before the roster was full stays, and counts no more.
    "a roster that has begun without its money": """
        SELECT r.id FROM roster r
        WHERE EXISTS (SELECT FROM enrolment_outcome o WHERE o.roster_id = r.id)
        AND r.heads * (r.unit_due_fen + r.worker_due_fen) <> (
            SELECT coalesce(sum(s.amount_fen), 0) FROM receipt_share s
            WHERE s.roster_id = r.id AND NOT EXISTS (
                SELECT FROM receipt_undone n WHERE n.receipt_id = s.receipt_id))""",
    "a determination with two live payments": """
        SELECT member_id, grant_no FROM payment
        LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
        LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
        WHERE coalesce(r.says, o.outcome, 'sent') <> 'failed'
        GROUP BY 1, 2 HAVING count(*) > 1""",
    "a day covered twice": """
        SELECT a.member_id FROM cover_term a JOIN cover_term b
        ON b.member_id = a.member_id AND b.cover_id > a.cover_id AND a.term && b.term""",
    "money that stands between two years": """
        SELECT 1901 FROM posting WHERE account = '1901' HAVING sum(amount_fen) <> 0""",
    "a unit's money or credit below nothing": """
        SELECT p.unit_id, p.account FROM posting p JOIN entry e ON e.id = p.entry_id
        WHERE p.account IN ('2101', '2102') GROUP BY 1, 2, e.benefit_year
        HAVING sum(p.amount_fen) > 0""",
    "a credit line that is not the sum of what it brought back": """
        SELECT l.id FROM line_resolution x JOIN statement_line l ON l.id = x.line_id
        WHERE x.act = 'returned' AND l.amount_fen IS DISTINCT FROM (
            SELECT sum(p.amount_fen) FROM payment_resolution r
            JOIN payment p USING (member_id, grant_no, attempt)
            WHERE x.payment_resolution_id IN (r.id, r.together_id))""",
    "a benefit that came back twice, or by a line that waits": """
        SELECT r.member_id FROM resolution_now r JOIN statement_line l ON l.id = r.line_id
        LEFT JOIN LATERAL (SELECT payment_resolution_id FROM line_resolution x
                           WHERE x.line_id = l.id ORDER BY seq DESC LIMIT 1) now ON true
        WHERE l.amount_fen > 0
              AND now.payment_resolution_id IS DISTINCT FROM coalesce(r.together_id, r.id)""",
    # Worked out apart from the application's own comparison: the name is what stands before "#".
    "money that was typed, and said to be a line's besides": """
        SELECT l.id FROM statement_line l JOIN line_said x ON x.line_id = l.id JOIN (
            SELECT reference, amount_fen, received_on FROM receipt r
            WHERE line_id IS NULL AND from_year IS NULL
                  AND NOT EXISTS (SELECT FROM receipt_undone WHERE receipt_id = r.id)
                  AND NOT EXISTS (SELECT FROM statement_line WHERE receipt_id = r.id)
            UNION ALL
            SELECT reference, amount_fen, received_on FROM subsidy s
            WHERE line_id IS NULL
                  AND NOT EXISTS (SELECT FROM statement_line WHERE subsidy_id = s.id)
                  AND NOT EXISTS (SELECT FROM entry_reversal v JOIN entry e ON e.id = v.entry_id
                                  WHERE e.memo = 'subsidy received' AND e.about = s.id)
        ) t ON (t.amount_fen, t.received_on) = (l.amount_fen, l.booked_on)
            AND split_part(t.reference, '#', 1) IN (l.bank_key, split_part(l.bank_key, ' ', 2))
        WHERE x.act IN ('receipt', 'subsidy', 'interest', 'refund')""",
    "suspense that is no line's": """
        SELECT booked.fen, held.fen
        FROM (SELECT coalesce(-sum(amount_fen), 0) AS fen FROM posting
              WHERE account = '2103') booked,
             (SELECT coalesce(sum(l.amount_fen), 0) AS fen FROM statement_line l
              LEFT JOIN LATERAL (SELECT act, refund_id, id FROM line_resolution r
                  WHERE r.line_id = l.id ORDER BY seq DESC LIMIT 1) said ON true
              WHERE l.amount_fen > 0 AND (
                  said.act IS NULL AND l.taken_as = 'suspense'
                  OR said.act = 'undone'
                  OR said.act = 'not_ours' AND NOT EXISTS (
                      SELECT FROM line_said b WHERE b.other_line_id = l.id)
                  OR said.act = 'refund' AND (
                      SELECT step FROM refund_step t WHERE t.refund_id = said.refund_id
                      ORDER BY seq DESC LIMIT 1) IS DISTINCT FROM 'paid')) held
        WHERE booked.fen <> held.fen""",
}


def assert_all_holds(session: Session, last: date) -> int:
    """How many bundles were verified."""
    for what, query in NEVER.items():
        assert session.execute(text(query)).all() == [], what
    assert_sound(session)
    years = session.scalars(text("SELECT DISTINCT benefit_year FROM entry ORDER BY 1")).all()
    for year in years:
        assert trial_balance(session, year).closes
    days = session.execute(text("SELECT min(booked_on), max(booked_on) FROM entry")).one()
    if days[0]:
        assert differences(session, *days) == []
        last = max(last, days[1])
    assert explained(session).faults == []
    with suppress(NoStatement):
        assert reconciliation(session, last).off_fen == 0
    return sum(_verifies(session, year) for year in range(2023, 2027))


def _verifies(session: Session, year: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{year}.zip"
        try:
            make_bundle(session, year, path)
        except NothingInYear:
            return False
        found = verify.examine(str(path))
        assert found["fault"] is None, (year, found["fault"].says("en"))
        return True
