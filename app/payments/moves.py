"""Move many claims at once: the moves are facts, the queue is their cache."""

from collections.abc import Sequence, Set
from typing import Final, LiteralString, NamedTuple

from sqlalchemy.orm import Session

from app.arrays import number_array
from app.claims.lifecycle import Act, State, moved
from app.copies import Copy, copy_of_columns
from app.db import array, copy_all, fetched
from app.payments.standing import Standing

Acts = tuple[tuple[Act, int | None], ...]
"""What happens to a claim, in order. A machine's act, by the rules, is nobody's."""

_MOVE: Final = ("member_id", "claim_id", "seq", "act", "state", "by")


class Moves(NamedTuple):
    """What happens to one claim."""

    claim: Standing
    acts: Acts


def move(session: Session, moving: Sequence[Moves]) -> None:
    """Write the moves of claims whose queue rows are held. Raises NoSuchMove."""
    if moving:
        copy_all(session, [moves_copy(moving)])
        queue(session, moving)


def moves_copy(moving: Sequence[Moves]) -> Copy:
    """What writes the moves; the queue is to be brought after them. Raises NoSuchMove."""
    steps = _all_steps(moving)
    rows = [
        (claim.member_id, claim.claim_id, claim.seq + step, act, state, by)
        for claim, acts in moving
        for step, act, state, by in steps[claim.state, acts]
    ]
    return copy_of_columns("claim_move", dict(zip(_MOVE, zip(*rows, strict=True), strict=True)))


def queue(session: Session, moving: Sequence[Moves]) -> None:
    """Bring the queue after the moves."""
    steps = _all_steps(moving)
    last = {
        "members": number_array([claim.member_id for claim, _ in moving]),
        "claims": number_array([claim.claim_id for claim, _ in moving]),
        "seqs": number_array([claim.seq + len(acts) for claim, acts in moving]),
        "states": array(steps[claim.state, acts][-1][2] for claim, acts in moving),
    }
    fetched(session, _QUEUE, last)


def _all_steps(
    moving: Sequence[Moves],
) -> dict[tuple[State, Acts], list[tuple[int, str, str, int | None]]]:
    """Of fifty thousand claims nearly all do the same: what comes of it is looked up once."""
    kinds = {(claim.state, acts) for claim, acts in moving}
    return {(state, acts): _steps(state, acts) for state, acts in kinds}


def move_batch(session: Session, batch_id: int, states: Set[State], act: Act, *, by: int) -> None:
    """One act for the claims of all payments of a batch, whose queue rows are held.

    `states`: where they stand; the act leads from each of these to one. Raises NoSuchMove.
    """
    [state] = {moved(state, act) for state in states}
    facts = {"batch": batch_id, "act": act.value, "state": state.value, "by": by}
    fetched(session, _BATCH, facts)


def _steps(state: State, acts: Acts) -> list[tuple[int, str, str, int | None]]:
    """(how many moves, act, state after it, by whom) of each act."""
    steps = []
    for step, (act, by) in enumerate(acts, 1):
        state = moved(state, act)
        steps.append((step, act.value, state.value, by))
    return steps


_QUEUE: Final[LiteralString] = """
WITH moved AS (
    UPDATE claim_queue q SET state = w.state, seq = w.seq
    FROM unnest(%(members)s::bigint[], %(claims)s::bigint[], %(seqs)s::bigint[],
                %(states)s::text[]) AS w(member_id, claim_id, seq, state)
    WHERE q.member_id = w.member_id AND q.claim_id = w.claim_id RETURNING 1
)
SELECT count(*) FROM moved
"""

_BATCH: Final[LiteralString] = """
WITH moved AS (
    UPDATE claim_queue q SET state = %(state)s, seq = q.seq + 1
    FROM payment p
    WHERE p.batch_id = %(batch)s AND q.member_id = p.member_id AND q.claim_id = p.claim_id
    RETURNING q.member_id, q.claim_id, q.seq
), written AS (
    INSERT INTO claim_move (member_id, claim_id, seq, act, state, by)
    SELECT member_id, claim_id, seq, %(act)s, %(state)s, %(by)s FROM moved RETURNING 1
)
SELECT count(*) FROM written
"""
