"""Keys of auditors who may see who people are, and editions made for them."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class AuditorKey(Base):
    """An auditor's own public key (age): identified editions are encrypted to it. A fact."""

    __tablename__ = "auditor_key"
    __table_args__ = (CheckConstraint("recipient ~ '^age1[0-9a-z]{20,}$'", name="recipient"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"), index=True)
    recipient: Mapped[str]
    recorded_at: Mapped[Recorded]


class AuditorKeyStep(Base):
    """A security administrator gave the right to this key, or took it; the last one counts."""

    __tablename__ = "auditor_key_step"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq"),)

    key_id: Mapped[Id] = mapped_column(ForeignKey("auditor_key.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    given: Mapped[bool]
    by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class IdentifiedEdition(Base):
    """A bundle's identified edition on its way: making -> ready, or failed. No fact: its event is.

    `trouble`: why it failed, a refusal's name or an error's kind.
    """

    __tablename__ = "identified_edition"
    __table_args__ = (CheckConstraint("state IN ('making', 'ready', 'failed')", name="state"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    order_id: Mapped[Id] = mapped_column(ForeignKey("bundle_order.id"), index=True)
    key_id: Mapped[Id] = mapped_column(ForeignKey("auditor_key.id"))
    purpose: Mapped[str]
    state: Mapped[str]
    file_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    sha256: Mapped[str | None]
    size: Mapped[Id | None]
    trouble: Mapped[str | None]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
