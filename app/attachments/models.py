"""Pictures of papers: those on claims are facts, those kept for a draft are not yet."""

from datetime import date
from typing import Final

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.attachments.kinds import Kind
from app.db import Base, Id, Recorded, Small

KINDS: Final = f"kind IN ({', '.join(repr(each.value) for each in Kind)})"


class Attachment(Base):
    """One page of a paper that is on a claim (`ClaimAttachment`).

    `place` is where its sealed picture lies in the storage, and beside it a small one for lists;
    `sha256` is that of the picture, `original_index` the keyed index of the bytes that were sent,
    of which this is page `page`.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind"),
        CheckConstraint("page >= 1 AND width >= 1 AND height >= 1 AND size >= 1", name="page"),
        UniqueConstraint("place"),
        Index(None, "original_index"),
        Index(None, "recorded_by", "recorded_at"),
    )

    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"), primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str]
    page: Mapped[Small]
    width: Mapped[Small]
    height: Mapped[Small]
    size: Mapped[Small]
    sha256: Mapped[str]
    original_index: Mapped[bytes] = mapped_column(LargeBinary)
    place: Mapped[str]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class KeptPaper(Base):
    """The same before it is on a claim: mutable, no evidence, let go when it is old."""

    __tablename__ = "kept_paper"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind"),
        UniqueConstraint("place"),
        Index(None, "recorded_by", "recorded_at"),
    )

    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"), primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str]
    page: Mapped[Small]
    width: Mapped[Small]
    height: Mapped[Small]
    size: Mapped[Small]
    sha256: Mapped[str]
    original_index: Mapped[bytes] = mapped_column(LargeBinary)
    place: Mapped[str]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class StorageGone(Base):
    """A place that nothing names any more, to be removed. Mutable, no evidence."""

    __tablename__ = "storage_gone"

    place: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[Recorded]


class StorageDay(Base):
    """A day whose folder was looked through for what nobody names. Mutable, no evidence."""

    __tablename__ = "storage_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    recorded_at: Mapped[Recorded]
