"""Orders of online payment, what their provider said of them, and what it paid out. All facts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class OnlineOrder(Base):
    """Money that somebody wants to pay online for a unit's benefit year, or one roster of it.

    `created_by` is nobody where a person who enrolled alone pays the own roster.
    """

    __tablename__ = "online_order"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        Index(None, "unit_id", "benefit_year"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    provider: Mapped[str]
    out_trade_no: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"))
    benefit_year: Mapped[Small]
    roster_id: Mapped[Id | None] = mapped_column(ForeignKey("roster.id"), index=True)
    amount_fen: Mapped[Fen]
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class OnlineOffer(Base):
    """What the payer scans: the provider knows the order."""

    __tablename__ = "online_offer"

    order_id: Mapped[Id] = mapped_column(
        ForeignKey("online_order.id"), primary_key=True, autoincrement=False
    )
    code_url: Mapped[str]
    recorded_at: Mapped[Recorded]


class OnlineClosing(Base):
    """No payment is wanted any more: somebody said so, or its time had run out unpaid."""

    __tablename__ = "online_closing"

    order_id: Mapped[Id] = mapped_column(
        ForeignKey("online_order.id"), primary_key=True, autoincrement=False
    )
    closed_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class OnlineNotice(Base):
    """A payment as its provider told of it, in a call-back or when asked; once a transaction.

    booked: in time; late: after its order's time or closing; again: the order had been paid. Of
    these the money is received. other_amount and unknown_order are kept for an officer.
    """

    __tablename__ = "online_notice"
    __table_args__ = (
        UniqueConstraint("provider", "transaction_id", name="online_notice_transaction_key"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("source IN ('notice', 'query', 'simulated')", name="source"),
        CheckConstraint(
            "outcome IN ('booked', 'late', 'again', 'other_amount', 'unknown_order')",
            name="outcome",
        ),
        CheckConstraint(
            "(outcome IN ('booked', 'late', 'again')) = (receipt_id IS NOT NULL)", name="receipt"
        ),
        CheckConstraint("(outcome = 'unknown_order') = (order_id IS NULL)", name="order"),
        Index(None, "order_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    provider: Mapped[str]
    transaction_id: Mapped[str]
    out_trade_no: Mapped[str]
    order_id: Mapped[Id | None] = mapped_column(ForeignKey("online_order.id"))
    amount_fen: Mapped[Fen]
    success_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    body_sha256: Mapped[str]
    source: Mapped[str]
    outcome: Mapped[str]
    receipt_id: Mapped[Id | None] = mapped_column(ForeignKey("receipt.id"), unique=True)
    recorded_at: Mapped[Recorded]


class OnlineDecision(Base):
    """A kept payment, taken by an officer for a unit's benefit year."""

    __tablename__ = "online_decision"

    notice_id: Mapped[Id] = mapped_column(
        ForeignKey("online_notice.id"), primary_key=True, autoincrement=False
    )
    receipt_id: Mapped[Id] = mapped_column(ForeignKey("receipt.id"), unique=True)
    decided_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class OnlinePayout(Base):
    """Money the provider paid out to the bank: what was paid online, less its fee.

    `account`: what the bank's money was booked on, 1001, or 2103 where a statement's line had been
    taken into suspense.
    """

    __tablename__ = "online_payout"
    __table_args__ = (
        UniqueConstraint("provider", "reference", name="online_payout_reference_key"),
        CheckConstraint("net_fen > 0 AND fee_fen >= 0", name="amount"),
        CheckConstraint("account IN ('1001', '2103')", name="account"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    provider: Mapped[str]
    reference: Mapped[str]
    booked_on: Mapped[date]
    account: Mapped[str]
    net_fen: Mapped[Fen]
    fee_fen: Mapped[Fen]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class OnlinePayoutYear(Base):
    """How much of a payout belongs to a benefit year: the sum of its payments."""

    __tablename__ = "online_payout_year"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)

    payout_id: Mapped[Id] = mapped_column(ForeignKey("online_payout.id"), primary_key=True)
    benefit_year: Mapped[Small] = mapped_column(primary_key=True)
    amount_fen: Mapped[Fen]


class OnlinePayoutLine(Base):
    """Which payments were paid out, each once."""

    __tablename__ = "online_payout_line"
    __table_args__ = (Index(None, "payout_id"),)

    notice_id: Mapped[Id] = mapped_column(
        ForeignKey("online_notice.id"), primary_key=True, autoincrement=False
    )
    payout_id: Mapped[Id] = mapped_column(ForeignKey("online_payout.id"))
