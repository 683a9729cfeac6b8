"""Take the claims that wait for money, and tell those that can be paid from those that cannot."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.change import NoSuchAccount, active_officer
from app.accounts.models import Account
from app.db import refuses
from app.errors import Refusal
from app.payments.lines import Payee, payees
from app.payments.standing import ClaimKey, Standing, standings


class OnePerson(Refusal):
    """Who prepares a batch never approves it, under whatever account."""


refuses("payment_batch_two_people_check", OnePerson)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A claim that is not in the batch. `reason` is a key of the texts, `name` is for the door."""

    claim_id: int
    name: str
    reason: str


def members_of_two_officers(session: Session, prepared_by: int, approved_by: int) -> set[int]:
    """Who the two officers are as members; held as they are until the batch is written."""
    if prepared_by == approved_by:
        raise OnePerson
    officers = session.scalars(
        select(Account)
        .where(Account.id.in_((prepared_by, approved_by)))
        .order_by(Account.id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).all()
    if len(officers) < 2:  # noqa: PLR2004 - two people
        raise NoSuchAccount
    one, other = (active_officer(officer).member_id for officer in officers)
    if one is not None and one == other:
        raise OnePerson
    return {member_id for member_id in (one, other) if member_id is not None}


def sorted_out(
    session: Session, year: int, own: set[int]
) -> tuple[list[tuple[Standing, Payee]], list[LeftOut]]:
    """Take the year's claims that wait for money, and tell those that can be paid from the rest."""
    taken: list[ClaimKey] = [(row[0], row[1]) for row in session.execute(_TAKE, {"year": year})]
    # A statement of its own: it sees what those committed for whom the locks had to wait.
    found = [claim for claim in standings(session, taken) if claim.benefit_year == year]
    people = payees(session, {claim.member_id for claim in found})
    contradicted = {(row[0], row[1]) for row in session.execute(_CONTRADICTED)}
    sent, left_out = [], []
    for claim in found:
        payee = people[claim.member_id]
        reason = _why_not(claim, payee, own, contradicted)
        if reason:
            left_out.append(LeftOut(claim.claim_id, payee.name, reason))
        else:
            sent.append((claim, payee))
    return sent, left_out


def _why_not(
    claim: Standing, payee: Payee, own: set[int], contradicted: set[ClaimKey]
) -> str | None:
    reasons = (
        ("answer_awaited", claim.waiting_fen),
        ("being_computed", claim.overtaken),
        ("answer_contradicted", (claim.member_id, claim.claim_id) in contradicted),
        ("nothing_due", claim.due_fen <= 0),
        ("own_claim", claim.member_id in own),
        ("no_bank_account", payee.account_seq is None),
        ("card_unchanged", claim.failed_account == payee.account_seq),
    )
    return next((reason for reason, holds in reasons if holds), None)


_TAKE: Final = text(
    """
    SELECT q.member_id, q.claim_id FROM claim_queue q
    WHERE q.state IN ('payable', 'card_wanted') AND EXISTS (
        SELECT FROM determination d
        WHERE d.member_id = q.member_id AND d.claim_id = q.claim_id AND d.benefit_year = :year)
    ORDER BY q.member_id, q.claim_id FOR UPDATE OF q
    """
)

_CONTRADICTED: Final = text(
    """
    SELECT DISTINCT p.member_id, p.claim_id
    FROM return_held h
    JOIN bank_return r ON r.id = h.return_id
    JOIN payment p ON p.batch_id = r.batch_id AND p.line = h.line
    WHERE h.why IN ('paid_then_failed', 'failed_then_paid')
    """
)
