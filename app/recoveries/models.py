"""Recoveries from others, and what settles members' receivables. All facts.

Amounts are bounded by triggers, whoever writes: nothing is set off that is not payable, nothing is
repaid or written off that is not owed, no recovery is above what was granted.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


def _proposed(table: str) -> tuple[Any, ...]:
    """Constraints of what one officer proposed and another approved."""
    return (
        UniqueConstraint("proposal_id"),
        ForeignKeyConstraint(
            ["proposal_id", "member_id", "claim_id", "prepared_by"],
            ["proposal.id", "proposal.member_id", "proposal.claim_id", "proposal.prepared_by"],
            name=f"{table}_proposal_fkey",
        ),
        CheckConstraint("prepared_by <> approved_by", name="two_people"),
        CheckConstraint("amount_fen > 0", name="amount"),
    )


_TYPED_OR_POSITIVE = "amount_fen > 0 OR amount_fen < 0 AND suspense_year IS NULL"


class Recovery(Base):
    """What a liable party agreed to pay back of a granted claim."""

    __tablename__ = "recovery"
    __table_args__ = (
        *_proposed("recovery"),
        CheckConstraint("liable IN ('employer', 'third_party')", name="liable"),
        Index(None, "member_id", "claim_id"),
        Index(None, "benefit_year"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id]
    claim_id: Mapped[Id]
    liable: Mapped[str]
    amount_fen: Mapped[Fen]
    reference: Mapped[str]
    benefit_year: Mapped[Small]
    booked_on: Mapped[date]
    proposal_id: Mapped[Id]
    prepared_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class RecoveryReceipt(Base):
    """Money of a recovery; `suspense_year`: taken out of suspense, which had it under that year.

    Below 0: what takes back another that was typed (`app.recoveries.take_back`).
    """

    __tablename__ = "recovery_receipt"
    __table_args__ = (
        UniqueConstraint("recovery_id", "reference", name="recovery_receipt_reference_key"),
        CheckConstraint(_TYPED_OR_POSITIVE, name="amount"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    recovery_id: Mapped[Id] = mapped_column(ForeignKey("recovery.id"))
    amount_fen: Mapped[Fen]
    received_on: Mapped[date]
    reference: Mapped[str]
    suspense_year: Mapped[Small | None]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class RecoveryWriteOff(Base):
    """What of a recovery will not come: `lost`, or `not_owed` because the grant fell."""

    __tablename__ = "recovery_write_off"
    __table_args__ = (
        *_proposed("recovery_write_off"),
        CheckConstraint("why IN ('lost', 'not_owed')", name="why"),
        Index(None, "recovery_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    recovery_id: Mapped[Id] = mapped_column(ForeignKey("recovery.id"))
    member_id: Mapped[Id]
    claim_id: Mapped[Id]
    why: Mapped[str]
    amount_fen: Mapped[Fen]
    booked_on: Mapped[date]
    proposal_id: Mapped[Id]
    prepared_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class Repayment(Base):
    """A member paid back what a claim owes. `grant_no`: the determination that said so.

    `suspense_year` and amounts below 0: as of a recovery's receipt.
    """

    __tablename__ = "repayment"
    __table_args__ = (
        UniqueConstraint("member_id", "claim_id", "reference", name="repayment_reference_key"),
        ForeignKeyConstraint(
            ["member_id", "grant_no"], ["determination.member_id", "determination.grant_no"]
        ),
        CheckConstraint(_TYPED_OR_POSITIVE, name="amount"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id]
    claim_id: Mapped[Id]
    grant_no: Mapped[Id]
    amount_fen: Mapped[Fen]
    benefit_year: Mapped[Small]
    received_on: Mapped[date]
    reference: Mapped[str]
    suspense_year: Mapped[Small | None]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class WriteOff(Base):
    """What a claim owes and will not be paid back. A later rise of the claim uses it first."""

    __tablename__ = "write_off"
    __table_args__ = (
        *_proposed("write_off"),
        ForeignKeyConstraint(
            ["member_id", "grant_no"], ["determination.member_id", "determination.grant_no"]
        ),
        Index(None, "member_id", "claim_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id]
    claim_id: Mapped[Id]
    grant_no: Mapped[Id]
    amount_fen: Mapped[Fen]
    benefit_year: Mapped[Small]
    booked_on: Mapped[date]
    proposal_id: Mapped[Id]
    prepared_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class SetOff(Base):
    """The benefit of one claim used for what another claim of the same member owes.

    `grant_no` and `owing_grant_no`: the live determinations of the two by which it was right.
    """

    __tablename__ = "set_off"
    __table_args__ = (
        *_proposed("set_off"),
        ForeignKeyConstraint(["member_id", "owing_claim_id"], ["claim.member_id", "claim.id"]),
        ForeignKeyConstraint(
            ["member_id", "grant_no"], ["determination.member_id", "determination.grant_no"]
        ),
        ForeignKeyConstraint(
            ["member_id", "owing_grant_no"],
            ["determination.member_id", "determination.grant_no"],
            name="set_off_owing_grant_fkey",
        ),
        CheckConstraint("claim_id <> owing_claim_id", name="claims"),
        Index(None, "member_id", "claim_id"),
        Index(None, "member_id", "owing_claim_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id]
    claim_id: Mapped[Id]
    grant_no: Mapped[Id]
    benefit_year: Mapped[Small]
    owing_claim_id: Mapped[Id]
    owing_grant_no: Mapped[Id]
    owing_year: Mapped[Small]
    amount_fen: Mapped[Fen]
    booked_on: Mapped[date]
    proposal_id: Mapped[Id]
    prepared_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
