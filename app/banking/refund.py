"""Give money back that one officer proposed to give (`propose_refund`).

Another approves; then there is a file for the bank. It is booked when the
bank's statement shows the payment, not when the file is made: until then nothing has moved, and
the money stays where it lies, held against any other use. The refund's own number goes along as
the bank's remark and brings the statement's line back to it. What comes back (bounced) reopens the
refund: it wants approval again, and no second payment is possible before.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Final, Literal, LiteralString

from sqlalchemy import Delete, delete, insert, select
from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.banking.drafts import RefundWithdrawal
from app.banking.keep_payers import payer_number
from app.banking.payfile import PayLine, pay_file
from app.contributions.fill import fill
from app.contributions.models import RefundStep, UnitRefund
from app.contributions.receive import COVERS
from app.db import fetched, one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.roster.now import unit_now

Step = Literal["approved", "withdrawn", "paid", "bounced"]
Seen = Literal["paid", "bounced"]
FROM: Final = {
    "credited": Account.CREDITED_BACK,
    "over": Account.MONEY_HELD,
    "suspense": Account.SUSPENSE,
}
"""Which account a refund comes out of."""
STEPS: Final[dict[str, tuple[str, ...]]] = {
    "proposed": ("approved", "withdrawn"),
    "approved": ("paid", "withdrawn"),
    "paid": ("bounced",),
    "bounced": ("approved", "withdrawn"),
    "withdrawn": ("paid",),
}
"""Withdrawn and paid all the same: two say so (`app.banking.paid_after_all`)."""

_DIGITS: Final = 18


class NoSuchRefund(Refusal):
    """No refund has this number (facts: refund)."""


class RefundStepWrong(Refusal):
    """A refund that stands so cannot go this step (facts: refund, state, step)."""


class RefundPaid(Refusal):
    """The bank has paid all of the file that a refund was approved with (facts: refund)."""


class RefundOnePerson(Refusal):
    """Who proposed a refund, or wants it back, is not who agrees."""


refuses("refund_step_pkey", RefundStepWrong)
refuses("refund_withdrawal_pkey", RefundStepWrong)

_APPROVED: LiteralString = """
SELECT s.refund_id, s.on_day, s.file_sha256, EXISTS (
    SELECT FROM refund_step later WHERE later.refund_id = s.refund_id AND later.seq > s.seq
           AND later.step <> 'paid'),
    EXISTS (SELECT FROM refund_step later WHERE later.refund_id = s.refund_id AND later.seq > s.seq)
FROM refund_step s
WHERE s.step = 'approved' AND s.file_sha256 = (
    SELECT file_sha256 FROM refund_step
    WHERE refund_id = %(id)s AND step = 'approved' ORDER BY seq DESC LIMIT 1)
ORDER BY s.refund_id
"""


def refund_number(refund_id: int) -> str:
    """What the bank's line says of it, like "TK000012"."""
    return f"TK{refund_id:06d}"


def refund_numbered(typed: str) -> int:
    """Of "TK000012" the 12; what is none is of no refund."""
    digits = typed.upper().removeprefix("TK")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS else 0


def refund_state(session: Session, refund_id: int) -> tuple[UnitRefund, str, int]:
    """A refund, where it stands, and how many steps it has gone. Raises NoSuchRefund."""
    refund = session.get(UnitRefund, refund_id)
    if refund is None:
        raise NoSuchRefund(refund=refund_id)
    steps = (
        session.execute(
            select(RefundStep.step)
            .where(RefundStep.refund_id == refund_id)
            .order_by(RefundStep.seq)
        )
        .scalars()
        .all()
    )
    return refund, steps[-1] if steps else "proposed", len(steps)


def approve_refunds(session: Session, refund_ids: Sequence[int], *, by: int, on: date) -> bytes:
    """Approve refunds that others proposed; the file that asks the bank to pay them.

    Raises RefundOnePerson, RefundStepWrong, NoSuchRefund, and what the bank's file refuses.
    """
    # In one order, or two officers with the same refunds would wait for each other.
    asked = sorted(set(refund_ids))
    for refund_id in asked:
        one_at_a_time(session, f"refund {refund_id}")
    for refund_id in asked:
        two_people(session, refund_state(session, refund_id)[0].proposed_by, by)
    data = _file(session, asked, on)
    digest = sha256(data).hexdigest()
    for refund_id in asked:
        _step(session, refund_id, "approved", on=on, by=by, file_sha256=digest)
        session.execute(_forget(refund_id))
    return data


def refund_file(session: Session, refund_id: int) -> bytes:
    """The bank's file that a refund was last approved with, the same bytes again.

    Not where one that stands in it was withdrawn since, or came back: it must not be paid by this
    file, whether or not it was approved with another. Nor once the bank has paid all in it. Raises
    NoSuchRefund, RefundStepWrong, RefundPaid.
    """
    _, state, _ = refund_state(session, refund_id)
    found = fetched(session, _APPROVED, {"id": refund_id})
    gone = [number for number, *_, went_on, _ in found if went_on]
    if gone or not found:
        wrong = gone[0] if gone else refund_id
        state = refund_state(session, wrong)[1]
        raise RefundStepWrong(refund=refund_number(wrong), state=state, step="approved")
    if all(paid for *_, paid in found):
        raise RefundPaid(refund=refund_number(refund_id))
    data = _file(session, sorted(number for number, *_ in found), found[0][1])
    if sha256(data).hexdigest() != found[0][2]:
        raise RefundStepWrong(refund=refund_number(refund_id), state=state, step="approved")
    return data


