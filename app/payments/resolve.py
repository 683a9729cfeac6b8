"""Two people say what became of a payment of which the bank does not know, or contradicts itself.

One proposes with what shows it (a line of the bank's statement, a later return file), another
approves. Of a payment without an outcome theirs becomes the outcome. Where the bank gave a word
first and another later, theirs stands above both: money that came back is payable again, money that
arrived after all is paid. Nothing else ever sends such a payment again.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, delete, select, text
from sqlalchemy.orm import Session

from app.banking.returnfile import Outcome, ReturnLine
from app.claims.lifecycle import Act
from app.clock import today
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.payments.answer import Answered, Sent, acts_after, after, entries, excess_lines
from app.payments.batch import batch_numbered
from app.payments.drafts import ResolutionDraft
from app.payments.models import PaymentOutcome, PaymentResolution
from app.payments.moves import Moves, move
from app.payments.send import batch_number
from app.payments.standing import Standing, lock, standings
from app.payments.take import OnePerson, members_of_officers

Says = Literal["paid", "failed"]
MEMO: Final = "payments resolved"
_LONGEST: Final = 200


class NoSuchPayment(Refusal):
    """The batch has no such line."""


class NothingToResolve(Refusal):
    """The bank's word on it is plain, or two people have decided already."""


class ClaimAtBank(Refusal):
    """Another payment of the claim has no answer: it must come first."""


class NotProposed(Refusal):
    """Nobody has proposed what became of it, or it was approved or dropped meanwhile."""


class EvidenceWanted(Refusal):
    """What shows it must be said: the bank's reference, in plain characters."""


class ResolvedInFuture(Refusal):
    """The day has not come."""


refuses("payment_resolution_two_people_check", OnePerson)
refuses("payment_resolution_once_key", NothingToResolve)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A payment as it was sent, with what is known of it."""

    sent: Sent
    benefit_year: int
    batch_id: int
    line: int
    made_on: date
    contradicted: bool
    answered: bool
    resolved: bool


def propose_resolution(
    session: Session, batch: str, line: int, says: Says, booked_on: date, evidence: str, *, by: int
) -> None:
    """One officer says what became of a payment, and what shows it.

    Raises NoSuchBatch, NoSuchPayment, NothingToResolve, EvidenceWanted, ResolvedInFuture, OnePerson
    and what accounts refuse.
    """
    own = members_of_officers(session, by)
    found = doubtful(session, batch, line)
    if found.sent.member_id in own:
        raise OnePerson
    shown = evidence.strip()
    if not shown or not shown.isprintable() or len(shown) > _LONGEST:
        raise EvidenceWanted
    if booked_on > today():
        raise ResolvedInFuture
    session.execute(delete(ResolutionDraft).where(_of(found.sent)))
    session.add(
        ResolutionDraft(
            member_id=found.sent.member_id,
            grant_no=found.sent.grant_no,
            attempt=found.sent.attempt,
            says=says,
            booked_on=booked_on,
            evidence=shown,
            decided_by=by,
        )
    )
    session.flush()


def drop_resolution(session: Session, batch: str, line: int, *, by: int) -> None:
    """Take the proposal away. Raises as `approve_resolution`."""
    members_of_officers(session, by)
    draft = _draft(session, doubtful(session, batch, line).sent)
    session.delete(draft)
    session.flush()


def seal_of(says: str, booked_on: date, evidence: str, decided_by: int) -> str:
    """What a proposal says, in short: who approves, approves that and no other."""
    said = (says, booked_on.isoformat(), evidence, decided_by)
    return sha256(repr(said).encode()).hexdigest()


def approve_resolution(
    session: Session, batch: str, line: int, *, by: int, looked_at: str | None = None
) -> PaymentResolution:
    """Another officer approves it, and it is written and booked.

    `looked_at`: the `seal_of` what was looked at; who proposed may have written another since, and
    would be deciding alone. Raises as `propose_resolution`, and NotProposed, ClaimAtBank.
    """
    found = doubtful(session, batch, line)
    one_at_a_time(session, f"payments.return {found.batch_id}")
    key = (found.sent.member_id, found.sent.claim_id)
    lock(session, [key])
    found = doubtful(session, batch, line)
    draft = _draft(session, found.sent)
    if looked_at is not None and looked_at != seal_of(*_said(draft)):
        raise NotProposed
    if found.sent.member_id in members_of_officers(session, draft.decided_by, by):
        raise OnePerson
    [claim] = standings(session, [key])
    if found.sent.outcome and claim.waiting_fen:
        raise ClaimAtBank
    says: Outcome = "paid" if draft.says == "paid" else "failed"
    made = PaymentResolution(
        member_id=draft.member_id,
        grant_no=draft.grant_no,
        attempt=draft.attempt,
        says=says,
        booked_on=draft.booked_on,
        evidence=draft.evidence,
        decided_by=draft.decided_by,
        approved_by=by,
    )
    session.add(made)
    session.delete(draft)
    session.flush()
    if found.sent.outcome is None:
        _answer(session, found, made, claim)
    elif found.sent.outcome != says:
        _turn(session, found, made, claim)
    record(
        session,
        "payments.resolved",
        by=by,
        about=made.id,
        years=[found.benefit_year],
        grant_no=made.grant_no,
        attempt=made.attempt,
        says=says,
    )
    return made


def doubtful(session: Session, batch: str, line: int) -> Doubtful:
    """The payment, if two people may say what became of it.

    Raises NoSuchBatch, NoSuchPayment and NothingToResolve.
    """
    known = batch_numbered(session, batch)
    row = session.execute(_PAYMENT, {"batch": known.id, "line": line}).one_or_none()
    if row is None:
        raise NoSuchPayment(batch=batch, line=line)
    *sent, contradicted, answered, resolved = row
    found = Doubtful(
        Sent(*sent),
        known.benefit_year,
        known.id,
        line,
        known.made_on,
        contradicted=contradicted,
        answered=answered,
        resolved=resolved,
    )
    open_ = found.sent.outcome is None and (found.sent.unknown or answered)
    if resolved or not (open_ or contradicted):
        raise NothingToResolve(batch=batch_number(known.benefit_year, known.id), line=line)
    return found


def _answer(session: Session, found: Doubtful, made: PaymentResolution, claim: Standing) -> None:
    """As if the bank had said it: the outcome, the claim's moves, the books."""
    said: Outcome = "paid" if made.says == "paid" else "failed"
    line = ReturnLine(
        0, found.line, None, found.sent.amount_fen, said, made.booked_on, made.evidence
    )
    answer = Answered(line, found.sent, made.booked_on, said)
    session.add(
        PaymentOutcome(
            member_id=made.member_id,
            grant_no=made.grant_no,
            attempt=made.attempt,
            outcome=said,
            booked_on=made.booked_on,
            reason="",
            return_id=None,
        )
    )
    session.flush()
    move(session, [Moves(claim, acts_after(claim, answer, made.approved_by))])
    post(session, *entries(found.benefit_year, [(answer, claim)], made.id, memo=MEMO))


