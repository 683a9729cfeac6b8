"""What members owe of claims that were paid and then fell: repaid, set off, written off (1201).

Set-off and write-off take two people. All three hold the rows of the queue in key order, as
payments and drains do, and are numbered among the payments.
"""

from datetime import date

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.banking.tie import check_not_shown
from app.claims.decision_models import Proposal
from app.claims.lifecycle import Act, State, moved
from app.claims.propose import (
    SET_OFF,
    WRITE_OFF,
    booked,
    member_of_claim,
    officer_for,
    propose,
    to_approve,
)
from app.db import numbers
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import hold_books, post
from app.recoveries.liable import checked, incoming
from app.recoveries.models import Repayment, SetOff, WriteOff
from app.recoveries.name_anew import free_reference
from app.recoveries.standing import Money, money_of


class NothingOwed(Refusal):
    """The claim owes nothing back, or not in one benefit year."""


class NotFree(Refusal):
    """Of that claim's benefit nothing can be used now."""


def repay(
    session: Session,
    claim_id: int,
    amount_fen: int,
    *,
    received_on: date,
    reference: str,
    by: int,
    suspense_year: int | None = None,
) -> int:
    """The member has paid back what a claim owes; the repayment's number.

    `suspense_year` as of `app.recoveries.liable.receive_recovery`. Raises NothingOwed, AboveOpen,
    PaperUnnamed, BookedAhead, BookedBefore, OnStatement, and as `app.claims.propose.officer_for`.
    """
    member_id = member_of_claim(session, claim_id)
    officer_for(session, member_id, claim_id, by)
    owing = _owing(session, member_id or 0, claim_id)
    reference = checked(amount_fen, _open(owing), reference, received_on)
    if suspense_year is None:
        check_not_shown(session, reference, received_on, amount_fen)
        reference = free_reference(session, reference, claim_id=claim_id)
    year = _year(owing)
    [number] = numbers(session, "payment_number", 1)
    made = insert(Repayment).values(
        id=number,
        member_id=owing.member_id,
        claim_id=claim_id,
        grant_no=owing.grant_no,
        amount_fen=amount_fen,
        benefit_year=year,
        received_on=received_on,
        reference=reference,
        suspense_year=suspense_year,
        recorded_by=by,
    )
    session.execute(made)
    line = _line(Account.TO_RECOVER, -amount_fen, owing)
    post(session, *incoming("repaid by member", year, received_on, line, number, suspense_year))
    years = sorted({year, suspense_year or year})
    record(
        session,
        "receivable.repaid",
        by=by,
        about=number,
        years=years,
        claim=claim_id,
        amount_fen=amount_fen,
        suspense_year=suspense_year,
    )
    return number


def owing_fen(session: Session, member_id: int, claim_id: int) -> int:
    """What a claim owes and can be settled at once, held. Raises NothingOwed."""
    return _open(_owing(session, member_id, claim_id))


def propose_write_off(
    session: Session, claim_id: int, amount_fen: int, *, reference: str, booked_on: date, by: int
) -> int:
    """Propose that so much of what a claim owes will not be paid back."""
    member_id = member_of_claim(session, claim_id)
    officer_for(session, member_id, claim_id, by)
    owing = _owing(session, member_id or 0, claim_id)
    reference = checked(amount_fen, _open(owing), reference, booked_on)
    how = {"amount_fen": amount_fen, "reference": reference, "booked_on": booked_on}
    return propose(session, owing.member_id, claim_id, WRITE_OFF, by, **how)


def approve_write_off(session: Session, proposal_id: int, *, by: int) -> int:
    """Write off what was proposed; its number."""
    asked = to_approve(session, proposal_id, WRITE_OFF, by=by)
    owing = _owing(session, asked.member_id, asked.claim_id)
    amount_fen, day, year = asked.amount_fen or 0, booked(asked), _year(owing)
    checked(amount_fen, _open(owing), asked.reference, day)
    [number] = numbers(session, "payment_number", 1)
    made = insert(WriteOff).values(
        id=number,
        grant_no=owing.grant_no,
        benefit_year=year,
        **_of(asked, amount_fen, day, by),
    )
    session.execute(made)
    lines = (
        _line(Account.WRITTEN_OFF, amount_fen, owing),
        _line(Account.TO_RECOVER, -amount_fen, owing),
    )
    post(session, Entry(year, day, "receivable written off", lines, number))
    _record(session, "receivable.written_off", asked, number, [year], by)
    return number


def propose_set_off(
    session: Session, owing_claim: int, using: int, amount_fen: int, *, booked_on: date, by: int
) -> int:
    """Propose that the benefit of claim `using` settles so much of what another claim owes.

    Raises NothingOwed, NotFree, AboveOpen, and as `app.claims.propose.officer_for`.
    """
    member_id = member_of_claim(session, using)
    officer_for(session, member_id, using, by)
    _both(session, member_id or 0, owing_claim, using, amount_fen, booked_on)
    how = {"amount_fen": amount_fen, "other_claim_id": owing_claim, "booked_on": booked_on}
    return propose(session, member_id or 0, using, SET_OFF, by, **how)


