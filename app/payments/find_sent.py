"""What was sent in a batch, with what the bank has said of it, and how its claims stand."""

from itertools import repeat
from typing import Final, LiteralString

from sqlalchemy.orm import Session

from app.adjudication.excess import OFFS
from app.db import fetched
from app.payments.answer import Sent
from app.payments.standing import AtBank, states_named

_KEY: Final = 2
"""A payment begins with whose it is, as its claim does."""


def find_sent(session: Session, batch_id: int) -> dict[int, tuple[Sent, AtBank]]:
    """A batch's payments by their lines, and how their claims stand. Lock the claims first."""
    rows = fetched(session, _SENT, {"batch": batch_id})
    if not rows:
        return {}
    lines, *columns = zip(*rows, strict=True)
    payments, (states, *claims) = columns[: len(Sent._fields)], columns[len(Sent._fields) :]
    stand = (*columns[:_KEY], states_named(states), *claims)
    sent = map(tuple.__new__, repeat(Sent), zip(*payments, strict=True))
    at_bank = map(tuple.__new__, repeat(AtBank), zip(*stand, strict=True))
    return dict(zip(lines, zip(sent, at_bank, strict=True), strict=True))


# Of the claim: what was paid of it otherwise, which is looked for only where it has more payments.
_SENT: Final[LiteralString] = f"""
SELECT p.line, p.member_id, p.claim_id, p.grant_no, p.attempt, p.amount_fen,
       coalesce(a.tail, h.tail),
       coalesce(r.says, o.outcome), coalesce(r.booked_on, o.booked_on),
       u.return_id IS NOT NULL,
       q.state, q.seq, live.payable_fen, live.refusal,
       CAST(CASE WHEN EXISTS (
                SELECT FROM payment x WHERE x.member_id = p.member_id
                AND x.claim_id = p.claim_id AND x.id <> p.id)
            THEN (
                SELECT coalesce(sum(x.amount_fen), 0) FROM payment x
                LEFT JOIN payment_outcome y USING (member_id, grant_no, attempt)
                LEFT JOIN resolution_now z USING (member_id, grant_no, attempt)
                WHERE x.member_id = p.member_id AND x.claim_id = p.claim_id
                      AND coalesce(z.says, y.outcome) = 'paid')
            ELSE 0 END + coalesce(off.net, 0) AS bigint),
       CAST(coalesce(off.written, 0) AS bigint)
FROM payment p
LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
LEFT JOIN payment_unknown u USING (member_id, grant_no, attempt)
LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
JOIN claim_queue q ON q.member_id = p.member_id AND q.claim_id = p.claim_id
JOIN LATERAL (
    SELECT d.payable_fen, d.refusal FROM determination d
    WHERE d.member_id = p.member_id AND d.claim_id = p.claim_id ORDER BY d.seq DESC LIMIT 1
) live ON true
LEFT JOIN bank_account a ON a.member_id = p.member_id AND a.seq = p.account_seq
LEFT JOIN heir h ON h.member_id = p.member_id AND h.id = p.heir_id
LEFT JOIN ({OFFS}) off ON off.member_id = p.member_id AND off.claim_id = p.claim_id
WHERE p.batch_id = %(batch)s
"""  # noqa: S608 - put together from constants
