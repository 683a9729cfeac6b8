"""Move many claims at once: the moves are facts, the queue is their cache."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.lifecycle import Act, moved
from app.db import copy_in
from app.payments.standing import Standing

_MOVE = ("member_id", "claim_id", "seq", "act", "state", "by")


@dataclass(frozen=True, slots=True)
class Moves:
    """What happens to one claim, in order. A machine's act, by the rules, is nobody's (`by`)."""

    claim: Standing
    acts: Sequence[tuple[Act, int | None]]


def move(session: Session, moving: Sequence[Moves]) -> None:
    """Write the moves of claims whose queue rows are held. Raises NoSuchMove."""
    rows: list[tuple[int, int, int, str, str, int | None]] = []
    last: list[tuple[int, int, int, str]] = []
    for moves in moving:
        claim, state, seq = moves.claim, moves.claim.state, moves.claim.seq
        for act, by in moves.acts:
            state, seq = moved(state, act), seq + 1
            rows.append((claim.member_id, claim.claim_id, seq, act.value, state.value, by))
        last.append((claim.member_id, claim.claim_id, seq, state.value))
    copy_in(session, "claim_move", _MOVE, rows)
    members, claims, seqs, states = zip(*last, strict=True) if last else ((), (), (), ())
    session.execute(
        _QUEUE,
        {
            "members": list(members),
            "claims": list(claims),
            "seqs": list(seqs),
            "states": list(states),
        },
    )


_QUEUE = text(
    """
    UPDATE claim_queue q SET state = w.state, seq = w.seq
    FROM unnest(CAST(:members AS bigint[]), CAST(:claims AS bigint[]), CAST(:seqs AS integer[]),
                CAST(:states AS text[])) AS w(member_id, claim_id, seq, state)
    WHERE q.member_id = w.member_id AND q.claim_id = w.claim_id
    """
)
