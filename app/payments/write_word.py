"""Write two people's word on a payment, move its claim, and book it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from app.banking.lines import open_line, out_of_suspense, say
from app.banking.models import StatementLine
from app.banking.returnfile import Outcome, ReturnLine
from app.claims.lifecycle import Act
from app.db import numbers
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.payments.answer import Answered, acts_after, after, entries, excess_lines
from app.payments.doubt import Doubtful, Says
from app.payments.models import PaymentOutcome, PaymentResolution
from app.payments.moves import move
from app.payments.standing import Standing, standings

MEMO: Final = "payments resolved"


class ClaimAtBank(Refusal):
    """Another payment of the claim has no answer: it must come first."""


@dataclass(frozen=True, slots=True)
class Word:
    """What two people say of one payment, and what shows it."""

    says: Says
    booked_on: date
    evidence: str
    decided_by: int
    approved_by: int
    line_id: int | None = None
    together_id: int | None = None
    undoes_id: int | None = None


def write_word(
    session: Session, found: Doubtful, word: Word, *, came_back: bool = False
) -> PaymentResolution:
    """The word as it is written, of a payment whose claim is held; `came_back`: by its line.

    Raises ClaimAtBank.
    """
    by_line = 1 if came_back else -1 if word.undoes_id else 0
    new = found.sent.outcome is None
    turns = not new and found.stands != word.says
    claim = None
    if new or turns or not by_line:
        [claim] = standings(session, [(found.sent.member_id, found.sent.claim_id)])
        if not new and claim.waiting_fen:
            raise ClaimAtBank
    made = _written(session, found, word)
    if claim and new:
        _answer(session, found, made, claim, _by_line(found, by_line))
    elif claim and turns:
        _turn(session, found, made, claim, by_line)
    elif by_line:
        postings = _by_line(found, by_line)
        post(session, Entry(found.benefit_year, made.booked_on, MEMO, postings, made.id))
    record(
        session,
        "payments.resolved",
        by=word.approved_by,
        about=made.id,
        years=[found.benefit_year],
        grant_no=made.grant_no,
        attempt=made.attempt,
        says=word.says,
    )
    return made


def use_line(session: Session, line: StatementLine, first: PaymentResolution) -> None:
    """The line that brought money back leaves suspense, with the first of the words on it."""
    line, day, said = open_line(session, line.id, "suspense", by=first.approved_by)
    about = {"proposed_by": first.decided_by, "payment_resolution_id": first.id}
    number = say(session, line, said, "returned", on=day, by=first.approved_by, **about)
    out_of_suspense(session, line, number, day)


def _written(session: Session, found: Doubtful, word: Word) -> PaymentResolution:
    [number] = numbers(session, "payment_number", 1)
    made = PaymentResolution(
        id=number,
        member_id=found.sent.member_id,
        grant_no=found.sent.grant_no,
        attempt=found.sent.attempt,
        seq=found.words + 1,
        says=word.says,
        booked_on=word.booked_on,
        evidence=word.evidence,
        line_id=word.line_id,
        together_id=word.together_id,
        undoes_id=word.undoes_id,
        decided_by=word.decided_by,
        approved_by=word.approved_by,
    )
    session.add(made)
    session.flush()
    return made


def _by_line(found: Doubtful, by_line: int) -> tuple[Posting, ...]:
    """The bank paid it out with the batch, and brought it back by itself; or did not, after all."""
    fen = by_line * found.sent.amount_fen
    return (Posting(Account.BETWEEN_YEARS, fen), Posting(Account.BANK, -fen)) if fen else ()


def _answer(
    session: Session,
    found: Doubtful,
    made: PaymentResolution,
    claim: Standing,
    by_line: tuple[Posting, ...],
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
    move(session, [(claim, acts_after(claim, answer, made.approved_by))])
    [entry] = entries(found.benefit_year, [(answer, claim)], made.id, memo=MEMO)
    post(session, replace(entry, postings=(*entry.postings, *by_line)))


def _turn(
    session: Session, found: Doubtful, made: PaymentResolution, claim: Standing, by_line: int
) -> None:
    """What stood was wrong: money that was paid is back, or what failed has arrived."""
    sent, arrived = found.sent, made.says == "paid"
    side = 1 if arrived else -1
    paid_fen = claim.paid_fen + side * sent.amount_fen
    first = Act.ARRIVE if arrived else Act.COME_BACK
    acts = ((first, made.approved_by), *after(claim, paid_fen, arrived=arrived))
    move(session, [(claim, acts)])
    # What a line brought back came by that line: the books' money of the batch stays as it left.
    source = Account.BETWEEN_YEARS if by_line else Account.BANK
    postings = (
        Posting(
            Account.BENEFITS_PAYABLE, side * sent.amount_fen, None, sent.member_id, sent.claim_id
        ),
        Posting(source, -side * sent.amount_fen),
        *excess_lines(claim, paid_fen),
    )
    post(session, Entry(found.benefit_year, made.booked_on, MEMO, postings, made.id))
