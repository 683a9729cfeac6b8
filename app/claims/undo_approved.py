"""Two people take an approved filing back: its figures turned out wrong after all had looked.

One proposes it, with a reason of the list and a remark for the second, another approves: a decision
like those about held claims (`app.claims.decide`), with the same bars. What they write is what one
officer writes of a filing that is not approved yet (`app.claims.undo`): that it is undone, and the
refund of its own number. So nothing has to be learned by the engine, by replay, payments, set-off
or books: what was not paid is not paid any more, what was paid is owed back (1201), its room is
free for later grants. The right figures are filed anew, go through all stages, and what they grant
is set off against what is owed; only the rest goes to the bank.

Looked at and left: other figures as the next version of the same claim. It would spare the set-off,
but a typed version would stand where only the bureau's rows do, with papers, consent and stages of
other figures beside it.

While money of the claim is at the bank, or the bank contradicts itself about it, nothing is taken
back: what is owed is not known then, and what is filed anew could be paid beside it. What the
bureau's row has joined is corrected by the bureau's rows alone.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.claims.contradicted import CONTRADICTED
from app.claims.decided import What
from app.claims.filed import filing_of
from app.claims.lifecycle import State
from app.claims.propose import open_proposals
from app.claims.undo import NoReason, NotUndoable
from app.errors import Refusal
from app.roster.identity import holds_certno

LONGEST_REMARK: Final = 200
"""Characters; one line that a colleague reads."""


class NotApproved(Refusal):
    """Nobody has approved it yet: one officer sends it back."""


class BureausRow(Refusal):
    """The bureau's own row has come, and only its rows correct the claim (facts: number)."""


class MoneyUnderWay(Refusal):
    """Its money is at the bank, which has not answered."""


class AnswersContradict(Refusal):
    """The bank has said that its money arrived, and that it did not: two people must say which."""


class UndoProposed(Refusal):
    """Somebody has proposed it already, in other words (facts: proposal)."""


class RemarkMissing(Refusal):
    """The second officer must know what to look at (facts: longest)."""


def check_approved(
    session: Session, member_id: int, claim_id: int, state: State, reason: str
) -> None:
    """Refuse to undo what is no approved filing now; its row of the queue is held.

    Raises NotUndoable, BureausRow, NotApproved, NoReason, MoneyUnderWay, AnswersContradict.
    """
    filing = filing_of(session, member_id, claim_id)
    if filing is None or filing.undone_why:
        raise NotUndoable(claim=claim_id)
    if not filing.by_hand or filing.joined_setl_id:
        raise BureausRow(claim=claim_id, number=filing.joined_setl_id or "")
    if not filing.approved:
        raise NotApproved(claim=claim_id)
    if not reason:
        raise NoReason
    asked = {"member": member_id, "claim": claim_id}
    if state is State.SENT or session.scalar(_WAITING, asked):
        raise MoneyUnderWay(claim=claim_id)
    if session.scalar(_CONTRADICTED, asked):
        raise AnswersContradict(claim=claim_id)


def said_of_it(remark: str) -> str:
    """The remark, tidied. Raises RemarkMissing."""
    told = " ".join(remark.split())
    if not 0 < len(told) <= LONGEST_REMARK or not told.isprintable() or holds_certno(told):
        raise RemarkMissing(longest=LONGEST_REMARK)
    return told


def not_asked_before(
    session: Session, member_id: int, claim_id: int, how: Mapping[str, object]
) -> None:
    """Refuse a second proposal beside one that is open; just the same one again is that one.

    The claim's row is held, so that of two at once one sees the other. Raises UndoProposed.
    """
    for each in open_proposals(session, member_id, claim_id):
        if each.what == What.UNDO and any(getattr(each, x) != how[x] for x in how):
            raise UndoProposed(claim=claim_id, proposal=each.id)


# `waiting_fen` alone: what was determined is looked at elsewhere.
_WAITING: Final = text("SELECT (claim_money(:member, :claim)).waiting_fen > 0")
_CONTRADICTED: Final = text(
    f"""
    SELECT EXISTS (SELECT FROM ({CONTRADICTED}) x
                   WHERE x.member_id = :member AND x.claim_id = :claim)
    """  # noqa: S608 - put together from constants
)
