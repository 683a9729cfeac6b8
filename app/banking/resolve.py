"""What an officer says of a line that no rule could match. Each line once; the first word counts.

Suspense belongs to the calendar year of the bank's day, contributions to a benefit year: the money
always goes through 1901 on the day of the decision, in both years' books, so that 1001 moves only
where the bank's did. The unit's money counts as received on the bank's day all the same. What left
is booked on the bank's day, but where something else was said of it and undone: on the decision's.
"""

from datetime import date
from typing import LiteralString

from sqlalchemy.orm import Session

from app.banking.keep_payers import payer_number
from app.banking.lines import (
    LineOtherWay,
    LineResolved,
    as_fee,
    as_taken_back,
    open_line,
    out_of_suspense,
    reference_of_line,
    say,
    state_of,
)
from app.banking.propose_line import two_say
from app.banking.propose_refund import Payee, add_refund
from app.banking.refund import refund_seen, refund_state
from app.banking.tie import tie, typed_as
from app.contributions.receive import COVERS, OutOf, Received, ReferenceUsed, receive
from app.contributions.subsidise import SUBSIDIES, receive_subsidy
from app.db import fetched, one_at_a_time
from app.ledger.chart import Account
from app.roster.now import unit_now

_NUMBERED: LiteralString = """
SELECT id FROM payment_batch WHERE %(number)s =
    'P' || benefit_year || '-' || lpad(id::text, greatest(4, length(id::text)), '0')
"""
_LEFT: LiteralString = """
SELECT b.total_fen + coalesce((
    SELECT sum(x.amount_fen) FROM statement_line x
    WHERE x.batch_id = b.id
          OR x.id IN (SELECT r.line_id FROM line_said r WHERE r.batch_id = b.id)
), 0)::bigint FROM payment_batch b WHERE b.id = %(id)s
"""


def resolve_to_unit(
    session: Session,
    line_id: int,
    *,
    unit_id: int,
    year: int,
    by: int,
    on: date | None = None,
    roster_id: int | None = None,
) -> Received:
    """It is a unit's money for a benefit year, or one roster.

    Where it was typed as that, it is tied to it (`again`), with all that began by it. Raises
    TypedBefore, and as `open_line` and `receive`.
    """
    one_at_a_time(session, COVERS)
    line, on, said = open_line(session, line_id, "suspense", by=by, on=on)
    typed = typed_as(session, line, "receipt", unit_now(session, unit_id).stands_id, year)
    if typed:
        tie(session, line, said, typed, on=on, by=by)
        return Received(typed.number, again=True, begun=[])
    reference = reference_of_line(session, line, said)
    received = receive(
        session,
        unit_id=unit_id,
        year=year,
        amount_fen=line.amount_fen,
        received_on=line.booked_on,
        reference=reference,
        by=by,
        line_id=line.id,
        out_of=OutOf(Account.BETWEEN_YEARS, on),
        roster_id=roster_id,
    )
    if received.again:
        raise ReferenceUsed(reference=reference)
    number = say(
        session, line, said, "receipt", on=on, by=by, receipt_id=received.receipt_id, year=year
    )
    out_of_suspense(session, line, number, on)
    return received


def resolve_to_union(
    session: Session, line_id: int, *, union_id: int, year: int, by: int, on: date | None = None
) -> int:
    """It is a union's subsidy for a benefit year; the subsidy's number.

    Where it was typed as that, it is tied to it. Raises TypedBefore, and as `open_line`.
    """
    line, on, said = open_line(session, line_id, "suspense", by=by, on=on)
    one_at_a_time(session, SUBSIDIES)
    typed = typed_as(session, line, "subsidy", union_id, year)
    if typed:
        tie(session, line, said, typed, on=on, by=by)
        return typed.number
    reference = reference_of_line(session, line, said)
    done = receive_subsidy(
        session,
        union_id=union_id,
        year=year,
        amount_fen=line.amount_fen,
        received_on=line.booked_on,
        reference=reference,
        by=by,
        line_id=line.id,
        out_of=OutOf(Account.BETWEEN_YEARS, on),
    )
    if done.again:
        raise ReferenceUsed(reference=reference)
    about = {"subsidy_id": done.subsidy_id, "year": year}
    number = say(session, line, said, "subsidy", on=on, by=by, **about)
    out_of_suspense(session, line, number, on)
    return done.subsidy_id


