"""Objections and their answers: facts."""

from datetime import date
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class Kind(StrEnum):
    """What the member wants."""

    OBJECTION = "objection"
    PERSON = "person"


class Outcome(StrEnum):
    """How it was answered."""

    UPHELD = "upheld"
    ANEW = "anew"


class Objection(Base):
    """A member's objection to one result (`grant_no`), until `object_by`; words are sealed."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("kind IN ('objection', 'person')", name="kind"),
        CheckConstraint(
            "(recorded_at AT TIME ZONE interval '8 hours')::date <= object_by", name="in_time"
        ),
        UniqueConstraint("member_id", "grant_no", name="objection_once_key"),
        ForeignKeyConstraint(("member_id", "claim_id"), ("claim.member_id", "claim.id")),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    member_id: Mapped[Id]
    claim_id: Mapped[Id]
    grant_no: Mapped[Id]
    kind: Mapped[str]
    says_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    object_by: Mapped[date]
    answer_by: Mapped[date]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class ObjectionAnswer(Base):
    """An officer's answer. Decided anew: by a proposal, or a run that sent the filing back."""

    __tablename__ = "objection_answer"
    __table_args__ = (
        CheckConstraint("outcome IN ('upheld', 'anew')", name="outcome"),
        CheckConstraint(
            "num_nonnulls(proposal_id, run_id) = CASE outcome WHEN 'anew' THEN 1 ELSE 0 END",
            name="how",
        ),
        CheckConstraint("seq >= 1", name="seq"),
    )

    objection_id: Mapped[Id] = mapped_column(ForeignKey("objection.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    says_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    proposal_id: Mapped[Id | None] = mapped_column(ForeignKey("proposal.id"))
    run_id: Mapped[Id | None] = mapped_column(ForeignKey("run.id"))
    answered_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
