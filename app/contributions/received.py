"""Receipts as they stand: without those undone, less what of them goes back to the unit."""

from typing import Final

RECEIVED: Final = """(
    SELECT c.id, c.unit_id, c.benefit_year, c.received_on, c.reference, c.from_year, c.roster_id,
           c.amount_fen - coalesce((
               SELECT sum(b.amount_fen) FROM refund_share b
               WHERE b.receipt_id = c.id AND NOT EXISTS (
                   SELECT FROM refund_step w
                   WHERE w.refund_id = b.refund_id AND w.step = 'withdrawn')), 0)::bigint
           AS amount_fen,
           coalesce((SELECT o.own_money FROM roster o WHERE o.id = c.roster_id), false)
           AS own_money
    FROM receipt c
    WHERE NOT EXISTS (SELECT FROM receipt_undone n WHERE n.receipt_id = c.id)
)"""
"""SQL, behind FROM, before its name. `own_money`: of somebody who enrolled alone."""
