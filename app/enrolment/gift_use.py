"""What gift campaigns cost the union, and what came of their covers."""

from typing import LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.db import fetched

# Live determinations under gift covers: what a later one followed does not count.
GIVEN: LiteralString = """
    SELECT r.campaign_id, r.id AS roster_id, r.starts_on, r.union_due_fen, c.member_id, c.id
    FROM roster r JOIN cover c ON c.roster_id = r.id WHERE r.campaign_id IS NOT NULL
"""
UNDER_GIFTS: LiteralString = f"""
    SELECT g.campaign_id, d.member_id, d.claim_id, d.recorded_at, d.payable_fen
    FROM ({GIVEN}) g
    JOIN determination d ON d.member_id = g.member_id AND d.cover_id = g.id
    WHERE d.refusal IS NULL
          AND NOT EXISTS (SELECT FROM determination l WHERE l.member_id = d.member_id
                          AND l.claim_id = d.claim_id AND l.seq > d.seq)
"""  # noqa: S608 - put together from constants
_USE: LiteralString = f"""
WITH given AS ({GIVEN}), used AS (
    SELECT d.campaign_id, count(*) AS claims, count(DISTINCT d.member_id) AS people,
           sum(d.payable_fen)::bigint AS payable_fen,
           coalesce(sum(p.paid_fen), 0)::bigint AS paid_fen
    FROM ({UNDER_GIFTS}) d
    LEFT JOIN LATERAL (
        SELECT sum(p.amount_fen) AS paid_fen FROM payment p
        JOIN payment_outcome o USING (member_id, grant_no, attempt)
        LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
        WHERE p.member_id = d.member_id AND p.claim_id = d.claim_id
              AND coalesce(r.says, o.outcome) = 'paid'
    ) p ON true
    GROUP BY 1
), ended AS (
    SELECT g.campaign_id, count(DISTINCT g.id) AS ended
    FROM given g JOIN cover_change x ON x.member_id = g.member_id AND x.cover_id = g.id
    WHERE x.why = 'gift_ended' GROUP BY 1
)
SELECT k.id, coalesce((SELECT sum(g.union_due_fen) FROM given g
                       WHERE g.campaign_id = k.id), 0)::bigint,
       coalesce(e.ended, 0)::bigint, coalesce(u.claims, 0)::bigint, coalesce(u.people, 0)::bigint,
       coalesce(u.payable_fen, 0)::bigint, coalesce(u.paid_fen, 0)::bigint
FROM campaign k LEFT JOIN used u ON u.campaign_id = k.id LEFT JOIN ended e ON e.campaign_id = k.id
"""  # noqa: S608


class GiftUse(NamedTuple):
    """`cost_fen`: what the union owes for the places given. `ended`: covers a paid one ended.

    `claims` that a benefit was granted for, of so many people; granted, and paid by the bank.
    """

    cost_fen: int = 0
    ended: int = 0
    claims: int = 0
    people: int = 0
    granted_fen: int = 0
    paid_fen: int = 0


def gift_use(session: Session) -> dict[int, GiftUse]:
    """Cost and use of every campaign, by its number."""
    return {row[0]: GiftUse(*row[1:]) for row in fetched(session, _USE, {})}