def _turn(session: Session, found: Doubtful, made: PaymentResolution, claim: Standing) -> None:
    """The bank's first word was wrong: money that was paid is back, or what failed has arrived."""
    sent, arrived = found.sent, made.says == "paid"
    side = 1 if arrived else -1
    paid_fen = claim.paid_fen + side * sent.amount_fen
    first = Act.ARRIVE if arrived else Act.COME_BACK
    acts = ((first, made.approved_by), *after(claim, paid_fen, arrived=arrived))
    move(session, [Moves(claim, acts)])
    postings = (
        Posting(
            Account.BENEFITS_PAYABLE, side * sent.amount_fen, None, sent.member_id, sent.claim_id
        ),
        Posting(Account.BANK, -side * sent.amount_fen),
        *excess_lines(claim, paid_fen),
    )
    post(session, Entry(found.benefit_year, made.booked_on, MEMO, postings, made.id))


def _draft(session: Session, sent: Sent) -> ResolutionDraft:
    draft = session.scalars(
        select(ResolutionDraft).where(_of(sent)).with_for_update()
    ).one_or_none()
    if draft is None:
        raise NotProposed
    return draft


def _said(draft: ResolutionDraft) -> tuple[str, date, str, int]:
    return draft.says, draft.booked_on, draft.evidence, draft.decided_by


def _of(sent: Sent) -> ColumnElement[bool]:
    return and_(
        ResolutionDraft.member_id == sent.member_id,
        ResolutionDraft.grant_no == sent.grant_no,
        ResolutionDraft.attempt == sent.attempt,
    )


_PAYMENT: Final = text(
    """
    SELECT p.member_id, p.claim_id, p.grant_no, p.attempt, p.amount_fen, '', o.outcome, o.booked_on,
           u.return_id IS NOT NULL,
           EXISTS (SELECT FROM return_held h JOIN bank_return r ON r.id = h.return_id
                   WHERE r.batch_id = p.batch_id AND h.line = p.line
                         AND h.why IN ('paid_then_failed', 'failed_then_paid')),
           EXISTS (SELECT FROM bank_return r WHERE r.batch_id = p.batch_id), s.id IS NOT NULL
    FROM payment p
    LEFT JOIN payment_outcome o USING (member_id, grant_no, attempt)
    LEFT JOIN payment_unknown u USING (member_id, grant_no, attempt)
    LEFT JOIN payment_resolution s USING (member_id, grant_no, attempt)
    WHERE p.batch_id = :batch AND p.line = :line
    """
)
