"""Claims on their way (mutable, no evidence), and the consent that came with those sent (facts)."""

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


class ClaimDraft(Base):
    """What was typed so far, sealed. `again_id`: the undone claim filed again, 0 for a new bill.

    `saves` counts its changes: who sends it says which state of it was looked at.
    """

    __tablename__ = "claim_draft"
    __table_args__ = (
        UniqueConstraint("member_id", "again_id"),
        CheckConstraint("again_id >= 0", name="again"),
        CheckConstraint("saves >= 1", name="saves"),
        Index(None, "recorded_at"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id] = mapped_column(ForeignKey("member.id"))
    again_id: Mapped[Id]
    typed_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    saves: Mapped[Small]
    saved_at: Mapped[Recorded]
    begun_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class ConsentRule(Base):
    """Since when the database asks for a consent: `filed`, of each claim that somebody files."""

    __tablename__ = "consent_rule"
    __table_args__ = (CheckConstraint("rule IN ('filed')", name="rule"),)

    rule: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[Recorded]


class ClaimConsent(Base):
    """That somebody agreed to the use of medical data for a claim, by which text.

    `way`: `own`, by the member or a helper; `paper`, signed before `given_by`, who files.
    """

    __tablename__ = "claim_consent"
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "claim_id"], ["claim.member_id", "claim.id"]),
        CheckConstraint("text_version <> '' AND lang IN ('zh', 'en')", name="text"),
        CheckConstraint("way IN ('own', 'paper')", name="way"),
    )

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    text_version: Mapped[str]
    lang: Mapped[str]
    way: Mapped[str] = mapped_column(server_default="own")
    given_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
