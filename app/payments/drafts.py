"""What waits for a second or third person. No facts: mutable, and gone when it was decided.

Their facts are in `models`; what is drafted here has no effect on money.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class PaymentOrder(Base):
    """A batch before it is one, and no fact: prepared, then approved, then sent; or withdrawn.

    `id` is the batch's number to be: it stands in the file, whose SHA-256 is what is approved.
    """

    __tablename__ = "payment_order"
    __table_args__ = (
        CheckConstraint("state IN ('prepared', 'approved', 'withdrawn', 'sent')", name="state"),
        Index(
            "payment_order_open_key",
            "benefit_year",
            unique=True,
            postgresql_where=text("state IN ('prepared', 'approved')"),
        ),
    )

    id: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    benefit_year: Mapped[Small]
    made_on: Mapped[date]
    template: Mapped[str]
    encoding: Mapped[str]
    fund_account_id: Mapped[Id | None] = mapped_column(ForeignKey("fund_account.id"))
    lines: Mapped[Small]
    total_fen: Mapped[Fen]
    file_sha256: Mapped[str]
    wants_third: Mapped[bool]
    state: Mapped[str]
    prepared_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    third_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class PaymentOrderLine(Base):
    """A line as it stood when the order was prepared: what has changed since is told from it."""

    __tablename__ = "payment_order_line"

    order_id: Mapped[Id] = mapped_column(ForeignKey("payment_order.id"), primary_key=True)
    line: Mapped[Small] = mapped_column(primary_key=True)
    member_id: Mapped[Id]
    claim_id: Mapped[Id]
    grant_no: Mapped[Id]
    amount_fen: Mapped[Fen]
    name: Mapped[str]
    account_seq: Mapped[Small | None]
    heir_id: Mapped[Id | None]


class HeirDraft(Base):
    """An heir as one officer proposed, for another to approve; `heir_id` is the number to be."""

    __tablename__ = "heir_draft"

    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"), primary_key=True)
    heir_id: Mapped[Id]
    name: Mapped[str]
    relation: Mapped[str]
    certno_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    certno_index: Mapped[bytes] = mapped_column(LargeBinary)
    account_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    account_index: Mapped[bytes] = mapped_column(LargeBinary)
    tail: Mapped[str]
    papers: Mapped[str]
    proposed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class ResolutionDraft(Base):
    """What one officer found out, for another to approve; no fact."""

    __tablename__ = "resolution_draft"

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    grant_no: Mapped[Id] = mapped_column(primary_key=True)
    attempt: Mapped[Small] = mapped_column(primary_key=True)
    says: Mapped[str]
    booked_on: Mapped[date]
    evidence: Mapped[str]
    line_id: Mapped[Id | None] = mapped_column(ForeignKey("statement_line.id"))
    decided_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
