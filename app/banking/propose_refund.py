"""Propose to give money back: what was credited to a unit, what it paid too much, or never ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.federation import fund_officer
from app.banking.keep_payers import keep_payers
from app.contributions.credit import credit_of
from app.contributions.fill import left_over
from app.contributions.models import RefundShare, RefundStep, UnitRefund
from app.contributions.receive import COVERS
from app.db import copy_in, one_at_a_time
from app.errors import Refusal
from app.evidence.append import record
from app.roster.now import unit_now

Source = Literal["credited", "over", "suspense"]


class RefundTooMuch(Refusal):
    """There is not so much to give back (facts: asked_fen, most_fen)."""


class RefundPayeeMissing(Refusal):
    """A refund says to whom and to what account."""


@dataclass(frozen=True, slots=True)
class Payee:
    """To whom, and where."""

    name: str
    account: str = field(repr=False)


def refundable(session: Session, source: Source, unit_id: int, year: int) -> int:
    """How much of a unit's year can be given back, in fen."""
    if source == "over":
        return sum(fen for _, fen in left_over(session, unit_id, year))
    return max(0, credit_of(session, unit_id).get(year, 0))


def propose_refund(
    session: Session,
    source: Literal["credited", "over"],
    *,
    unit_id: int,
    year: int,
    amount_fen: int,
    payee: Payee,
    by: int,
) -> int:
    """Propose to give money back to a unit, the one it stands as; the refund's number.

    The same again, while it waits for another officer, is that proposal.

    Raises RefundTooMuch, RefundPayeeMissing, and as `app.accounts.federation.fund_officer`.
    """
    fund_officer(session, by)
    one_at_a_time(session, COVERS)
    unit_id = unit_now(session, unit_id).stands_id
    whose = {"source": source, "unit_id": unit_id, "benefit_year": year}
    known = _proposed(session, whose, amount_fen, payee, by=by)
    if known is not None:
        return known
    most_fen = refundable(session, source, unit_id, year)
    if not 0 < amount_fen <= most_fen:
        raise RefundTooMuch(asked_fen=amount_fen, most_fen=most_fen)
    refund_id = add_refund(session, whose, amount_fen, payee, by=by)
    if source == "over":
        shares, rest_fen = [], amount_fen
        for receipt_id, fen in reversed(left_over(session, unit_id, year)):
            part_fen = min(fen, rest_fen)
            if part_fen:
                shares.append((refund_id, receipt_id, part_fen))
            rest_fen -= part_fen
        columns = [x.name for x in RefundShare.__table__.columns]
        copy_in(session, RefundShare.__tablename__, columns, shares)
    return refund_id


def _proposed(
    session: Session, whose: Mapping[str, object], amount_fen: int, payee: Payee, *, by: int
) -> int | None:
    """The same proposal of the same officer, where no step was taken with it yet."""
    payer_id = keep_payers(session, [payee.account]).get(payee.account)
    row = {**whose, "amount_fen": amount_fen, "payee": payee.name.strip(), "proposed_by": by}
    asked = select(UnitRefund.id).filter_by(**row, payer_id=payer_id)
    stepped = select(RefundStep.refund_id)
    return session.scalar(asked.where(UnitRefund.id.not_in(stepped)).limit(1))


def add_refund(
    session: Session, whose: Mapping[str, object], amount_fen: int, payee: Payee, *, by: int
) -> int:
    """Write a proposal. Raises RefundPayeeMissing."""
    name = payee.name.strip()
    payers = keep_payers(session, [payee.account])
    if not name or not name.isprintable() or payee.account not in payers:
        raise RefundPayeeMissing
    row = {**whose, "amount_fen": amount_fen, "payee": name, "payer_id": payers[payee.account]}
    added = insert(UnitRefund).values(**row, proposed_by=by).returning(UnitRefund.id)
    refund_id = session.execute(added).scalar_one()
    facts = {"source": whose["source"], "amount_fen": amount_fen}
    years = [whose["benefit_year"]]
    record(session, "refund.proposed", by=by, about=refund_id, years=years, **facts)  # type: ignore[arg-type]
    return refund_id
