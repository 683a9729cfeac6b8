"""Claims that auditors opened, each with its purpose, and which papers they looked at. Facts."""

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class ClaimOpening(Base):
    """One claim opened by one auditor, and what for: the purpose stays here, out of the events."""

    __tablename__ = "claim_opening"
    __table_args__ = (
        CheckConstraint("length(btrim(purpose)) BETWEEN 4 AND 300", name="purpose"),
        ForeignKeyConstraint(["member_id", "claim_id"], ["claim.member_id", "claim.id"]),
        Index(None, "opened_by", "id"),
        Index(None, "member_id", "claim_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id]
    claim_id: Mapped[Id]
    purpose: Mapped[str]
    opened_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class PaperOpening(Base):
    """A paper, the claim's `no`th, looked at in full in the course of an opening."""

    __tablename__ = "paper_opening"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq"),)

    opening_id: Mapped[Id] = mapped_column(ForeignKey("claim_opening.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    no: Mapped[Small]
    recorded_at: Mapped[Recorded]
