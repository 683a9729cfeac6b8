"""Bills that may be one: of one member, the same day and total, and one of them typed by hand.

A sheet without the bureau's number cannot be joined to the bureau's row. Where both stand, the one
that came second is not paid before a person has looked: paid twice would be somebody else's money,
and joined by its figures a second, real bill would be swallowed. The hospital is not compared,
because people write its name as they like. The day agrees if either does, of discharge or of
settlement: a chronic bill goes by its settlement, and has no other day on some papers.

An invoice pays once. A bill whose invoice number stands on a bill that came before, of whatever
member, is held for a person too (domain: held for a person, never refused by machine).
"""

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

# Settlement `s`: the day it is known by and its total, which some exports leave out.
_DAY: Final = "coalesce(s.enddate, s.setl_time::date)"
_SETTLED: Final = "s.setl_time::date"
_TOTAL: Final = """CASE WHEN s.medfee_sumamt <> 0 THEN s.medfee_sumamt ELSE
    s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt + s.inscp_scp_amt END"""
_NEWEST: Final = """CROSS JOIN LATERAL (
        SELECT * FROM settlement x WHERE x.member_id = c.member_id AND x.setl_id = c.setl_id
        ORDER BY x.version DESC LIMIT 1
    ) s"""

TYPED: Final = f"""
    SELECT c.member_id, c.id AS claim_id, {_DAY} AS day, {_SETTLED} AS settled,
           {_TOTAL} AS total_fen
    FROM filed_claim f
    JOIN claim c ON c.member_id = f.member_id AND c.setl_id = f.setl_id
    {_NEWEST}
    JOIN run r ON r.id = s.run_id AND r.kind = 'hand'
    WHERE f.member_id = ANY(%(members)s::bigint[])
          AND NOT EXISTS (SELECT FROM refund WHERE refund.undone_setl_id = c.setl_id)
"""  # noqa: S608 - put together from constants
"""Claims whose newest figures are what a person typed, of `members` (a psycopg parameter)."""

ANY_TYPED: Final = "SELECT FROM filed_claim WHERE member_id = ANY(%(members)s::bigint[]) LIMIT 1"
"""Whether any of `members` ever filed a claim: hardly one in a thousand has."""

DOUBTFUL: Final = f"""
WITH typed AS MATERIALIZED ({TYPED})
SELECT c.id
FROM unnest(%(members)s::bigint[], %(claims)s::bigint[]) due (member_id, claim_id)
JOIN claim c ON c.member_id = due.member_id AND c.id = due.claim_id
{_NEWEST}
WHERE c.member_id IN (SELECT member_id FROM typed)
      AND EXISTS (SELECT FROM typed t WHERE t.member_id = c.member_id AND (
          t.claim_id = c.id
          OR t.claim_id < c.id AND t.total_fen = {_TOTAL}
             AND (t.day = {_DAY} OR t.settled = {_SETTLED})))
      AND NOT EXISTS (SELECT FROM claim_move m WHERE m.member_id = c.member_id
                      AND m.claim_id = c.id AND m.act = 'confirm')
"""  # noqa: S608
"""Which of the due claims an officer must confirm first: those typed, and possible doubles of one
that was typed before. The same two parameters as the bills'."""

_STANDS: Final = """NOT EXISTS (SELECT FROM refund WHERE refund.undone_setl_id = k.setl_id)
          AND NOT EXISTS (SELECT FROM settlement newer WHERE newer.member_id = o.member_id
                          AND newer.setl_id = o.setl_id AND newer.version > o.version)"""
"""Settlement `o` of claim `k` is its bill as it stands, and was not undone."""
# LIMIT makes it a look by the invoice's index for each bill, however many are due.
INVOICE_USED: Final = f"""
SELECT c.id
FROM unnest(%(members)s::bigint[], %(claims)s::bigint[]) due (member_id, claim_id)
JOIN claim c ON c.member_id = due.member_id AND c.id = due.claim_id
{_NEWEST}
CROSS JOIN LATERAL (
    SELECT FROM settlement o JOIN claim k ON k.member_id = o.member_id AND k.setl_id = o.setl_id
    WHERE o.invono = s.invono AND o.invono <> '' AND k.id < c.id AND {_STANDS} LIMIT 1
) used
WHERE s.invono <> ''
      AND NOT EXISTS (SELECT FROM claim_move m WHERE m.member_id = c.member_id
                      AND m.claim_id = c.id AND m.act = 'confirm')
"""  # noqa: S608
"""Which of the due claims have an invoice that an earlier claim has. The bills' parameters."""

_SAME_INVOICE: Final = text(
    f"""
    SELECT k.id, k.member_id FROM claim c
    {_NEWEST}
    JOIN settlement o ON o.invono = s.invono AND o.invono <> ''
    JOIN claim k ON k.member_id = o.member_id AND k.setl_id = o.setl_id
    WHERE c.member_id = :member AND c.id = :claim AND k.id <> c.id AND {_STANDS}
    ORDER BY k.id
    """  # noqa: S608
)
_ALIKE: Final = text(
    f"""
    SELECT c.id, {_DAY} AS day, {_SETTLED} AS settled, {_TOTAL} AS total_fen,
           r.kind = 'hand' AS typed
    FROM claim c
    {_NEWEST}
    JOIN run r ON r.id = s.run_id
    WHERE c.member_id = :member
          AND NOT EXISTS (SELECT FROM refund WHERE refund.undone_setl_id = c.setl_id)
    ORDER BY c.id
    """  # noqa: S608
)


class Double(NamedTuple):
    """A claim that may be the same bill; `by_invoice`: the invoice's number is the same."""

    claim_id: int
    member_id: int
    by_invoice: bool


def alike(session: Session, member_id: int, claim_id: int) -> list[Double]:
    """The other claims that may be the same bill as this one, oldest first."""
    rows = session.execute(_ALIKE, {"member": member_id}).all()
    mine = next((row for row in rows if row.id == claim_id), None)
    asked = {"member": member_id, "claim": claim_id}
    invoiced = {row.id: row.member_id for row in session.execute(_SAME_INVOICE, asked)}
    found = [Double(claim, whose, by_invoice=True) for claim, whose in invoiced.items()]
    found += [
        Double(row.id, member_id, by_invoice=False)
        for row in rows
        if mine
        and row.id not in {claim_id, *invoiced}
        and row.total_fen == mine.total_fen
        and (row.day == mine.day or row.settled == mine.settled)
        and (row.typed or mine.typed)
    ]
    return sorted(found)


def of_the_bureau(
    session: Session, member_id: int, day: date, settled: date, total_fen: int
) -> int | None:
    """The member's claim that the bureau sent with either day and this total, if there is one."""
    for row in session.execute(_ALIKE, {"member": member_id}):
        agrees = row.day == day or row.settled == settled
        if not row.typed and agrees and row.total_fen == total_fen:
            return int(row.id)
    return None
