"""Where claims stand: today's determination against what left for the bank, by the facts."""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Final, LiteralString, NamedTuple, Protocol

from sqlalchemy.orm import Session

from app.adjudication.excess import OFFS
from app.arrays import number_array
from app.claims.lifecycle import State
from app.db import fetched
from app.ledger.post import hold_books

ClaimKey = tuple[int, int]
"""(member_id, claim_id), the order in which rows are locked."""


class Standing(NamedTuple):
    """Where one claim stands: today's determination against what left for the bank.

    `paid_fen` is what reached the member and stayed there, with set-offs and repayments
    (`app.adjudication.excess`); `waiting_fen` is at the bank without an answer; `attempts` are
    those of today's determination; `benefit_year` is that of what it grants or, where it grants
    nothing, of the payment that did not arrive;
    `overtaken`: a newer version, a refund or a decision of the bill waits to be determined.
    `failed_account` is the account of the claim's last payment, where the bank said it failed; an
    heir's is counted below zero. `came_back`: the last attempt's money arrived by the bank's word,
    and two people found it back: in their last word, of this `seq`.
    """

    member_id: int
    claim_id: int
    state: State
    seq: int
    grant_no: int
    payable_fen: int
    benefit_year: int | None
    refusal: str | None
    paid_fen: int
    waiting_fen: int
    attempts: int
    overtaken: bool
    failed_account: int | None
    written_fen: int
    came_back: int = 0

    @property
    def due_fen(self) -> int:
        """What may be sent now; negative where too much was paid."""
        return self.payable_fen - self.paid_fen - self.waiting_fen


class AtBank(NamedTuple):
    """What an answer of the bank must know of the claim: of what `Standing` has, this alone.

    The other fields take as long to look up as these, and say nothing to an answer.
    """

    member_id: int
    claim_id: int
    state: State
    seq: int
    payable_fen: int
    refusal: str | None
    paid_fen: int
    written_fen: int


class Owed(Protocol):
    """What a claim is owed, and was paid: `Standing` and `AtBank` have it."""

    @property
    def member_id(self) -> int: ...
    @property
    def claim_id(self) -> int: ...
    @property
    def state(self) -> State: ...
    @property
    def seq(self) -> int: ...
    @property
    def payable_fen(self) -> int: ...
    @property
    def refusal(self) -> str | None: ...
    @property
    def paid_fen(self) -> int: ...
    @property
    def written_fen(self) -> int: ...


def standings(session: Session, claims: Sequence[ClaimKey]) -> list[Standing]:
    """Where these claims stand, in key order. Lock them first, in a statement before this one."""
    rows = fetched(session, _STANDINGS, columns(claims))
    if not rows:
        return []
    of_member, of_claim, states, *rest = zip(*rows, strict=True)
    told = (of_member, of_claim, states_named(states), *rest)
    return list(map(tuple.__new__, repeat(Standing), zip(*told, strict=True)))


def lock(session: Session, claims: Sequence[ClaimKey]) -> None:
    """Wait for and hold these claims' rows of the queue, in key order."""
    hold_books(session)
    fetched(session, _LOCK, columns(claims))


def columns(claims: Sequence[ClaimKey]) -> dict[str, object]:
    """Claims in key order as two arrays: the parameters of a query about all of them."""
    ordered = sorted(claims)
    return {
        "members": number_array([member_id for member_id, _ in ordered]),
        "claims": number_array([claim_id for _, claim_id in ordered]),
    }


def states_named(states: Iterable[str]) -> list[State]:
    """States by their names: a call of the class for each takes many times as long."""
    return [_STATES[state] for state in states]


_STATES: Final = {state.value: state for state in State}

_LOCK: Final[LiteralString] = """
SELECT count(*) FROM (
    SELECT FROM unnest(%(members)s::bigint[], %(claims)s::bigint[])
        AS w(member_id, claim_id)
    JOIN claim_queue q USING (member_id, claim_id)
    ORDER BY q.member_id, q.claim_id FOR UPDATE OF q
) locked
"""

# `r.seq IS NOT NULL` and the CASE: without them what follows is looked for of every payment.
_STANDINGS: Final[LiteralString] = f"""
SELECT q.member_id, q.claim_id, q.state, q.seq, live.grant_no, live.payable_fen,
       coalesce(live.benefit_year, owed_year(q.member_id, q.claim_id)), live.refusal,
       CAST(coalesce(money.paid, 0) + coalesce(off.net, 0) AS bigint),
       coalesce(money.waiting, 0),
       coalesce(money.attempts, 0),
       EXISTS (SELECT FROM settlement s WHERE s.member_id = live.member_id
               AND s.setl_id = live.setl_id AND s.version > live.version)
       OR live.refusal IS DISTINCT FROM 'refunded'
          AND EXISTS (SELECT FROM refund WHERE undone_setl_id = live.setl_id)
       OR EXISTS (SELECT FROM held_decision h WHERE h.member_id = q.member_id
                  AND h.claim_id = q.claim_id AND h.decision_no > live.grant_no),
       CASE WHEN money.failed THEN (
           SELECT coalesce(p.account_seq, -p.heir_id) FROM payment p
           JOIN payment_outcome o USING (member_id, grant_no, attempt)
           LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
           WHERE p.member_id = q.member_id AND p.id = money.last_id
                 AND coalesce(r.says, o.outcome) = 'failed') END,
       CAST(coalesce(off.written, 0) AS bigint),
       coalesce(money.came_back, 0)
FROM unnest(%(members)s::bigint[], %(claims)s::bigint[])
    AS w(member_id, claim_id)
JOIN claim_queue q USING (member_id, claim_id)
JOIN LATERAL (
    SELECT * FROM determination d
    WHERE d.member_id = q.member_id AND d.claim_id = q.claim_id ORDER BY d.seq DESC LIMIT 1
) live ON true
LEFT JOIN LATERAL (
    SELECT CAST(sum(p.amount_fen) FILTER (
               WHERE coalesce(r.says, o.outcome) = 'paid') AS bigint) AS paid,
           CAST(sum(p.amount_fen) FILTER (WHERE o.outcome IS NULL) AS bigint) AS waiting,
           max(p.attempt) FILTER (WHERE p.grant_no = live.grant_no) AS attempts,
           max(p.id) AS last_id,
           max(r.seq) FILTER (
               WHERE p.grant_no = live.grant_no AND r.seq IS NOT NULL AND r.says = 'failed'
                     AND o.outcome = 'paid'
                     AND NOT EXISTS (
                   SELECT FROM payment next WHERE next.member_id = p.member_id
                   AND next.grant_no = p.grant_no AND next.attempt > p.attempt)) AS came_back,
           bool_or(coalesce(r.says, o.outcome) = 'failed') AS failed
    FROM payment p
    LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN resolution_now r USING (member_id, grant_no, attempt)
    WHERE p.member_id = q.member_id AND p.claim_id = q.claim_id
) money ON true
LEFT JOIN ({OFFS}) off ON off.member_id = q.member_id AND off.claim_id = q.claim_id
ORDER BY q.member_id, q.claim_id
"""  # noqa: S608 - put together from constants
