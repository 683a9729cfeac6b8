"""Money received from units and unions, and which rosters it filled."""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class Receipt(Base):
    """Money that came in for one unit's benefit year. One reference is received once.

    `roster_id`: it fills that roster and no other. `from_year`: no bank's money, but the unit's
    credit of that benefit year, used. `recorded_by` is nobody where a provider of online payment
    told of it, by its signature (0003_online.sql). No foreign keys: a trigger checks once a
    statement what its receipts refer to (0003_money_in.sql).
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("unit_id", "benefit_year", "reference", name="receipt_reference_key"),
        CheckConstraint("amount_fen > 0", name="amount"),
        Index(None, "line_id", postgresql_where=text("line_id IS NOT NULL")),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    unit_id: Mapped[Id]
    benefit_year: Mapped[Small]
    amount_fen: Mapped[Fen]
    received_on: Mapped[date]
    reference: Mapped[str]
    # The bank's line that brought it; typed by hand without one.
    line_id: Mapped[Id | None]
    roster_id: Mapped[Id | None]
    from_year: Mapped[Small | None]
    recorded_by: Mapped[Id | None]
    recorded_at: Mapped[Recorded]


class ReceiptShare(Base):
    """What of a receipt filled what roster."""

    __tablename__ = "receipt_share"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"), Index(None, "roster_id"))

    receipt_id: Mapped[Id] = mapped_column(ForeignKey("receipt.id"), primary_key=True)
    roster_id: Mapped[Id] = mapped_column(ForeignKey("roster.id"), primary_key=True)
    amount_fen: Mapped[Fen]
    recorded_at: Mapped[Recorded]


class Subsidy(Base):
    """Money a union paid for a benefit year: its part of contributions, and its gifts."""

    __tablename__ = "subsidy"
    __table_args__ = (
        UniqueConstraint("union_id", "benefit_year", "reference", name="subsidy_reference_key"),
        CheckConstraint("amount_fen > 0", name="amount"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    benefit_year: Mapped[Small]
    amount_fen: Mapped[Fen]
    received_on: Mapped[date]
    reference: Mapped[str]
    line_id: Mapped[Id | None]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class ReceiptUndone(Base):
    """A receipt that was a wrong match: its money is in suspense again, its shares count no more.

    Two people, and only while no cover began by it.
    """

    __tablename__ = "receipt_undone"
    __table_args__ = (CheckConstraint("proposed_by <> undone_by", name="two_people"),)

    receipt_id: Mapped[Id] = mapped_column(ForeignKey("receipt.id"), primary_key=True)
    on_day: Mapped[date]
    proposed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    undone_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class UnitRefund(Base):
    """Money that goes back: what was credited to a unit, what it paid too much, or suspense.

    One officer proposes it; the other's word and the bank's are `RefundStep`s.
    """

    __tablename__ = "unit_refund"
    __table_args__ = (
        CheckConstraint("source IN ('credited', 'over', 'suspense')", name="source"),
        CheckConstraint(
            "(source = 'suspense') = (line_id IS NOT NULL)"
            " AND (source = 'suspense') = (unit_id IS NULL)",
            name="whose",
        ),
        CheckConstraint("amount_fen > 0", name="amount"),
        Index(None, "unit_id", "benefit_year"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    source: Mapped[str]
    unit_id: Mapped[Id | None] = mapped_column(ForeignKey("unit.id"))
    benefit_year: Mapped[Small]
    line_id: Mapped[Id | None] = mapped_column(ForeignKey("statement_line.id"))
    amount_fen: Mapped[Fen]
    payee: Mapped[str]
    payer_id: Mapped[Id] = mapped_column(ForeignKey("payer_account.id"))
    proposed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class RefundShare(Base):
    """What of a receipt a refund of over-payment gives back."""

    __tablename__ = "refund_share"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"), Index(None, "receipt_id"))

    refund_id: Mapped[Id] = mapped_column(ForeignKey("unit_refund.id"), primary_key=True)
    receipt_id: Mapped[Id] = mapped_column(ForeignKey("receipt.id"), primary_key=True)
    amount_fen: Mapped[Fen]


class RefundStep(Base):
    """Where a refund stands: the highest `seq`; before the first it waits for another's word.

    `proposed_by`: who wanted an approved one back; that takes two.
    """

    __tablename__ = "refund_step"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("step IN ('approved', 'withdrawn', 'paid', 'bounced')", name="step"),
        CheckConstraint("(step IN ('paid', 'bounced')) = (line_id IS NOT NULL)", name="line"),
        CheckConstraint("(step = 'approved') = (file_sha256 IS NOT NULL)", name="file"),
        Index(None, "line_id", unique=True, postgresql_where=text("line_id IS NOT NULL")),
    )

    refund_id: Mapped[Id] = mapped_column(ForeignKey("unit_refund.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    step: Mapped[str]
    on_day: Mapped[date]
    line_id: Mapped[Id | None] = mapped_column(ForeignKey("statement_line.id"))
    file_sha256: Mapped[str | None]
    proposed_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class EnrolmentOutcome(Base):
    """What became of a roster's line when its money was complete.

    covered: the cover started; credited: another cover already stands, the money is the unit's
    again; undecided: the day after the money lies in another benefit year or scheme, an officer
    decides.
    """

    __tablename__ = "enrolment_outcome"
    __table_args__ = (
        ForeignKeyConstraint(
            ["member_id", "roster_id"], ["roster_line.member_id", "roster_line.roster_id"]
        ),
        ForeignKeyConstraint(["member_id", "cover_id"], ["cover.member_id", "cover.id"]),
        CheckConstraint("outcome IN ('covered', 'credited', 'undecided')", name="outcome"),
        CheckConstraint("(outcome = 'covered') = (cover_id IS NOT NULL)", name="cover"),
        Index(None, "roster_id"),
        Index(
            "enrolment_outcome_not_covered_idx",
            "roster_id",
            "outcome",
            postgresql_where=text("outcome <> 'covered'"),
        ),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    roster_id: Mapped[Id] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    cover_id: Mapped[Id | None]
    full_on: Mapped[date]
    recorded_at: Mapped[Recorded]


class LateCredit(Base):
    """An officer decided that money which came too late to begin covers is the unit's again."""

    __tablename__ = "late_credit"

    roster_id: Mapped[Id] = mapped_column(ForeignKey("roster.id"), primary_key=True)
    decided_on: Mapped[date]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
