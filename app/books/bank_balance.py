"""What the books and the bank say at the end of a day, and what only one of them knows.

Of one of the fund's accounts, or of all together: the ledger has one account for the bank, and
`app.books.bank_account` says which of them an entry moved. Whatever these queries do not name shows
as a difference of the statement, which must be nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from app.books.bank_account import BANK_ENTRY
from app.books.reconcile import Item, Reconciliation
from app.errors import Refusal
from app.together import Question, together


class NoStatement(Refusal):
    """No statement begins before this day ends."""


_BOOK: Final = Question(
    """
SELECT coalesce(sum(e.fen), 0)::bigint FROM bank_entry e
WHERE e.booked_on <= :day AND (CAST(:account AS bigint) IS NULL OR e.account_id = :account)
""",
    int,
)


class _AtBank(NamedTuple):
    """An account on a day: with what its statements began, and what it has."""

    id: int
    code: str
    first_day: date
    opening_fen: int
    closing_fen: int


# Each account's balance after its last line up to the day; before its first, what it opened with.
_BANK: Final = Question(
    """
SELECT a.id, a.code, first.first_day, first.opening_fen,
       coalesce(last.balance_fen, first.opening_fen)
FROM fund_account a
JOIN LATERAL (SELECT first_day, opening_fen FROM bank_statement
              WHERE account_id = a.id AND previous_id IS NULL) first ON true
LEFT JOIN LATERAL (
    SELECT balance_fen FROM statement_line WHERE account_id = a.id AND booked_on <= :day
    ORDER BY id DESC LIMIT 1) last ON true
WHERE first.first_day <= :day AND (CAST(:account AS text) IS NULL OR a.code = :account)
ORDER BY a.code
""",
    _AtBank,
)
# Left the bank, and nobody has said yet what for, or it was undone by then. What is said first is
# booked on the bank's day, what comes after on its own.
UNEXPLAINED: Final = Question(
    """
SELECT l.booked_on, l.amount_fen, l.bank_key FROM statement_line l
WHERE l.amount_fen < 0 AND l.booked_on <= :day
      AND (CAST(:account AS bigint) IS NULL OR l.account_id = :account)
      AND coalesce((SELECT r.act FROM line_resolution r
                    WHERE r.line_id = l.id AND (r.on_day <= :day
                                                OR r.seq = 1 AND r.act <> 'undone')
                    ORDER BY r.seq DESC LIMIT 1), l.taken_as) IN ('unexplained', 'undone')
ORDER BY l.booked_on, l.id
""",
    Item,
)
# Of a closed period, so booked after the day although the bank moved it before. Batches are
# compared whole (below), and what was only typed no statement has either.
_LATE: Final = Question(
    """
SELECT e.document_on, e.fen, e.id::text FROM bank_entry e
WHERE (CAST(:account AS bigint) IS NULL OR e.account_id = :account) AND e.fen <> 0
      AND e.document_on <= :day AND e.booked_on > :day
      AND e.memo NOT IN ('payments paid', 'payments resolved', 'reversed', 'money received',
                         'recovery received', 'repaid by member', 'online settled')
      AND NOT (e.memo = 'subsidy received' AND EXISTS (
          SELECT FROM subsidy s WHERE s.id = e.about AND s.line_id IS NULL))
ORDER BY e.id
""",
    Item,
)
# Typed, and on no statement; what was reversed since is none of it.
_TYPED: Final = Question(
    """
SELECT e.booked_on, e.fen, t.reference FROM bank_entry e
JOIN LATERAL (
    SELECT r.reference FROM receipt r WHERE e.memo = 'money received' AND r.id = e.about
        AND r.line_id IS NULL AND NOT EXISTS (
            SELECT FROM statement_line l WHERE l.receipt_id = r.id AND l.booked_on <= :day)
        AND NOT EXISTS (SELECT FROM line_said x WHERE x.receipt_id = r.id)
    UNION ALL
    SELECT s.reference FROM subsidy s WHERE e.memo = 'subsidy received' AND s.id = e.about
        AND s.line_id IS NULL AND NOT EXISTS (
            SELECT FROM statement_line l WHERE l.subsidy_id = s.id AND l.booked_on <= :day)
        AND NOT EXISTS (SELECT FROM line_said x WHERE x.subsidy_id = s.id)
    UNION ALL
    SELECT r.reference FROM recovery_receipt r WHERE e.memo = 'recovery received'
        AND r.id = e.about AND r.suspense_year IS NULL
        AND NOT EXISTS (SELECT FROM line_said x WHERE x.recovery_receipt_id = r.id)
    UNION ALL
    SELECT r.reference FROM repayment r WHERE e.memo = 'repaid by member'
        AND r.id = e.about AND r.suspense_year IS NULL
        AND NOT EXISTS (SELECT FROM line_said x WHERE x.repayment_id = r.id)
    UNION ALL
    SELECT o.reference FROM online_payout o WHERE e.memo = 'online settled'
        AND o.id = e.about AND o.account = '1001'
) t ON true
WHERE e.booked_on <= :day AND (CAST(:account AS bigint) IS NULL OR e.account_id = :account)
      AND NOT EXISTS (
    SELECT FROM entry_reversal x JOIN entry back ON back.id = x.reversal_id
    WHERE x.entry_id = e.id AND back.booked_on <= :day)
