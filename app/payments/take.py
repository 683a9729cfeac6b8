"""Take the claims that wait for money, and tell those that can be paid from those that cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.change import NoSuchAccount, active_officer, active_preparer
from app.accounts.federation import at_top
from app.accounts.models import Account
from app.claims.contradicted import CONTRADICTED
from app.claims.lifecycle import State
from app.clock import today
from app.db import fetched, refuses
from app.errors import Refusal
from app.ledger.post import hold_books
from app.payments.find_elsewhere import accounts_elsewhere
from app.payments.lines import Payee, payees
from app.payments.policy import Limits, limits_on
from app.payments.standing import ClaimKey, Standing, standings

WAITING: Final = (State.PAYABLE, State.CARD_WANTED)
"""Where a claim waits for money."""


class OnePerson(Refusal):
    """Who prepares a batch never approves it, under whatever account."""


refuses("payment_batch_two_people_check", OnePerson)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A claim that is not in the batch. `reason` is a key of the texts, `name` is for the door."""

    claim_id: int
    name: str
    reason: str


def members_of_officers(
    session: Session, *approving: int, prepared_by: int | None = None
) -> set[int]:
    """Who these officers are as members; held as they are until the batch is written.

    Who prepares may be an operator. Raises OnePerson, NoSuchAccount, NotOfFederation,
    AccountDisabled, NotAnOfficer and MayNotPrepare.
    """
    ids = approving if prepared_by is None else (prepared_by, *approving)
    if len(set(ids)) < len(ids):
        raise OnePerson
    officers = session.scalars(
        select(Account)
        .where(Account.id.in_(ids))
        .order_by(Account.id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).all()
    if len(officers) < len(ids):
        raise NoSuchAccount
    may = dict.fromkeys(approving, active_officer) | {prepared_by: active_preparer}
    people = [at_top(session, may[each.id](each)).member_id for each in officers]
    members = [member_id for member_id in people if member_id is not None]
    if len(set(members)) < len(members):
        raise OnePerson
    return set(members)


def sorted_out(
    session: Session,
    year: int,
    own: set[int],
    *,
    hold: bool = True,
    policy: Limits | None = None,
) -> tuple[list[tuple[Standing, Payee]], list[LeftOut]]:
    """Take the year's claims that wait for money, and tell those that can be paid from the rest.

    `hold`: until the transaction ends; a page only looks.
    """
    asked = {"year": year, "states": [state.value for state in WAITING]}
    if hold:
        hold_books(session)
    taken: list[ClaimKey] = fetched(session, _HELD if hold else _WAITS, asked)
    return sorted_out_of(session, year, own, taken, policy=policy)


def sorted_out_of(
    session: Session,
    year: int,
    own: set[int],
    claims: Sequence[ClaimKey],
    *,
    policy: Limits | None = None,
) -> tuple[list[tuple[Standing, Payee]], list[LeftOut]]:
    """The same of these claims, in key order. Lock them first, in a statement before this one."""
    # A statement of its own: it sees what those committed for whom the locks had to wait.
    found = [
        claim
        for claim in standings(session, claims)
        if claim.benefit_year == year and claim.state in WAITING
    ]
    people = payees(session, {claim.member_id for claim in found})
    contradicted = {(row[0], row[1]) for row in fetched(session, CONTRADICTED, {})}
    elsewhere = accounts_elsewhere(session, found, people)
    wants_word = (policy or limits_on(today())).card_confirmed
    sent, left_out = [], []
    for claim in found:
        payee = people[claim.member_id]
        reason = _why_not(claim, payee, own, contradicted, elsewhere)
        if wants_word and not payee.confirmed and payee.heir_id is None:
            reason = reason or "card_unconfirmed"
        if reason:
            left_out.append(LeftOut(claim.claim_id, payee.name, reason))
        else:
            sent.append((claim, payee))
    return sent, left_out


def _why_not(
    claim: Standing,
    payee: Payee,
    own: set[int],
    contradicted: set[ClaimKey],
    elsewhere: set[ClaimKey],
) -> str | None:
    key, card = (claim.member_id, claim.claim_id), payee.card
    reasons = (
        "answer_awaited" if claim.waiting_fen else None,
        "being_computed" if claim.overtaken else None,
        "answer_contradicted" if key in contradicted else None,
        "nothing_due" if claim.due_fen <= 0 else None,
        "own_claim" if claim.member_id in own or payee.heir_member_id in own else None,
        "deceased" if payee.deceased and payee.heir_id is None else None,
        "no_name" if not payee.name else None,
        "no_bank_account" if card is None else None,
        "account_elsewhere" if key in elsewhere else None,
        "card_unchanged" if claim.failed_account == card else None,
    )
    return next(filter(None, reasons), None)


_WAITS: Final[LiteralString] = """
SELECT q.member_id, q.claim_id FROM claim_queue q
WHERE q.state = ANY(%(states)s) AND EXISTS (
    SELECT FROM determination d
    WHERE d.member_id = q.member_id AND d.claim_id = q.claim_id AND d.benefit_year = %(year)s)
ORDER BY q.member_id, q.claim_id
"""
_HELD: Final[LiteralString] = f"{_WAITS} FOR UPDATE OF q"
