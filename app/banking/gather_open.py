"""What money is awaited, gathered for matching.

Batches belong to a package above this one; only their numbers and totals are read, as rows.
"""

from typing import Any, Final

from sqlalchemy.orm import Session

from app.banking.alone import AloneAwaited
from app.banking.matching import Open, RefundAwaited, plain_name
from app.banking.models import FundAccount
from app.banking.refund import refund_number
from app.contributions.received import RECEIVED
from app.contributions.reference import Named
from app.contributions.subsidise import DUE
from app.together import Question, together

_STANDS: Final = "SELECT id, stands_id FROM unit_now ORDER BY id"
_NAMES: Final = """
SELECT id, name FROM unit UNION SELECT unit_id, name FROM unit_change ORDER BY 1, 2
"""
_UNIONS: Final = "SELECT id, name FROM union_node ORDER BY id"
# Of all that stand as one together; withdrawn rosters owe nothing, and what was typed of money or
# used of credit is not awaited any more. Who enrolled alone pays under a reference of the own.
_MISSING: Final = f"""
WITH standing AS MATERIALIZED (SELECT id, stands_id FROM unit_now)
SELECT stands_id, benefit_year, due.fen - coalesce(got.fen, 0)
FROM (
    SELECT u.stands_id, r.benefit_year,
           sum(r.heads * (r.unit_due_fen + r.worker_due_fen))::bigint AS fen
    FROM roster r JOIN standing u ON u.id = r.unit_id
    WHERE NOT r.own_money AND r.id NOT IN (SELECT roster_id FROM roster_withdrawn) GROUP BY 1, 2
) due LEFT JOIN (
    SELECT u.stands_id, c.benefit_year, sum(c.amount_fen)::bigint AS fen
    FROM {RECEIVED} c JOIN standing u ON u.id = c.unit_id
    WHERE c.roster_id IS NULL OR c.roster_id NOT IN (SELECT id FROM roster WHERE own_money)
    GROUP BY 1, 2
) got USING (stands_id, benefit_year)
"""  # noqa: S608 - put together from constants
_BATCHES: Final = """
SELECT 'P' || benefit_year || '-' || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0')
                                          ELSE id::text END, id, total_fen
FROM payment_batch b
WHERE NOT EXISTS (SELECT FROM statement_line l WHERE l.batch_id = b.id)
      AND NOT EXISTS (SELECT FROM line_said l WHERE l.batch_id = b.id)
ORDER BY id
"""
_REFUNDS: Final = """
SELECT u.id, u.amount_fen, s.step = 'paid', u.payee FROM unit_refund u
JOIN LATERAL (SELECT step FROM refund_step WHERE refund_id = u.id ORDER BY seq DESC LIMIT 1) s
    ON s.step IN ('approved', 'paid')
ORDER BY u.id
"""


# A full roster stays: what is paid for it again waits for a person.
_ALONE: Final = f"""
SELECT s.reference, r.id, u.stands_id, r.benefit_year,
       greatest(0, r.heads * (r.unit_due_fen + r.worker_due_fen) - coalesce(got.fen, 0))::bigint
FROM self_enrolment s JOIN roster r ON r.id = s.roster_id JOIN unit_now u ON u.id = r.unit_id
LEFT JOIN (
    SELECT c.roster_id, sum(c.amount_fen) AS fen FROM {RECEIVED} c
    WHERE c.roster_id IS NOT NULL GROUP BY 1
) got ON got.roster_id = r.id
WHERE NOT EXISTS (SELECT FROM roster_withdrawn w WHERE w.roster_id = r.id)
"""  # noqa: S608 - put together from constants


def gather_open(session: Session, account: FundAccount | None = None) -> Open:
    """What is awaited now; `account`: whose own names pay no contributions.

    Names and references of before stand for the unit that stands now.
    """
    found = together(session, {}, **_AWAITED)
    known = Open(stands=dict(found["stands"]))
    for unit_id, name in found["names"]:
        known.unit_names.setdefault(plain_name(name), set()).add(known.stands[unit_id])
    for union_id, name in found["unions"]:
        known.union_names.setdefault(plain_name(name), set()).add(union_id)
    for unit_id, year, fen in found["missing"]:
        if fen > 0:
            known.missing.setdefault(unit_id, {})[year] = fen
    for reference, roster_id, unit_id, year, fen in found["alone"]:
        known.alone[reference] = AloneAwaited(roster_id, Named(unit_id, year), fen)
    known.subsidies = {year: fen for year, fen in found["subsidies"] if fen > 0}
    for number, batch_id, total_fen in found["batches"]:
        known.batches[number] = (batch_id, total_fen)
    for refund_id, fen, paid, payee in found["refunds"]:
        awaited = RefundAwaited(fen, paid, plain_name(payee))
        known.refunds[refund_number(refund_id)] = (refund_id, awaited)
    if account is not None:
        known.bank = plain_name(account.bank)
        known.own_names = {known.bank, plain_name(account.holder)}
    return known


def _row(*row: Any) -> tuple[Any, ...]:
    return row


_AWAITED: Final[dict[str, Question[Any]]] = {
    "stands": Question(_STANDS, _row),
    "names": Question(_NAMES, _row),
    "unions": Question(_UNIONS, _row),
    "missing": Question(_MISSING, _row),
    "alone": Question(_ALONE, _row),
    "subsidies": DUE,
    "batches": Question(_BATCHES, _row),
    "refunds": Question(_REFUNDS, _row),
}
