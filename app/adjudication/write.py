"""Write a drain's answers: determinations, the claims' moves, where the claims stand now."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.adjudication.answers import Answer
from app.adjudication.plain import DETERMINATION, MOVE, QUEUE, Answered
from app.benefits.columns import Refused
from app.db import copy_blocks, copy_in, numbers

_REFUNDED: Final = Refused.REFUNDED.name.lower()

_QUEUED_BEFORE: Final = """
UPDATE claim_queue q SET state = now.state, seq = now.seq
FROM unnest(CAST(:members AS bigint[]), CAST(:claims AS bigint[]), CAST(:states AS text[]),
            CAST(:seqs AS int[])) now (member_id, claim_id, state, seq)
WHERE q.member_id = now.member_id AND q.claim_id = now.claim_id
"""


def write_answers(session: Session, run_id: int, answers: Sequence[Answer]) -> None:
    """Append determinations in the order of granting, and move the claims."""
    grant_nos = numbers(session, "grant_number", len(answers))
    schemes = {x.scheme.id: x.scheme for x in answers if x.scheme}
    digests = {scheme_id: scheme.digest() for scheme_id, scheme in schemes.items()}
    copy_in(
        session,
        "determination",
        (*DETERMINATION, "undone_on"),
        (_row(x, run_id, no, digests) for x, no in zip(answers, grant_nos, strict=True)),
    )
    moves = [(x, (x.before.moves if x.before else 0) + 1, x.state.value) for x in answers]
    copy_in(
        session,
        "claim_move",
        MOVE,
        ((x.bill.member_id, x.bill.claim_id, seq, x.act.value, state) for x, seq, state in moves),
    )
    new = [
        (x.bill.member_id, x.bill.claim_id, state, seq) for x, seq, state in moves if not x.before
    ]
    copy_in(session, "claim_queue", QUEUE, new)
    again = [(x.bill.member_id, x.bill.claim_id, state, seq) for x, seq, state in moves if x.before]
    if again:
        members, claims, states, seqs = map(list, zip(*again, strict=True))
        asked = {"members": members, "claims": claims, "states": states, "seqs": seqs}
        session.execute(text(_QUEUED_BEFORE), asked)


def write_columns(session: Session, run_id: int, answered: Answered) -> None:
    """The same of answers that are there as columns, all of them their claims' first."""
    grant_nos = np.array(numbers(session, "grant_number", len(answered.plain)), np.int64)
    copy_blocks(
        session, "determination", DETERMINATION, [*answered.determinations(grant_nos, run_id)]
    )
    copy_blocks(session, "claim_move", MOVE, [*answered.moves()])
    copy_blocks(session, "claim_queue", QUEUE, [*answered.queued()])


def _row(x: Answer, run_id: int, grant_no: int, digests: dict[str, str]) -> tuple[object, ...]:
    bill = x.bill
    return (
        bill.member_id,
        grant_no,
        bill.claim_id,
        x.seq,
        bill.setl_id,
        bill.version,
        run_id,
        x.cover_id,
        x.scheme.id if x.scheme else None,
        digests[x.scheme.id] if x.scheme else None,
        x.care,
        x.benefit_year,
        x.base_fen,
        x.gross_fen,
        x.room_fen,
        x.payable_fen,
        x.refusal,
        bill.undone_at.date() if x.refusal == _REFUNDED else None,
    )
