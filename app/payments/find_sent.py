"""What was sent in a batch, with what the bank has said of it, and how its claims stand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Any, Final, LiteralString

import psycopg
from sqlalchemy.orm import Session

from app.adjudication.excess import OFFS
from app.db import cursor, without_waiting
from app.ledger.post import hold_books
from app.payments.answer import Sent
from app.payments.standing import AtBank, states_named

Row = tuple[Any, ...]


@contextmanager
def holding_sent(session: Session, batch_id: int) -> Iterator[psycopg.Cursor[Row]]:
    """Hold the claims of a batch's payments, in key order, while a block works.

    At its end they are held, and the payments are there for `find_sent`.
    """
    hold_books(session)
    with without_waiting(session):
        yield cursor(session).execute(_HELD, {"batch": batch_id}, binary=True)


def find_sent(
    session: Session, batch_id: int, held: Sequence[Row], *, tails: bool
) -> dict[int, tuple[Sent, AtBank]]:
    """A batch's payments, held before, by their lines, and how their claims stand.

    `tails`: the accounts are wanted, too.
    """
    # A statement of its own: it sees what those committed for whom the locks had to wait.
    about = {"batch": batch_id}
    with without_waiting(session):
        said = cursor(session).execute(_SAID, about, binary=True)
        owed = cursor(session).execute(_OWED, about, binary=True)
        tail_of = cursor(session).execute(_TAILS, about, binary=True) if tails else None
        sent = _as_usual(held)
    for line, *words in said.fetchall():
        payment, claim = sent[line]
        sent[line] = Sent._make((*payment[:_ANSWERED], *words)), claim
    for line, *money in owed.fetchall():
        payment, claim = sent[line]
        sent[line] = payment, AtBank._make((*claim[:_STANDS], *money))
    for line, tail in tail_of.fetchall() if tail_of else ():
        payment, claim = sent[line]
        sent[line] = Sent._make((*payment[:_TAIL], tail, *payment[_ANSWERED:])), claim
    return sent


def _as_usual(held: Sequence[Row]) -> dict[int, tuple[Sent, AtBank]]:
    """As nearly all are: unanswered, and all that is payable of the claim."""
    if not held:
        return {}
    lines, members, claims, grants, attempts, amounts, states, seqs = zip(*held, strict=True)
    of_payments = (members, claims, grants, attempts, amounts, *_UNANSWERED)
    of_claims = (members, claims, states_named(states), seqs, amounts, *_ALL_OWED)
    sent = map(tuple.__new__, repeat(Sent), zip(*of_payments, strict=False))
    at_bank = map(tuple.__new__, repeat(AtBank), zip(*of_claims, strict=False))
    return dict(zip(lines, zip(sent, at_bank, strict=True), strict=True))


_TAIL: Final = Sent._fields.index("account_tail")
_ANSWERED: Final = Sent._fields.index("outcome")
"""From here on a Sent tells what was said of it."""
_STANDS: Final = AtBank._fields.index("payable_fen")
"""Before that an AtBank tells where the claim stands in the queue."""
_UNANSWERED: Final = (repeat(""), repeat(None), repeat(None), repeat(False))
"""The account was not asked for; no outcome, no day, nor is it unknown to the bank."""
_ALL_OWED: Final = (repeat(None), repeat(0), repeat(0))
"""No refusal; nothing paid, nothing written off."""

_HELD: Final[LiteralString] = """
SELECT p.line, p.member_id, p.claim_id, p.grant_no, p.attempt, p.amount_fen, q.state, q.seq
FROM payment p JOIN claim_queue q USING (member_id, claim_id)
WHERE p.batch_id = %(batch)s
ORDER BY q.member_id, q.claim_id FOR UPDATE OF q
"""

# The words there are: none are looked for while the batch has no answer at all, and nobody decided.
_SAID: Final[LiteralString] = """
SELECT p.line, coalesce(r.says, o.outcome), coalesce(r.booked_on, o.booked_on),
       u.return_id IS NOT NULL
FROM payment p
LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
LEFT JOIN payment_unknown u USING (member_id, grant_no, attempt)
LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
WHERE p.batch_id = %(batch)s
      AND (EXISTS (SELECT FROM bank_return WHERE batch_id = %(batch)s)
           OR EXISTS (SELECT FROM batch_sum WHERE batch_id = %(batch)s))
"""

# Of claims that are not as usual. The first attempt of a claim's first determination that nothing
# followed is all that was sent of it: so nothing else is looked for.
_OWED: Final[LiteralString] = f"""
SELECT p.line, live.payable_fen, live.refusal,
       CAST(CASE WHEN live.seq > 1 OR p.attempt > 1
            THEN (
                SELECT coalesce(sum(x.amount_fen), 0) FROM payment x
                LEFT JOIN payment_outcome y USING (member_id, grant_no, attempt)
                LEFT JOIN resolution_now z USING (member_id, grant_no, attempt)
                WHERE x.member_id = p.member_id AND x.claim_id = p.claim_id
                      AND coalesce(z.says, y.outcome) = 'paid')
            ELSE 0 END + coalesce(off.net, 0) AS bigint),
       CAST(coalesce(off.written, 0) AS bigint)
FROM payment p
JOIN LATERAL (
    SELECT d.payable_fen, d.refusal, d.seq FROM determination d
    WHERE d.member_id = p.member_id AND d.claim_id = p.claim_id ORDER BY d.seq DESC LIMIT 1
) live ON true
LEFT JOIN ({OFFS}) off ON off.member_id = p.member_id AND off.claim_id = p.claim_id
WHERE p.batch_id = %(batch)s
      AND (live.payable_fen <> p.amount_fen OR live.refusal IS NOT NULL OR live.seq > 1
           OR p.attempt > 1 OR off.member_id IS NOT NULL)
"""  # noqa: S608 - put together from constants

_TAILS: Final[LiteralString] = """
SELECT p.line, coalesce(a.tail, h.tail) FROM payment p
LEFT JOIN bank_account a ON a.member_id = p.member_id AND a.seq = p.account_seq
LEFT JOIN heir h ON h.member_id = p.member_id AND h.id = p.heir_id
WHERE p.batch_id = %(batch)s
"""
