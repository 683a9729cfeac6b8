"""Two officers say that a line in suspense is a platform's payout, interest, or was paid back.

By whom: by others who are liable, or by a member. And that money which left is the bank's fee,
since the books ask for no other proof of one. Also the way back of any match goes by here: one
officer proposes, another confirms. A line is used once, and what it brought rests on it alone: the
same amount on the same day, and no money of these kinds leaves suspense otherwise. What was typed
before as paid back is tied to its line (`app.banking.tie`).
"""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from sqlalchemy.orm import Session

from app.banking.drafts import LineProposal
from app.banking.lines import Act, as_interest, open_line, reference_of_line, say
from app.banking.models import StatementLine
from app.banking.propose_line import NoLineProposal, keep_proposal, proposed, to_confirm
from app.banking.resolve import resolve_to_fee
from app.banking.tie import PAID_BACK, Typed, tie, typed_as
from app.banking.undo import undo_match
from app.claims.propose import member_of_claim, officer_for
from app.contributions.receive import COVERS
from app.db import one_at_a_time
from app.ledger.chart import Account
from app.online.settle import PayoutKnown, payout_of, settle_online, unsettled
from app.recoveries.liable import checked, receive_recovery, recovery_for
from app.recoveries.owing import owing_fen, repay


@dataclass(frozen=True, slots=True)
class Payout:
    """The platform's money for these payments, less its fee."""

    provider: str
    fee_fen: int
    transactions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FromOthers:
    """Who is liable for a claim has paid."""

    recovery_id: int


@dataclass(frozen=True, slots=True)
class FromMember:
    """A member has paid back what a claim owes."""

    claim_id: int


@dataclass(frozen=True, slots=True)
class Interest:
    """The bank's interest, under words that the statement's format does not know."""


@dataclass(frozen=True, slots=True)
class Fee:
    """Money that left is the bank's fee, under words or to a name that no rule knows."""


What = Payout | FromOthers | FromMember | Interest | Fee


def payout_until(session: Session, provider: str, last: date, fee_fen: int) -> Payout:
    """The payout of all payments up to a day that are not paid out yet."""
    waiting = unsettled(session, provider)
    return Payout(provider, fee_fen, tuple(x.transaction_id for x in waiting if x.paid_on <= last))


def propose_line(session: Session, line_id: int, what: What, *, by: int) -> None:
    """One officer says what a line in suspense is, or that money which left is the bank's fee.

    Raises as `open_line`; TypedBefore; PaymentsNotThere, PayoutSumWrong; NoSuchRecovery, AboveOpen;
    NothingOwed.
    """
    waits = "unexplained" if isinstance(what, Fee) else "suspense"
    line, _, said = open_line(session, line_id, waits, by=by)
    reference = reference_of_line(session, line, said)
    match what:
        case Fee():
            keep_proposal(session, line_id, "fee", by=by)
        case Payout(provider, fee_fen, transactions):
            typed_as(session, line)
            payout_of(session, provider, transactions, line.amount_fen, fee_fen)
            about = {"provider": provider, "fee_fen": fee_fen, "transactions": [*transactions]}
            keep_proposal(session, line_id, "payout", by=by, **about)
        case FromOthers(recovery_id):
            open_fen = recovery_for(session, recovery_id, by).open_fen
            if not typed_as(session, line, "recovery", recovery_id):
                checked(line.amount_fen, open_fen, reference, line.booked_on)
            keep_proposal(session, line_id, "recovery", by=by, recovery_id=recovery_id)
        case FromMember(claim_id):
            member_id = member_of_claim(session, claim_id)
            officer_for(session, member_id, claim_id, by)
            if not typed_as(session, line, "repayment", claim_id):
                open_fen = owing_fen(session, member_id or 0, claim_id)
                checked(line.amount_fen, open_fen, reference, line.booked_on)
            keep_proposal(session, line_id, "repayment", by=by, claim_id=claim_id)
        case Interest():
            typed_as(session, line)
            keep_proposal(session, line_id, "interest", by=by)


def confirm_line(session: Session, line_id: int, *, by: int, looked_at: str | None = None) -> None:
    """Another officer confirms what was proposed of a line, and it is booked.

    `looked_at`: the `seal_of` the proposal that was looked at. Raises NoLineProposal,
    LineOnePerson, and what the act itself refuses.
    """
    act = _act(proposed(session, line_id))
    if act == "undone":  # the order of turns
        one_at_a_time(session, COVERS)
    one_at_a_time(session, f"line {line_id}")
    asked = to_confirm(session, line_id, by=by, looked_at=looked_at)
    if asked.act != act:
        raise NoLineProposal
    if act == "undone":
        undo_match(session, line_id, proposed_by=asked.proposed_by, by=by)
        return
    if act == "fee":
        resolve_to_fee(session, line_id, proposed_by=asked.proposed_by, by=by)
        return
    line, day, said = open_line(session, line_id, "suspense", by=by)
    typed = _typed(session, line, asked, by)
    if typed:
        tie(session, line, said, typed, on=day, by=by, proposed_by=asked.proposed_by)
        return
    reference = reference_of_line(session, line, said)
    about = {"proposed_by": asked.proposed_by}
    if act == "payout":
        about["payout_id"] = _paid_out(session, line, asked, reference, by)
    elif act == "recovery":
        about["recovery_receipt_id"] = receive_recovery(
            session, asked.recovery_id or 0, line.amount_fen, **_came(line, reference, by)
        )
    elif act == "repayment":
        about["repayment_id"] = repay(
            session, asked.claim_id or 0, line.amount_fen, **_came(line, reference, by)
        )
    number = say(session, line, said, act, on=day, by=by, **about)
    if act == "interest":
        as_interest(session, line, number, day)


def _typed(session: Session, line: StatementLine, asked: LineProposal, by: int) -> Typed | None:
    """What was typed of it, for those who may say so. Raises TypedBefore."""
    one_at_a_time(session, PAID_BACK)
    if asked.act == "recovery":
        recovery_for(session, asked.recovery_id or 0, by)
        return typed_as(session, line, "recovery", asked.recovery_id or 0)
    if asked.act == "repayment":
        claim_id = asked.claim_id or 0
        officer_for(session, member_of_claim(session, claim_id), claim_id, by)
        return typed_as(session, line, "repayment", claim_id)
    return typed_as(session, line)


class _Came(TypedDict):
    received_on: date
    reference: str
    suspense_year: int
    by: int


def _came(line: StatementLine, reference: str, by: int) -> _Came:
    day = line.booked_on
    return {"received_on": day, "reference": reference, "suspense_year": day.year, "by": by}


def _act(asked: LineProposal | None) -> Act:
    if asked is None:
        raise NoLineProposal
    return asked.act  # type: ignore[return-value]


def _paid_out(
    session: Session, line: StatementLine, asked: LineProposal, reference: str, by: int
) -> int:
    done = settle_online(
        session,
        provider=asked.provider or "",
        reference=reference,
        booked_on=line.booked_on,
        net_fen=line.amount_fen,
        fee_fen=asked.fee_fen or 0,
        transactions=asked.transactions or (),
        by=by,
        account=Account.SUSPENSE,
    )
    if done.again:
        raise PayoutKnown(reference=reference)
    return done.payout_id
