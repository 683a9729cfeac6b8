"""Find what a credit line may have brought back, and what somebody names of it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.banking.models import StatementLine
from app.payments.batch import batch_numbered
from app.payments.bring_back import NoPaymentsNamed
from app.payments.doubt import NoSuchPayment
from app.payments.fitting import MayBeBack
from app.together import Question


def may_be_back(session: Session, line: StatementLine) -> list[MayBeBack]:
    """Payments of the half year before a line that did not arrive, or are not known; the latest
    batch first. Not what is more than the line, and not what came back already."""
    asked = {"day": line.booked_on, "fen": line.amount_fen}
    return MAY_BE_BACK.all(session, **asked)


def payments_named(session: Session, said: Sequence[str]) -> list[int]:
    """By the payments' own numbers: "P2024-0003" is all of it that failed and did not come back
    yet, "P2024-0003:2" its second line.

    Raises NoSuchBatch, NoSuchPayment, NoPaymentsNamed.
    """
    found: list[int] = []
    for each in said:
        batch, colon, line = each.strip().partition(":")
        if not colon:
            found += session.scalars(_FAILED, {"batch": batch_numbered(session, batch).id})
        elif line.isascii() and line.isdigit() and len(line) <= _DIGITS:
            at = {"batch": batch_numbered(session, batch).id, "line": int(line)}
            number = session.scalar(_AT, at)
            if number is None:
                raise NoSuchPayment(batch=batch, line=int(line))
            found.append(number)
        else:
            raise NoPaymentsNamed
    return found


_DIGITS: Final = 9
_STANDS: Final = """
    coalesce(r.says, o.outcome, CASE WHEN u.return_id IS NOT NULL
        OR EXISTS (SELECT FROM bank_return x WHERE x.batch_id = b.id) THEN 'unknown' END)
"""
# Batch by batch through the key (OFFSET 0): the planner would read all payments there ever were.
_OPEN: Final = """
    FROM payment_batch b
    CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.batch_id = b.id OFFSET 0) p
    LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN payment_unknown u USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
    WHERE NOT EXISTS (SELECT FROM line_resolution x
                      WHERE x.payment_resolution_id = coalesce(r.together_id, r.id))
"""
MAY_BE_BACK: Final = Question(
    f"""
    SELECT p.id, b.id,
           'P' || b.benefit_year || '-' || lpad(b.id::text, greatest(4, length(b.id::text)), '0'),
           p.line, b.benefit_year, p.amount_fen, p.name, {_STANDS}
    {_OPEN} AND b.made_on BETWEEN CAST(:day AS date) - 180 AND :day AND p.amount_fen <= :fen
          AND {_STANDS} IN ('failed', 'unknown')
    ORDER BY b.id DESC, p.line
    """,
    MayBeBack,
)
_FAILED: Final = text(f"SELECT p.id {_OPEN} AND b.id = :batch AND {_STANDS} = 'failed'")
_AT: Final = text("SELECT id FROM payment WHERE batch_id = :batch AND line = :line")
