"""Receipts as they stand: without those undone, less what of them goes back to the unit."""

from typing import Final, LiteralString

ASKED_BACK: Final[LiteralString] = """coalesce((
    SELECT w.step FROM refund_step w WHERE w.refund_id = b.refund_id ORDER BY w.seq DESC LIMIT 1
), 'proposed') <> 'withdrawn'"""
"""SQL: the refund of share `b` asks its money back, or got it: also where it was withdrawn, and the
bank paid it all the same."""
RECEIVED: Final = f"""(
    SELECT c.id, c.unit_id, c.benefit_year, c.received_on, c.reference, c.from_year, c.roster_id,
           c.amount_fen - coalesce((
               SELECT sum(b.amount_fen) FROM refund_share b
               WHERE b.receipt_id = c.id AND {ASKED_BACK}), 0)::bigint
           AS amount_fen,
           coalesce((SELECT o.own_money FROM roster o WHERE o.id = c.roster_id), false)
           AS own_money
    FROM receipt c
    WHERE NOT EXISTS (SELECT FROM receipt_undone n WHERE n.receipt_id = c.id)
)"""  # noqa: S608 - put together from constants
"""SQL, behind FROM, before its name. `own_money`: of somebody who enrolled alone."""
