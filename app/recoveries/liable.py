"""What others who are liable pay back of what the fund advanced (account 1202).

Opened for an agreed amount, never above what was granted; the money comes in by itself or out of
suspense; what will not come is written off, and what the fund has no claim to any more, because the
grant fell, is taken back. Opening and giving up take two people.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.change import officer
from app.banking.tie import check_not_shown
from app.claims.propose import (
    RECOVER,
    WRITE_OFF_RECOVERY,
    booked,
    member_of_claim,
    officer_for,
    propose,
    to_approve,
)
from app.claims.scope import reaches
from app.clock import today
from app.db import one_at_a_time, refuses
from app.errors import Refusal
from app.evidence.append import record
from app.ledger.chart import Account
from app.ledger.journal import Entry, Posting
from app.ledger.post import post
from app.money import yuan
from app.recoveries.models import Recovery, RecoveryReceipt, RecoveryWriteOff
from app.recoveries.name_anew import free_reference
from app.recoveries.standing import Owed, money_of, recoveries


class Liable(StrEnum):
    """Who must pay back."""

    EMPLOYER = "employer"
    THIRD_PARTY = "third_party"


class GivenUp(StrEnum):
    """Why a recovery's rest will not come."""

    LOST = "lost"
    NOT_OWED = "not_owed"


class NoSuchRecovery(Refusal):
    """There is no such recovery in the officer's scope."""


class AboveGranted(Refusal):
    """A recovery is never above what the fund granted."""


class AboveOpen(Refusal):
    """More than is open."""


class PaperUnnamed(Refusal):
    """A paper or bank reference must be named, in a few words."""


class BookedBefore(Refusal):
    """The same money was booked before."""


class BookedAhead(Refusal):
    """A day that is yet to come."""


refuses("recovery_receipt_reference_key", BookedBefore)
refuses("repayment_reference_key", BookedBefore)

_LONGEST = 100


def checked(amount_fen: int, open_fen: int, reference: str, on: date) -> str:
    """The reference, tidied. Raises AboveOpen, PaperUnnamed, BookedAhead."""
    if not 0 < amount_fen <= open_fen:
        raise AboveOpen(open=yuan(max(0, open_fen)))
    if not reference.strip() or len(reference) > _LONGEST:
        raise PaperUnnamed(longest=_LONGEST)
    if on > today():
        raise BookedAhead(day=on.isoformat())
    return reference.strip()


def propose_recovery(
    session: Session,
    claim_id: int,
    liable: Liable,
    amount_fen: int,
    *,
    reference: str,
    booked_on: date,
    by: int,
) -> int:
    """Propose to recover an agreed amount; the proposal's number.

    Raises AboveGranted, PaperUnnamed, BookedAhead, and as `app.claims.propose.officer_for`.
    """
    member_id = member_of_claim(session, claim_id)
    officer_for(session, member_id, claim_id, by)
    room_fen = _room(session, member_id or 0, claim_id)
    if not 0 < amount_fen <= room_fen:
        raise AboveGranted(granted=yuan(room_fen))
    reference = checked(amount_fen, room_fen, reference, booked_on)
    how = {"what": liable.value, "amount_fen": amount_fen, "reference": reference}
    return propose(session, member_id or 0, claim_id, RECOVER, by, booked_on=booked_on, **how)


def approve_recovery(session: Session, proposal_id: int, *, by: int) -> int:
    """Open the recovery proposed; its number. Raises as `propose_recovery` and `to_approve`."""
    asked = to_approve(session, proposal_id, RECOVER, by=by)
    amount_fen = asked.amount_fen or 0
    room_fen = _room(session, asked.member_id, asked.claim_id)
    if amount_fen > room_fen:
        raise AboveGranted(granted=yuan(room_fen))
    money = money_of(session, asked.member_id, asked.claim_id)
    year = money.benefit_year if money and money.benefit_year else booked(asked).year
    made = insert(Recovery).values(
        member_id=asked.member_id,
        claim_id=asked.claim_id,
        liable=asked.what,
        amount_fen=amount_fen,
        reference=asked.reference,
        benefit_year=year,
        booked_on=booked(asked),
        proposal_id=asked.id,
        prepared_by=asked.prepared_by,
        approved_by=by,
    )
    number: int = session.execute(made.returning(Recovery.id)).scalar_one()
    _post(session, year, booked(asked), "recovery opened", number, Account.RECOVERED, -amount_fen)
    record(
        session,
        "recovery.opened",
        by=by,
        about=number,
        years=[year],
        liable=asked.what,
        amount_fen=amount_fen,
        prepared_by=asked.prepared_by,
    )
    return number


