"""Write a drain's answers: determinations, the claims' moves, where the claims stand now."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.adjudication.answers import Answer
from app.benefits.columns import Refused
from app.db import copy_in, numbers

_DETERMINATION: Final = [
    "member_id",
    "grant_no",
    "claim_id",
    "seq",
    "setl_id",
    "version",
    "run_id",
    "cover_id",
    "scheme_id",
    "scheme_digest",
    "care",
    "benefit_year",
    "base_fen",
    "gross_fen",
    "room_fen",
    "payable_fen",
    "refusal",
    "undone_on",
]
_REFUNDED: Final = Refused.REFUNDED.name.lower()
_MOVE: Final = ("member_id", "claim_id", "seq", "act", "state")
_QUEUE: Final = ("member_id", "claim_id", "state", "seq")

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
        _DETERMINATION,
        (_row(x, run_id, no, digests) for x, no in zip(answers, grant_nos, strict=True)),
    )
    moves = [(x, (x.before.moves if x.before else 0) + 1, x.state.value) for x in answers]
    copy_in(
        session,
        "claim_move",
        _MOVE,
        ((x.bill.member_id, x.bill.claim_id, seq, x.act.value, state) for x, seq, state in moves),
    )
    new = [
        (x.bill.member_id, x.bill.claim_id, state, seq) for x, seq, state in moves if not x.before
    ]
    copy_in(session, "claim_queue", _QUEUE, new)
    again = [(x.bill.member_id, x.bill.claim_id, state, seq) for x, seq, state in moves if x.before]
    if again:
        members, claims, states, seqs = map(list, zip(*again, strict=True))
        asked = {"members": members, "claims": claims, "states": states, "seqs": seqs}
        session.execute(text(_QUEUED_BEFORE), asked)


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
