"""Notices, how far their delivery is, and members' phones."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small

KINDS: Final = (
    *("window_opens", "window_closes", "money_missing", "roster_confirmed", "roster_refused"),
    *("papers_wanted", "card_wanted", "paid", "contact_changed"),
    *("enquiry_answered", "enquiry_asked_back"),
    *("sign_in_code", "objection_answered", "card_changed"),
)
STATES: Final = ("waiting", "sent", "failed", "no_address")
_LISTED: Final = ", ".join(f"'{kind}'" for kind in KINDS)


class Notice(Base):
    """One thing to tell one unit, member or account; `dedupe` says which reminder it is."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_LISTED})", name="kind"),
        CheckConstraint("num_nonnulls(unit_id, member_id, account_id) = 1", name="to"),
        Index(
            None,
            "member_id",
            "recorded_at",
            postgresql_where=text("kind = 'sign_in_code'"),
        ),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str]
    unit_id: Mapped[Id | None] = mapped_column(ForeignKey("unit.id"), index=True)
    member_id: Mapped[Id | None] = mapped_column(ForeignKey("member.id"))
    account_id: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    benefit_year: Mapped[Small | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    dedupe: Mapped[str] = mapped_column(unique=True)
    recorded_at: Mapped[Recorded]


class NoticeDelivery(Base):
    """waiting -> sent, or failed, or no_address; the latter two wait for an officer. Mutable."""

    __tablename__ = "notice_delivery"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'no_address')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        Index(None, "state", "due_at"),
    )

    notice_id: Mapped[Id] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    tries: Mapped[Small] = mapped_column(server_default=text("0"))
    trouble: Mapped[str | None]
    due_at: Mapped[Recorded]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class MemberPhone(Base):
    """Where a member is told things; the highest `seq` is today's."""

    __tablename__ = "member_phone"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq"), Index(None, "phone_index"))

    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    phone_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes] = mapped_column(LargeBinary)
    tail: Mapped[str]
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