def receive_recovery(
    session: Session,
    recovery_id: int,
    amount_fen: int,
    *,
    received_on: date,
    reference: str,
    by: int,
    suspense_year: int | None = None,
) -> int:
    """Money of a recovery has come; the receipt's number.

    `suspense_year`: it lies in suspense (2103), booked under that year, and is taken out of there;
    else it is booked as new money of the bank. Raises NoSuchRecovery, AboveOpen, PaperUnnamed,
    BookedAhead, BookedBefore, OnStatement.
    """
    owed = recovery_for(session, recovery_id, by)
    reference = checked(amount_fen, owed.open_fen, reference, received_on)
    if suspense_year is None:
        check_not_shown(session, reference, received_on, amount_fen)
        reference = free_reference(session, reference, recovery_id=recovery_id)
    made = insert(RecoveryReceipt).values(
        recovery_id=recovery_id,
        amount_fen=amount_fen,
        received_on=received_on,
        reference=reference,
        suspense_year=suspense_year,
        recorded_by=by,
    )
    number: int = session.execute(made.returning(RecoveryReceipt.id)).scalar_one()
    line = Posting(Account.TO_RECOVER_FROM_OTHERS, -amount_fen)
    post(
        session,
        *incoming("recovery received", owed.benefit_year, received_on, line, number, suspense_year),
    )
    years = sorted({owed.benefit_year, suspense_year or owed.benefit_year})
    record(
        session,
        "recovery.received",
        by=by,
        about=number,
        years=years,
        recovery=recovery_id,
        amount_fen=amount_fen,
        suspense_year=suspense_year,
    )
    return number


def propose_give_up(
    session: Session, recovery_id: int, amount_fen: int, why: GivenUp, *, booked_on: date, by: int
) -> int:
    """Propose that so much of a recovery will not come; the proposal's number."""
    owed = recovery_for(session, recovery_id, by)
    officer_for(session, owed.member_id, owed.claim_id, by)
    checked(amount_fen, owed.open_fen, why.value, booked_on)
    how = {"what": why.value, "amount_fen": amount_fen, "recovery_id": recovery_id}
    return propose(
        session,
        owed.member_id,
        owed.claim_id,
        WRITE_OFF_RECOVERY,
        by,
        booked_on=booked_on,
        **how,
    )


def approve_give_up(session: Session, proposal_id: int, *, by: int) -> int:
    """Give up what was proposed: written off, or taken back where it was not owed."""
    asked = to_approve(session, proposal_id, WRITE_OFF_RECOVERY, by=by)
    owed = recovery_for(session, asked.recovery_id or 0, by)
    amount_fen, day = asked.amount_fen or 0, booked(asked)
    checked(amount_fen, owed.open_fen, asked.what, day)
    made = insert(RecoveryWriteOff).values(
        recovery_id=owed.id,
        member_id=owed.member_id,
        claim_id=owed.claim_id,
        why=asked.what,
        amount_fen=amount_fen,
        booked_on=day,
        proposal_id=asked.id,
        prepared_by=asked.prepared_by,
        approved_by=by,
    )
    number: int = session.execute(made.returning(RecoveryWriteOff.id)).scalar_one()
    other = Account.RECOVERED if asked.what == GivenUp.NOT_OWED else Account.WRITTEN_OFF
    _post(session, owed.benefit_year, day, "recovery given up", number, other, amount_fen)
    record(
        session,
        "recovery.given_up",
        by=by,
        about=number,
        years=[owed.benefit_year],
        why=asked.what,
        amount_fen=amount_fen,
        prepared_by=asked.prepared_by,
    )
    return number


def recovery_for(session: Session, recovery_id: int, by: int) -> Owed:
    """The recovery as it stands, held until the transaction ends.

    Raises NoSuchRecovery, and OwnClaim and HelperDecides as `officer_for`.
    """
    acting = officer(session, by)
    one_at_a_time(session, f"recovery {recovery_id}")
    row = session.get(Recovery, recovery_id)
    if row is None or not reaches(session, acting.union_id, row.member_id):
        raise NoSuchRecovery(recovery=recovery_id)
    officer_for(session, row.member_id, row.claim_id, by)
    return next(x for x in recoveries(session, row.claim_id) if x.id == recovery_id)


def incoming(
    memo: str, year: int, on: date, line: Posting, about: int, suspense_year: int | None
) -> list[Entry]:
    """Money that settles `line`: from the bank, or out of suspense through the years between."""
    amount_fen = -line.amount_fen
    if suspense_year is None or suspense_year == year:
        source = Account.BANK if suspense_year is None else Account.SUSPENSE
        return [Entry(year, on, memo, (Posting(source, amount_fen), line), about)]
    between = Account.BETWEEN_YEARS
    out = (Posting(Account.SUSPENSE, amount_fen), Posting(between, -amount_fen))
    return [
        Entry(suspense_year, on, memo, out, about),
        Entry(year, on, memo, (Posting(between, amount_fen), line), about),
    ]


def _room(session: Session, member_id: int, claim_id: int) -> int:
    """What of a claim's grant no recovery asks for yet."""
    money = money_of(session, member_id, claim_id)
    asked_fen = sum(x.amount_fen - x.given_up_fen for x in recoveries(session, claim_id))
    return money.payable_fen - asked_fen if money else 0


def _post(
    session: Session, year: int, on: date, memo: str, about: int, other: Account, fen: int
) -> None:
    """`fen` on the other account, and the contrary on 1202."""
    lines = (Posting(Account.TO_RECOVER_FROM_OTHERS, -fen), Posting(other, fen))
    post(session, Entry(year, on, memo, lines, about))
