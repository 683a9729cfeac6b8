"""Move many claims at once: the moves are facts, the queue is their cache."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, LiteralString, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.arrays import number_array
from app.claims.lifecycle import Act, State, moved
from app.copies import Copy, Laid, blocks_of
from app.copybinary import bigint, integer, laid
from app.db import copy_all, cursor
from app.payments.standing import Owed

Acts = tuple[tuple[Act, int | None], ...]
"""What happens to a claim, in order. A machine's act, by the rules, is nobody's."""

_MOVE: Final = ("member_id", "claim_id", "seq", "act", "state", "by")


class _Alike(NamedTuple):
    """Claims that stand alike and do alike; `seq` is their last move's number until now."""

    member: NDArray[np.int64]
    claim: NDArray[np.int64]
    seq: NDArray[np.int64]
    steps: Sequence[tuple[str, str, int | None]]
    """Act, state after it, by whom."""


class Moving:
    """Many claims' moves, together those that do the same. Raises NoSuchMove."""

    def __init__(self, moving: Iterable[tuple[Owed, Acts]]) -> None:
        kinds: dict[tuple[State, Acts], list[Owed]] = {}
        for claim, acts in moving:
            kinds.setdefault((claim.state, acts), []).append(claim)
        self._alike = [
            _Alike(
                np.array([x.member_id for x in claims], np.int64),
                np.array([x.claim_id for x in claims], np.int64),
                np.array([x.seq for x in claims], np.int64),
                _steps(state, acts),
            )
            for (state, acts), claims in kinds.items()
        ]

    def copy(self) -> Copy:
        """What writes the moves; the queue is to be brought after them."""
        return Copy("claim_move", _MOVE, self._blocks())

    def _blocks(self) -> Iterator[Laid]:
        for member, claim, seq, steps in self._alike:
            for step, (act, state, by) in enumerate(steps, 1):
                author = None if by is None else bigint(by)
                for some in blocks_of(len(member)):
                    rows = (bigint(member[some]), bigint(claim[some]), integer(seq[some] + step))
                    yield Laid(laid(len(rows[0]), [*rows, act, state, author]))

    def queue(self, session: Session) -> None:
        """Bring the queue after the moves."""
        for member, claim, seq, steps in self._alike:
            facts = {
                "members": number_array(member),
                "claims": number_array(claim),
                "seqs": number_array(seq + len(steps)),
                "state": steps[-1][1],
            }
            cursor(session).execute(_QUEUE, facts)


def move(session: Session, moving: Sequence[tuple[Owed, Acts]]) -> None:
    """Write the moves of claims whose queue rows are held. Raises NoSuchMove."""
    if moving:
        told = Moving(moving)
        copy_all(session, [told.copy()])
        told.queue(session)


def _steps(state: State, acts: Acts) -> list[tuple[str, str, int | None]]:
    steps = []
    for act, by in acts:
        state = moved(state, act)
        steps.append((act.value, state.value, by))
    return steps


_QUEUE: Final[LiteralString] = """
UPDATE claim_queue q SET state = %(state)s, seq = w.seq
FROM unnest(%(members)s::bigint[], %(claims)s::bigint[], %(seqs)s::bigint[])
    AS w(member_id, claim_id, seq)
WHERE q.member_id = w.member_id AND q.claim_id = w.claim_id
"""
