"""Lines of bank statements, without who paid, and the entries that they led to."""

from datetime import date
from typing import Final, LiteralString, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.said import LAST_WORD
from app.db import fetched
from app.web.paging import Asked, Page
from app.web.read.entry_lists import EntryNamed, page_of

_BANK_LINE: Final = f"""
    SELECT l.id, l.line, l.booked_on, l.amount_fen, l.bank_key, a.code, l.statement_id,
           coalesce(said.act, l.taken_as)
    FROM statement_line l JOIN fund_account a ON a.id = l.account_id {LAST_WORD}
"""  # noqa: S608 - put together from constants
_ONE_BANK_LINE: Final = text(f"{_BANK_LINE} WHERE l.id = :line")
_BANK_LINES: Final = text(
    f"""{_BANK_LINE} WHERE l.statement_id = :statement AND l.line > :after
    ORDER BY l.line LIMIT :most"""
)
# What the line was taken as, and what two officers said of it later.
_OF_BANK_LINE: LiteralString = """
WITH line AS (
    SELECT * FROM statement_line WHERE id = %(line)s
), word AS (
    SELECT * FROM line_resolution WHERE line_id = %(line)s OR other_line_id = %(line)s
    UNION
    SELECT u.* FROM line_resolution b JOIN line_resolution u
        ON u.line_id = b.line_id AND u.seq = b.seq + 1 AND u.act = 'undone'
    WHERE b.other_line_id = %(line)s
), batch AS (
    SELECT batch_id FROM line UNION SELECT batch_id FROM word
), fact (memo, about, day, benefit_year) AS (
    SELECT CASE l.taken_as WHEN 'suspense' THEN 'statement suspense'
                           WHEN 'interest' THEN 'statement interest'
                           WHEN 'fee' THEN 'statement fees' ELSE 'statement received' END,
           l.statement_id, l.booked_on, r.benefit_year
    FROM line l LEFT JOIN receipt r ON r.id = l.receipt_id
    WHERE l.taken_as IN ('suspense', 'interest', 'fee', 'receipt')
    UNION SELECT memo, about, NULL, NULL FROM line CROSS JOIN LATERAL (
        VALUES ('money received', line.receipt_id), ('subsidy received', line.subsidy_id),
               ('refund paid', line.refund_id), ('refund bounced', line.refund_id)
    ) named (memo, about)
    UNION SELECT memo, about, NULL, NULL FROM word CROSS JOIN LATERAL (
        VALUES ('fee resolved', word.id), ('fee undone', word.id), ('taken back', word.id),
               ('not taken back', word.id), ('out of suspense', word.id),
               ('into suspense', word.id), ('interest resolved', word.id),
               ('interest undone', word.id), ('typed before', word.id),
               ('typed undone', word.id),
               ('money received', word.receipt_id),
               ('receipt undone', word.receipt_id), ('subsidy received', word.subsidy_id),
               ('refund paid', word.refund_id), ('refund bounced', word.refund_id),
               ('online settled', word.payout_id), ('repaid by member', word.repayment_id),
               ('recovery received', word.recovery_receipt_id),
               ('payments resolved', word.payment_resolution_id)) named (memo, about)
    UNION SELECT said.memo, r.id, NULL, NULL FROM bank_return r JOIN batch USING (batch_id)
        CROSS JOIN (VALUES ('payments paid'), ('payments failed')) said (memo)
    UNION SELECT 'payments.exported', batch_id, NULL, NULL FROM batch
)
SELECT e.id, e.booked_on, e.benefit_year, e.memo,
       (SELECT sum(s.debit_fen) FROM entry_sum s WHERE s.entry_id = e.id)::bigint
FROM fact JOIN entry e ON e.memo = fact.memo AND e.about = fact.about
     AND (fact.day IS NULL OR coalesce(e.document_on, e.booked_on) = fact.day)
     AND (fact.benefit_year IS NULL OR e.benefit_year = fact.benefit_year)
ORDER BY e.id LIMIT 100
"""


class BankLineSeen(NamedTuple):
    """A line of a statement, without the payer's name: `state` is what stands of it now."""

    id: int
    line: int
    booked_on: date
    amount_fen: int
    bank_key: str
    account: str
    statement_id: int
    state: str


def bank_line(session: Session, line_id: int) -> BankLineSeen | None:
    """One line of a statement."""
    row = session.execute(_ONE_BANK_LINE, {"line": line_id}).one_or_none()
    return BankLineSeen(*row) if row else None


def bank_lines(session: Session, statement_id: int, asked: Asked) -> Page[BankLineSeen]:
    """Lines of a statement in the bank's order."""
    facts = {"statement": statement_id, "after": asked.after or 0, "most": asked.size + 1}
    rows = [BankLineSeen(*row) for row in session.execute(_BANK_LINES, facts)]
    return page_of(rows, asked.size, "line")


def entries_of_line(session: Session, line_id: int) -> list[EntryNamed]:
    """The entries that a bank's line led to; a statement's other lines may share one."""
    return [EntryNamed(*row) for row in fetched(session, _OF_BANK_LINE, {"line": line_id})]
