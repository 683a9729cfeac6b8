"""Two people say what became of a payment of which the bank does not know, or contradicts itself.

One proposes with what shows it (a line of the bank's statement, a later return file), another
approves. Of a payment without an outcome theirs becomes the outcome. Where the bank gave a word
first and another later, theirs stands above both: money that came back is payable again, money that
arrived after all is paid. Nothing else ever sends such a payment again.

Their own word is corrected the same way, by two people who say the other: a reversal beside it, and
the last word stands. A statement's line may be what shows it. One that brought the money back lay
in suspense: it leaves that with their word, also where nobody was in doubt before. Then the bank
moved twice, and 1001 with it: what the books have there is the batch, whole, and the line.
"""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from app.banking.lines import open_line, out_of_suspense, say
from app.banking.models import StatementLine
from app.banking.returnfile import Outcome, ReturnLine
from app.claims.lifecycle import Act
from app.db import numbers, one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.payments.answer import Answered, Sent, acts_after, after, entries, excess_lines
from app.payments.doubt import Doubtful, Says, check_word, doubtful
from app.payments.drafts import ResolutionDraft
from app.payments.models import PaymentOutcome, PaymentResolution
from app.payments.moves import Moves, move
from app.payments.standing import Standing, lock, standings
from app.payments.take import OnePerson, members_of_officers

MEMO: Final = "payments resolved"
_LONGEST: Final = 200


class ClaimAtBank(Refusal):
    """Another payment of the claim has no answer: it must come first."""


class NotProposed(Refusal):
    """Nobody has proposed what became of it, or it was approved or dropped meanwhile."""


class EvidenceWanted(Refusal):
    """What shows it must be said: the bank's reference, in plain characters."""


refuses("payment_resolution_two_people_check", OnePerson)