def resolve_not_ours(session: Session, line_id: int, *, by: int, on: date | None = None) -> None:
    """It came by mistake and the bank will take it back; until then it stays in suspense."""
    line, on, said = open_line(session, line_id, "suspense", by=by, on=on)
    say(session, line, said, "not_ours", on=on, by=by)


def resolve_to_refund(
    session: Session, line_id: int, *, payee: Payee, by: int, on: date | None = None
) -> int:
    """It goes back to its payer: a refund that another officer approves; its number.

    Without an account in `payee`, to the account it came from. Raises TypedBefore, and as
    `open_line`: money that counts as somebody's already does not go back as nobody's.
    """
    line, on, said = open_line(session, line_id, "suspense", by=by, on=on)
    typed_as(session, line)
    if not payee.account and line.payer_id:
        payee = Payee(payee.name, payer_number(session, line.payer_id))
    whose = {"source": "suspense", "line_id": line.id, "benefit_year": line.booked_on.year}
    refund_id = add_refund(session, whose, line.amount_fen, payee, by=by)
    say(session, line, said, "refund", on=on, by=by, refund_id=refund_id)
    return refund_id


def resolve_to_fee(
    session: Session, line_id: int, *, proposed_by: int, by: int, on: date | None = None
) -> None:
    """Money that left is the bank's fee: two officers say so, whoever the bank paid it to.

    Raises LineOnePerson, and as `open_line`.
    """
    two_say(session, proposed_by, by)
    line, on, said = open_line(session, line_id, "unexplained", by=by, on=on)
    number = say(session, line, said, "fee", on=on, by=by, proposed_by=proposed_by)
    as_fee(session, line, number, on if said else line.booked_on)


def resolve_to_batch(
    session: Session, line_id: int, *, batch_id: int, by: int, on: date | None = None
) -> None:
    """Money that left is of a payment batch; what it paid is booked by the bank's answers.

    Its whole or a part: banks take what they paid, and later what they found out. Never more than
    the batch comes to. Raises as `open_line`.
    """
    # A statement that comes meanwhile may bring the batch whole.
    one_at_a_time(session, COVERS)
    line, on, said = open_line(session, line_id, "unexplained", by=by, on=on)
    one_at_a_time(session, f"lines of batch {batch_id}")
    left = [left_fen for (left_fen,) in fetched(session, _LEFT, {"id": batch_id})]
    if not left or left[0] < -line.amount_fen:
        raise LineOtherWay
    say(session, line, said, "batch", on=on, by=by, batch_id=batch_id)


def resolve_paid_refund(
    session: Session, line_id: int, *, refund_id: int, by: int, on: date | None = None
) -> None:
    """Money that left is a refund which was approved, of that amount.

    Raises RefundStepWrong, NoSuchRefund.
    """
    one_at_a_time(session, COVERS)
    line, on, said = open_line(session, line_id, "unexplained", by=by, on=on)
    if refund_state(session, refund_id)[0].amount_fen != -line.amount_fen:
        raise LineOtherWay
    refund_seen(session, refund_id, "paid", line_id=line.id, on=line.booked_on, by=by)
    say(session, line, said, "refund", on=on, by=by, refund_id=refund_id)


def resolve_taken_back(
    session: Session, line_id: int, *, other_line_id: int, by: int, on: date | None = None
) -> None:
    """The bank took back what another line brought and was not ours."""
    line, on, said = open_line(session, line_id, "unexplained", by=by, on=on)
    one_at_a_time(session, f"line {other_line_id}")
    other, state, _ = state_of(session, other_line_id)
    if state not in {"not_ours", "suspense"}:
        raise LineResolved(line=other_line_id, state=state)
    if other.amount_fen != -line.amount_fen:
        raise LineOtherWay
    if state == "suspense":
        resolve_not_ours(session, other_line_id, by=by, on=on)
    number = say(session, line, said, "taken_back", on=on, by=by, other_line_id=other_line_id)
    as_taken_back(session, line, other, number, on if said else line.booked_on)


def batch_id_of(session: Session, number: str) -> int:
    """The batch of the number that the bank knows it by. Raises LineOtherWay."""
    for (batch_id,) in fetched(session, _NUMBERED, {"number": number}):
        return int(batch_id)
    raise LineOtherWay