def approve_set_off(session: Session, proposal_id: int, *, by: int) -> int:
    """Set off what was proposed; its number. A claim of which nothing is left is then paid."""
    asked = to_approve(session, proposal_id, SET_OFF, by=by)
    amount_fen, day = asked.amount_fen or 0, booked(asked)
    other = asked.other_claim_id or 0
    owing, using = _both(session, asked.member_id, other, asked.claim_id, amount_fen, day)
    [number] = numbers(session, "payment_number", 1)
    year, owing_year = using.benefit_year or 0, _year(owing)
    made = insert(SetOff).values(
        id=number,
        grant_no=using.grant_no,
        benefit_year=year,
        owing_claim_id=owing.claim_id,
        owing_grant_no=owing.grant_no,
        owing_year=owing_year,
        **_of(asked, amount_fen, day, by),
    )
    session.execute(made)
    post(session, *_set_off_entries(using, owing, year, owing_year, amount_fen, day, number))
    if amount_fen == using.due_fen:
        _end(session, using, by)
    _record(session, "benefit.set_off", asked, number, sorted({year, owing_year}), by)
    return number


def _set_off_entries(
    using: Money, owing: Money, year: int, owing_year: int, fen: int, on: date, about: int
) -> list[Entry]:
    used, settled = (
        _line(Account.BENEFITS_PAYABLE, fen, using),
        _line(Account.TO_RECOVER, -fen, owing),
    )
    if year == owing_year:
        return [Entry(year, on, "benefit set off", (used, settled), about)]
    between = Account.BETWEEN_YEARS
    return [
        Entry(year, on, "benefit set off", (used, Posting(between, -fen)), about),
        Entry(owing_year, on, "benefit set off", (Posting(between, fen), settled), about),
    ]


def _both(
    session: Session, member_id: int, owing_claim: int, using: int, amount_fen: int, on: date
) -> tuple[Money, Money]:
    """The claim that owes and the one whose benefit is used, held in key order."""
    if owing_claim == using or member_of_claim(session, owing_claim) != member_id:
        raise NothingOwed(claim=owing_claim)
    _lock(session, member_id, [owing_claim, using])
    owing, free = _owing(session, member_id, owing_claim), money_of(session, member_id, using)
    if free is None or free.benefit_year is None or not free.free_fen:
        raise NotFree(claim=using)
    checked(amount_fen, min(_open(owing), free.free_fen), "-", on)
    return owing, free


def _owing(session: Session, member_id: int, claim_id: int) -> Money:
    """The claim that owes, held. Raises NothingOwed."""
    _lock(session, member_id, [claim_id])
    found = money_of(session, member_id, claim_id)
    if found is None or not _open(found):
        raise NothingOwed(claim=claim_id)
    return found


def _open(owing: Money) -> int:
    """What can be settled at once: of a claim that was moved between years, that of one year."""
    return min(owing.excess.open_fen, owing.owing_year_fen)


def _year(owing: Money) -> int:
    if owing.owing_year is None:
        raise NothingOwed(claim=owing.claim_id)
    return owing.owing_year


def _of(asked: Proposal, amount_fen: int, day: date, by: int) -> dict[str, object]:
    return {
        "member_id": asked.member_id,
        "claim_id": asked.claim_id,
        "amount_fen": amount_fen,
        "booked_on": day,
        "proposal_id": asked.id,
        "prepared_by": asked.prepared_by,
        "approved_by": by,
    }


def _line(account: Account, fen: int, claim: Money) -> Posting:
    return Posting(account, fen, None, claim.member_id, claim.claim_id)


def _record(
    session: Session, act: str, asked: Proposal, number: int, years: list[int], by: int
) -> None:
    record(
        session,
        act,
        by=by,
        about=number,
        years=years,
        claim=asked.claim_id,
        amount_fen=asked.amount_fen,
        prepared_by=asked.prepared_by,
    )


def _end(session: Session, claim: Money, by: int) -> None:
    """Nothing is left of the benefit: the claim is paid, without a line for the bank."""
    state = moved(State(claim.state), Act.SET_OFF)
    move = {
        "member": claim.member_id,
        "claim": claim.claim_id,
        "seq": claim.seq + 1,
        "act": Act.SET_OFF.value,
        "state": state.value,
        "by": by,
    }
    session.execute(_MOVE, move)
    session.execute(_QUEUE, move)


def _lock(session: Session, member_id: int, claims: list[int]) -> None:
    hold_books(session)
    session.execute(_LOCK, {"member": member_id, "claims": sorted(claims)})


_LOCK = text(
    """
    SELECT FROM claim_queue
    WHERE member_id = :member AND claim_id = ANY(CAST(:claims AS bigint[]))
    ORDER BY member_id, claim_id FOR UPDATE
    """
)
_MOVE = text(
    """
    INSERT INTO claim_move (member_id, claim_id, seq, act, state, by)
    VALUES (:member, :claim, :seq, :act, :state, :by)
    """
)
_QUEUE = text(
    """
    UPDATE claim_queue SET state = :state, seq = :seq
    WHERE member_id = :member AND claim_id = :claim
    """
)
