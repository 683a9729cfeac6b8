"""Gig workers: what they do, which units they may enrol themselves with, and who did."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class GigWorker(Base):
    """What a member does and for which platform; the highest `seq` is today's.

    `recorded_by` is empty where the worker said so without an account.
    """

    __tablename__ = "gig_worker"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint(
            "occupation IN ('rider', 'courier', 'ride_hailing', 'lorry', 'other')",
            name="occupation",
        ),
    )

    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    occupation: Mapped[str]
    platform: Mapped[str]
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class GigUnit(Base):
    """A union's unit for gig workers that is open for them to enrol themselves."""

    __tablename__ = "gig_unit"

    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class SelfEnrolment(Base):
    """Somebody enrolled alone, with consent: a roster of one head, and the number payers quote.

    `request_key` is the form's: a form sent twice is one enrolment. `content`: a blind index of all
    that was typed, since the same form with other words is another wish; of old ones unknown.
    """

    __tablename__ = "self_enrolment"
    __table_args__ = (UniqueConstraint("request_key", name="self_enrolment_request_key"),)

    roster_id: Mapped[Id] = mapped_column(ForeignKey("roster.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    request_key: Mapped[str]
    recorded_at: Mapped[Recorded]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


class SelfEnrolmentTry(Base):
    """A stranger's try, by a blind index of the address it came from. Mutable, no evidence."""

    __tablename__ = "self_enrolment_try"
    __table_args__ = (Index(None, "address_index", "at"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    address_index: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("transaction_timestamp()")
    )