def propose_resolution(
    session: Session,
    batch: str,
    line: int,
    says: Says,
    booked_on: date,
    evidence: str,
    *,
    by: int,
    line_id: int | None = None,
) -> None:
    """One officer says what became of a payment, and what shows it; `line_id`: a statement's line.

    Raises NoSuchBatch, NoSuchPayment, NothingToResolve, EvidenceWanted, ResolvedInFuture,
    ResolvedBeforeSent, LineShowsNothing, OnePerson and what accounts refuse.
    """
    own = members_of_officers(session, by)
    found = doubtful(session, batch, line)
    if found.sent.member_id in own:
        raise OnePerson
    check_word(session, found, says, booked_on, line_id)
    shown = evidence.strip()
    if not shown or not shown.isprintable() or len(shown) > _LONGEST:
        raise EvidenceWanted
    session.execute(delete(ResolutionDraft).where(_of(found.sent)))
    session.add(
        ResolutionDraft(
            member_id=found.sent.member_id,
            grant_no=found.sent.grant_no,
            attempt=found.sent.attempt,
            says=says,
            booked_on=booked_on,
            evidence=shown,
            line_id=line_id,
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


def seal_of(
    says: str, booked_on: date, evidence: str, decided_by: int, line_id: int | None = None
) -> str:
    """What a proposal says, in short: who approves, approves that and no other."""
    said = (says, booked_on.isoformat(), evidence, decided_by, line_id)
    return sha256(repr(said).encode()).hexdigest()


def approve_resolution(
    session: Session, batch: str, line: int, *, by: int, looked_at: str | None = None
) -> PaymentResolution:
    """Another officer approves it, and it is written and booked.

    `looked_at`: the `seal_of` what was looked at; who proposed may have written another since, and
    would be deciding alone. Raises as `propose_resolution`, and NotProposed, ClaimAtBank.
    """
    found = doubtful(session, batch, line)
    waits = _draft(session, found.sent, held=False).line_id
    if waits:
        one_at_a_time(session, f"line {waits}")
    one_at_a_time(session, f"payments.return {found.batch_id}")
    key = (found.sent.member_id, found.sent.claim_id)
    lock(session, [key])
    found = doubtful(session, batch, line)
    draft = _draft(session, found.sent)
    if draft.line_id != waits or looked_at not in (None, seal_of(*_said(draft))):
        raise NotProposed
    if found.sent.member_id in members_of_officers(session, draft.decided_by, by):
        raise OnePerson
    says: Says = "paid" if draft.says == "paid" else "failed"
    back = check_word(session, found, says, draft.booked_on, draft.line_id)
    [claim] = standings(session, [key])
    if found.sent.outcome and claim.waiting_fen:
        raise ClaimAtBank
    [number] = numbers(session, "payment_number", 1)
    made = PaymentResolution(
        id=number,
        member_id=draft.member_id,
        grant_no=draft.grant_no,
        attempt=draft.attempt,
        seq=found.words + 1,
        says=says,
        booked_on=draft.booked_on,
        evidence=draft.evidence,
        line_id=draft.line_id,
        decided_by=draft.decided_by,
        approved_by=by,
    )
    session.add(made)
    session.delete(draft)
    session.flush()
    if back:
        _use_line(session, back, made)
    if found.sent.outcome is None:
        _answer(session, found, made, claim, back)
    elif found.stands != says:
        _turn(session, found, made, claim, back)
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


def _use_line(session: Session, line: StatementLine, made: PaymentResolution) -> None:
    """The line that brought the money back leaves suspense."""
    line, day, said = open_line(session, line.id, "suspense", by=made.approved_by)
    about = {"proposed_by": made.decided_by, "payment_resolution_id": made.id}
    number = say(session, line, said, "returned", on=day, by=made.approved_by, **about)
    out_of_suspense(session, line, number, day)


def _moved_twice(back: StatementLine | None) -> tuple[Posting, ...]:
    """The bank paid it out with the batch, and brought it back by itself."""
    if back is None:
        return ()
    fen = back.amount_fen
    return Posting(Account.BETWEEN_YEARS, fen), Posting(Account.BANK, -fen)


def _answer(
    session: Session,
    found: Doubtful,
    made: PaymentResolution,
    claim: Standing,
    back: StatementLine | None,
) -> None:
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
    [entry] = entries(found.benefit_year, [(answer, claim)], made.id, memo=MEMO)
    post(session, replace(entry, postings=(*entry.postings, *_moved_twice(back))))


def _turn(
    session: Session,
    found: Doubtful,
    made: PaymentResolution,
    claim: Standing,
    back: StatementLine | None,
) -> None:
    """What stood was wrong: money that was paid is back, or what failed has arrived."""
    sent, arrived = found.sent, made.says == "paid"
    side = 1 if arrived else -1
    paid_fen = claim.paid_fen + side * sent.amount_fen
    first = Act.ARRIVE if arrived else Act.COME_BACK
    acts = ((first, made.approved_by), *after(claim, paid_fen, arrived=arrived))
    move(session, [Moves(claim, acts)])
    # What a line brought back came by that line: the books' money of the batch stays as it left.
    source = Account.BETWEEN_YEARS if back else Account.BANK
    postings = (
        Posting(
            Account.BENEFITS_PAYABLE, side * sent.amount_fen, None, sent.member_id, sent.claim_id
        ),
        Posting(source, -side * sent.amount_fen),
        *excess_lines(claim, paid_fen),
    )
    post(session, Entry(found.benefit_year, made.booked_on, MEMO, postings, made.id))


def _draft(session: Session, sent: Sent, *, held: bool = True) -> ResolutionDraft:
    asked = select(ResolutionDraft).where(_of(sent))
    fresh = (asked.with_for_update() if held else asked).execution_options(populate_existing=True)
    draft = session.scalars(fresh).one_or_none()
    if draft is None:
        raise NotProposed
    return draft


def _said(draft: ResolutionDraft) -> tuple[str, date, str, int, int | None]:
    return draft.says, draft.booked_on, draft.evidence, draft.decided_by, draft.line_id


def _of(sent: Sent) -> ColumnElement[bool]:
    return and_(
        ResolutionDraft.member_id == sent.member_id,
        ResolutionDraft.grant_no == sent.grant_no,
        ResolutionDraft.attempt == sent.attempt,
    )
