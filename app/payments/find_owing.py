"""Payments whose members owe the fund something: it could be set off instead of paid."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.payments.standing import Standing
from app.recoveries.standing import Money, receivables_of


class Owing(NamedTuple):
    """A claim that is paid, and another of the same member that owes, each with its amount.

    `due_fen`: what of the payment is a benefit, and could be set off.
    """

    member_id: int
    claim_id: int
    due_fen: int
    owing_claim_id: int
    open_fen: int


def owing(session: Session, paid: Iterable[Standing]) -> Sequence[Owing]:
    """What of these payments could be set off, in the order of the claims."""
    claims = list(paid)
    owed: dict[int, list[Money]] = defaultdict(list)
    receivables, back = receivables_of(session, [(x.member_id, x.claim_id) for x in claims])
    for each in receivables:
        owed[each.member_id].append(each)
    return [
        Owing(claim.member_id, claim.claim_id, free_fen, each.claim_id, each.excess.open_fen)
        for claim in claims
        if claim.member_id in owed and (free_fen := claim.due_fen - back[claim.claim_id]) > 0
        for each in owed[claim.member_id]
        if each.claim_id != claim.claim_id
    ]
