"""Enquiries, their messages, where they went and how they were rated; where each stands now."""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class Enquiry(Base):
    """What a member or a unit's contact asks about; `union_id`: whom it came to first."""

    __tablename__ = "enquiry"
    __table_args__ = (
        UniqueConstraint("asked_by", "request_key"),
        CheckConstraint("num_nonnulls(member_id, unit_id) = 1", name="of"),
        CheckConstraint("claim_id IS NULL OR member_id IS NOT NULL", name="claim"),
        ForeignKeyConstraint(["member_id", "claim_id"], ["claim.member_id", "claim.id"]),
        Index(None, "recorded_at"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    category: Mapped[str]
    member_id: Mapped[Id | None] = mapped_column(ForeignKey("member.id"), index=True)
    unit_id: Mapped[Id | None] = mapped_column(ForeignKey("unit.id"))
    claim_id: Mapped[Id | None]
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    request_key: Mapped[str]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class EnquiryMessage(Base):
    """One text, sealed; a question says until when it is to be answered."""

    __tablename__ = "enquiry_message"
    __table_args__ = (
        CheckConstraint("kind IN ('question', 'answer', 'ask_back')", name="kind"),
        CheckConstraint("seq >= 1 AND (seq > 1 OR kind = 'question')", name="seq"),
        CheckConstraint("(kind = 'question') = (due_on IS NOT NULL)", name="due"),
        Index(None, "written_by", "recorded_at"),
    )

    enquiry_id: Mapped[Id] = mapped_column(ForeignKey("enquiry.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    kind: Mapped[str]
    text_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
    due_on: Mapped[date | None]
    written_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class EnquiryDispatch(Base):
    """It was sent on to another union."""

    __tablename__ = "enquiry_dispatch"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("union_id <> from_union_id", name="elsewhere"),
    )

    enquiry_id: Mapped[Id] = mapped_column(ForeignKey("enquiry.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    from_union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    dispatched_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class EnquiryRating(Base):
    """What the asker thinks of it, once; a line of text, sealed, if any."""

    __tablename__ = "enquiry_rating"
    __table_args__ = (CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),)

    enquiry_id: Mapped[Id] = mapped_column(ForeignKey("enquiry.id"), primary_key=True)
    rating: Mapped[Small]
    text_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    rated_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class EnquiryQueue(Base):
    """Where it stands now: mutable, narrow, remade by `huzhu rebuild`; who took it is kept here."""

    __tablename__ = "enquiry_queue"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'asked_back', 'answered')", name="state"),
        Index(None, "state", "due_on", "enquiry_id"),
        Index(None, "due_on", "enquiry_id"),
    )

    enquiry_id: Mapped[Id] = mapped_column(ForeignKey("enquiry.id"), primary_key=True)
    state: Mapped[str]
    category: Mapped[str]
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    due_on: Mapped[date]
    seq: Mapped[Small]
    taken_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))


class EnquiryDraft(Base):
    """An answer that somebody has begun, sealed; gone when an answer is sent."""

    __tablename__ = "enquiry_draft"

    enquiry_id: Mapped[Id] = mapped_column(ForeignKey("enquiry.id"), primary_key=True)
    text_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    drafted_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