ORDER BY e.booked_on, e.id
""",
    Item,
)
# What a batch's answers booked, beside what left the bank for it.
_BATCHES: Final = Question(
    """
SELECT max(m.day), b.id, b.benefit_year,
       coalesce(sum(m.amount_fen) FILTER (WHERE m.booked), 0)::bigint,
       coalesce(sum(m.amount_fen) FILTER (WHERE NOT m.booked), 0)::bigint
FROM payment_batch b
JOIN (
    SELECT r.batch_id, e.account_id, e.booked_on AS day, e.fen AS amount_fen, true AS booked
    FROM bank_entry e JOIN bank_return r ON r.id = e.about WHERE e.memo = 'payments paid'
    UNION ALL
    SELECT y.batch_id, e.account_id, e.booked_on, e.fen, true
    FROM bank_entry e JOIN payment_resolution r ON r.id = e.about
    JOIN payment y ON y.member_id = r.member_id AND y.grant_no = r.grant_no
        AND y.attempt = r.attempt
    WHERE e.memo = 'payments resolved'
    UNION ALL
    SELECT coalesce(l.batch_id, x.batch_id), l.account_id, l.booked_on, l.amount_fen, false
    FROM statement_line l LEFT JOIN line_resolution x ON x.line_id = l.id AND x.act = 'batch'
        AND (x.seq = 1 OR x.on_day <= :day)
        AND NOT EXISTS (SELECT FROM line_resolution u WHERE u.line_id = x.line_id
                        AND u.seq = x.seq + 1 AND u.on_day <= :day)
) m ON m.batch_id = b.id AND m.day <= :day
    AND (CAST(:account AS bigint) IS NULL OR m.account_id = :account)
GROUP BY b.id, b.benefit_year ORDER BY b.id
""",
    lambda *row: row,
)
_DIFFERENCES: Final[dict[str, Question[Any]]] = {
    "book": _BOOK,
    "typed": _TYPED,
    "unexplained": UNEXPLAINED,
    "late": _LATE,
    "batches": _BATCHES,
}
"""All of it in one statement: what entries moved of the bank is gathered once."""


def reconciliation(session: Session, as_of: date, account: str | None = None) -> Reconciliation:
    """The bank reconciliation at the end of a day, of one account by its code, or of all together.

    Raises NoStatement.
    """
    accounts = _BANK.all(session, day=as_of, account=account)
    if not accounts:
        raise NoStatement(day=as_of.isoformat())
    of_one = None if account is None else accounts[0].id
    asked = {"day": as_of, "account": of_one}
    found = together(session, asked, BANK_ENTRY, **_DIFFERENCES)
    book_only, bank_only = [*found["typed"]], [*found["unexplained"]]
    bank_only += [
        Item(x.first_day, x.opening_fen, x.code, "opening") for x in accounts if x.opening_fen
    ]
    bank_only += found["late"]
    for booked, item in _batches(found["batches"]):
        (book_only if booked else bank_only).append(item)
    return Reconciliation(
        "、".join(x.code for x in accounts),
        as_of,
        found["book"][0],
        sum(x.closing_fen for x in accounts),
        tuple(book_only),
        tuple(bank_only),
    )


def reconciled(session: Session, as_of: date) -> list[str]:
    """The accounts that have a statement by that day, by their codes."""
    return [x.code for x in _BANK.all(session, day=as_of, account=None)]


def _batches(rows: Iterable[tuple[date, int, int, int, int]]) -> Iterator[tuple[bool, Item]]:
    """Batches that only one side has whole; whether it is the books."""
    for day, number, year, booked_fen, bank_fen in rows:
        off_fen = booked_fen - bank_fen
        if off_fen:
            item = Item(day, -abs(off_fen), f"P{year}-{number:04d}")
            yield off_fen < 0, item
