"""Who lets whom help, by which papers, and what is only offered yet."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded


class HelperPerson(Base):
    """Who a helper is that has no member: the ID number and the phone, sealed."""

    __tablename__ = "helper_person"

    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), primary_key=True)
    certno_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    certno_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    phone_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[Recorded]


class HelpPapers(Base):
    """Papers that two officers saw: that this person acts for a member who cannot."""

    __tablename__ = "help_papers"
    __table_args__ = (CheckConstraint("seen_by <> confirmed_by", name="two_people"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[str]
    seen_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    helper_index: Mapped[bytes] = mapped_column(LargeBinary)
    seen_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    confirmed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class HelpPapersDraft(Base):
    """The same before the second officer: `id` is the number of the papers to be."""

    __tablename__ = "help_papers_draft"

    id: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[str]
    seen_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    helper_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    helper_index: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[date | None]
    seen_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class HelpInvite(Base):
    """An offer to help, by code, to an ID number, or both; gone when it was taken up."""

    __tablename__ = "help_invite"
    __table_args__ = (CheckConstraint("num_nonnulls(code_index, helper_index) >= 1", name="whom"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"), index=True)
    code_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    helper_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    until: Mapped[date | None]
    papers_id: Mapped[Id | None] = mapped_column(ForeignKey("help_papers.id"))
    invited_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class HelpConsent(Base):
    """A member lets an account help; `granted_by`: the member's, or the second officer's."""

    __tablename__ = "help_consent"
    __table_args__ = (
        CheckConstraint("way IN ('code', 'named', 'papers')", name="way"),
        CheckConstraint("(way = 'papers') = (papers_id IS NOT NULL)", name="papers"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"), index=True)
    helper_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), index=True)
    way: Mapped[str]
    papers_id: Mapped[Id | None] = mapped_column(ForeignKey("help_papers.id"), unique=True)
    until: Mapped[date | None]
    granted_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class HelpEnded(Base):
    """It is over by somebody's word; the last day and death end it without one."""

    __tablename__ = "help_ended"
    __table_args__ = (CheckConstraint("why IN ('member', 'helper', 'officer')", name="why"),)

    consent_id: Mapped[Id] = mapped_column(ForeignKey("help_consent.id"), primary_key=True)
    why: Mapped[str]
    ended_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