def withdraw_refund(session: Session, refund_id: int, *, by: int, on: date) -> bool:
    """Not to be paid after all. Where the bank was asked already, only when another agrees.

    Whether it is withdrawn now; else it waits for another officer, who does the same. What a unit
    had paid too much is free again then, and fills a roster that came meanwhile. Raises
    NoSuchRefund, RefundStepWrong, RefundOnePerson.
    """
    fund_officer(session, by)
    one_at_a_time(session, COVERS)
    one_at_a_time(session, f"refund {refund_id}")
    if refund_state(session, refund_id)[1] != "approved":
        _let_go(session, _step(session, refund_id, "withdrawn", on=on, by=by), by)
        return True
    asked = session.get(RefundWithdrawal, refund_id, populate_existing=True)
    if asked is None:
        session.add(RefundWithdrawal(refund_id=refund_id, proposed_by=by))
        session.flush()
        return False
    two_people(session, asked.proposed_by, by)
    done = _step(session, refund_id, "withdrawn", on=on, by=by, proposed_by=asked.proposed_by)
    session.execute(_forget(refund_id))
    _let_go(session, done, by)
    return True


def _let_go(session: Session, refund: UnitRefund, by: int) -> None:
    if refund.source == "over" and refund.unit_id:
        fill(session, refund.unit_id, refund.benefit_year, by=by)


def wanted_back(session: Session, refund_id: int) -> bool:
    """Whether one officer wants it back, so that it takes another."""
    return session.get(RefundWithdrawal, refund_id, populate_existing=True) is not None


def keep_refund(session: Session, refund_id: int, *, by: int) -> None:
    """It is to be paid all the same: the wish to withdraw it is dropped."""
    fund_officer(session, by)
    one_at_a_time(session, f"refund {refund_id}")
    refund_state(session, refund_id)
    session.execute(_forget(refund_id))


def _forget(refund_id: int) -> Delete:
    return delete(RefundWithdrawal).where(RefundWithdrawal.refund_id == refund_id)


def two_people(session: Session, one: int, other: int) -> None:
    first, second = fund_officer(session, one), fund_officer(session, other)
    same = first.member_id is not None and first.member_id == second.member_id
    if first.id == second.id or same:
        raise RefundOnePerson


def _file(session: Session, refund_ids: Sequence[int], on: date) -> bytes:
    lines = []
    for line_no, refund_id in enumerate(refund_ids, 1):
        refund, _, _ = refund_state(session, refund_id)
        account = payer_number(session, refund.payer_id)
        number = refund_number(refund_id)
        lines.append(PayLine(line_no, refund.payee, account, refund.amount_fen, number))
    return pay_file(f"TK-{on:%Y%m%d}-{min(refund_ids, default=0)}", on, lines)


def refund_seen(
    session: Session,
    refund_id: int,
    step: Seen,
    *,
    line_id: int,
    on: date,
    by: int,
    proposed_by: int | None = None,
) -> None:
    """The bank's statement shows that it was paid, or came back: booked on that day.

    `proposed_by`: by two people, where it had been withdrawn.

    Credit moves and its unit may go into another: both in the turn of the covers.
    """
    one_at_a_time(session, COVERS)
    one_at_a_time(session, f"refund {refund_id}")
    said = {"line_id": line_id} | ({"proposed_by": proposed_by} if proposed_by else {})
    refund = _step(session, refund_id, step, on=on, by=by, **said)
    session.execute(_forget(refund_id))
    fen = refund.amount_fen if step == "paid" else -refund.amount_fen
    unit_id = unit_now(session, refund.unit_id).stands_id if refund.unit_id else None
    source = Posting(FROM[refund.source], fen, unit_id=unit_id)
    postings = (source, Posting(Account.BANK, -fen))
    post(session, Entry(refund.benefit_year, on, f"refund {step}", postings, refund_id))


def _step(
    session: Session, refund_id: int, step: Step, *, on: date, by: int, **more: object
) -> UnitRefund:
    refund, state, gone = refund_state(session, refund_id)
    alone = state == "withdrawn" and "proposed_by" not in more
    if step not in STEPS[state] or alone:
        raise RefundStepWrong(refund=refund_number(refund_id), state=state, step=step)
    row = {"refund_id": refund_id, "seq": gone + 1, "step": step, "on_day": on, "recorded_by": by}
    session.execute(insert(RefundStep).values(**row, **more))
    facts = {"amount_fen": refund.amount_fen, "seq": gone + 1, "on": on.isoformat()}
    years = [refund.benefit_year]
    record(session, f"refund.{step}", by=by, about=refund_id, years=years, **facts)
    return refund
