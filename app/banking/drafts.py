"""What waits for a second officer: of lines, refunds, accounts. No facts: gone when decided."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded


class LineProposal(Base):
    """What one officer says of a line where two are wanted. No fact: confirmed or dropped."""

    __tablename__ = "line_proposal"
    __table_args__ = (
        CheckConstraint(
            "act IN ('payout', 'recovery', 'repayment', 'returned', 'interest', 'refund', 'fee',"
            " 'undone')",
            name="act",
        ),
        CheckConstraint(
            "(act = 'payout') = (provider IS NOT NULL AND fee_fen IS NOT NULL"
            " AND transactions IS NOT NULL)"
            " AND (act = 'recovery') = (recovery_id IS NOT NULL)"
            " AND (act = 'repayment') = (claim_id IS NOT NULL)"
            " AND (act = 'returned') = (payments IS NOT NULL)"
            " AND (act = 'refund') = (refund_id IS NOT NULL)",
            name="about",
        ),
    )

    line_id: Mapped[Id] = mapped_column(
        ForeignKey("statement_line.id"), primary_key=True, autoincrement=False
    )
    act: Mapped[str]
    provider: Mapped[str | None]
    fee_fen: Mapped[Fen | None]
    transactions: Mapped[list[str] | None] = mapped_column(ARRAY(TEXT))
    recovery_id: Mapped[Id | None] = mapped_column(ForeignKey("recovery.id"))
    claim_id: Mapped[Id | None]
    payments: Mapped[list[int] | None] = mapped_column(ARRAY(BIGINT))
    refund_id: Mapped[Id | None] = mapped_column(ForeignKey("unit_refund.id"))
    proposed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class RefundWithdrawal(Base):
    """One officer wants a refund back that the bank was asked for. No fact."""

    __tablename__ = "refund_withdrawal"

    refund_id: Mapped[Id] = mapped_column(
        ForeignKey("unit_refund.id"), primary_key=True, autoincrement=False
    )
    proposed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class FundAccountDraft(Base):
    """One officer wants an account ended after a day, or its fields put right. No fact."""

    __tablename__ = "fund_account_draft"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(holder, bank, number, statement_format, payment_format)"
            " = CASE WHEN ends_on IS NULL THEN 5 ELSE 0 END",
            name="how",
        ),
    )

    account_id: Mapped[Id] = mapped_column(
        ForeignKey("fund_account.id"), primary_key=True, autoincrement=False
    )
    ends_on: Mapped[date | None]
    holder: Mapped[str | None]
    bank: Mapped[str | None]
    number: Mapped[str | None]
    statement_format: Mapped[str | None]
    payment_format: Mapped[str | None]
    proposed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
