"""A refund was withdrawn, and the bank paid it all the same: two people say so of the line.

Only while its money is there: the withdrawal let go of it. Who was paid has it; the refund is paid
then, as if it had never been withdrawn, and the line that left is explained.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.banking.lines import LineOtherWay, latest, open_line, say, state_of
from app.banking.propose_line import NoLineProposal, keep_proposal, to_confirm
from app.banking.refund import refund_number, refund_seen, refund_state
from app.contributions.credit import credit_of
from app.contributions.fill import left_over
from app.contributions.models import RefundShare, RefundStep, UnitRefund
from app.contributions.receive import COVERS
from app.db import one_at_a_time
from app.errors import Refusal
from app.roster.now import unit_now


class RefundNotWithdrawn(Refusal):
    """The bank was not asked for it, or it was not withdrawn (facts: refund, state)."""


class RefundMoneyUsed(Refusal):
    """Its money has gone another way since it was withdrawn (facts: refund)."""


def propose_paid(session: Session, line_id: int, refund_id: int, *, by: int) -> None:
    """One officer says that a line paid a refund that was withdrawn.

    Raises as `open_line`; NoSuchRefund, RefundNotWithdrawn, RefundMoneyUsed.
    """
    one_at_a_time(session, COVERS)
    line, _, _ = open_line(session, line_id, "unexplained", by=by)
    _withdrawn(session, refund_id, -line.amount_fen)
    keep_proposal(session, line_id, "refund", by=by, refund_id=refund_id)


def confirm_paid(session: Session, line_id: int, *, by: int, looked_at: str | None = None) -> None:
    """Another officer confirms it: the refund is paid, and booked on the bank's day.

    Raises as `propose_paid`, and NoLineProposal, LineOnePerson.
    """
    one_at_a_time(session, COVERS)
    one_at_a_time(session, f"line {line_id}")
    asked = to_confirm(session, line_id, by=by, looked_at=looked_at)
    if asked.act != "refund" or asked.refund_id is None:
        raise NoLineProposal
    refund_id, proposed_by = asked.refund_id, asked.proposed_by
    line, day, said = open_line(session, line_id, "unexplained", by=by)
    one_at_a_time(session, f"refund {refund_id}")
    refund = _withdrawn(session, refund_id, -line.amount_fen)
    if refund.line_id:
        _hold_again(session, refund, by)
    on = line.booked_on
    refund_seen(session, refund_id, "paid", line_id=line.id, on=on, by=by, proposed_by=proposed_by)
    say(session, line, said, "refund", on=day, by=by, refund_id=refund_id)


def _withdrawn(session: Session, refund_id: int, fen: int) -> UnitRefund:
    """The refund, of which the money is there still."""
    refund, state, _ = refund_state(session, refund_id)
    number = refund_number(refund_id)
    approved = select(RefundStep.seq).filter_by(refund_id=refund_id, step="approved").limit(1)
    if state != "withdrawn" or session.scalar(approved) is None:
        raise RefundNotWithdrawn(refund=number, state=state)
    if refund.amount_fen != fen:
        raise LineOtherWay
    if not _is_there(session, refund):
        raise RefundMoneyUsed(refund=number)
    return refund


def _is_there(session: Session, refund: UnitRefund) -> bool:
    if refund.line_id:
        last = latest(session, refund.line_id)
        mine = last is not None and last.act == "refund" and last.refund_id == refund.id
        return mine or state_of(session, refund.line_id)[1] == "suspense"
    unit_id, year = unit_now(session, refund.unit_id or 0).stands_id, refund.benefit_year
    if refund.source == "credited":
        return credit_of(session, unit_id).get(year, 0) >= refund.amount_fen
    left = dict(left_over(session, unit_id, year))
    shares = session.scalars(select(RefundShare).filter_by(refund_id=refund.id))
    return all(left.get(x.receipt_id, 0) >= x.amount_fen for x in shares)


def _hold_again(session: Session, refund: UnitRefund, by: int) -> None:
    """Suspense that waited again was this refund's after all."""
    one_at_a_time(session, f"line {refund.line_id}")
    if state_of(session, refund.line_id or 0)[1] == "suspense":
        line, day, said = open_line(session, refund.line_id or 0, "suspense", by=by)
        say(session, line, said, "refund", on=day, by=by, refund_id=refund.id)
