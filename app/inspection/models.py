"""Samples, findings and what was said to them: facts. What deserves a look: none."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class AuditSample(Base):
    """One draw from the `counted` payments of a benefit year, `total_fen` together.

    `digest` is of what was drawn from (`sampling.population_digest`). `bounds_fen` belong to
    strata; `risk` in percent, `tolerable_fen` and `expected_fen` are what a size was worked out of.
    """

    __tablename__ = "audit_sample"
    __table_args__ = (
        CheckConstraint("method IN ('simple', 'strata', 'money')", name="method"),
        CheckConstraint("seed ~ '^[0-9A-Za-z-]{1,40}$'", name="seed"),
        CheckConstraint("size >= 1 AND counted >= 1 AND total_fen >= 1", name="size"),
        CheckConstraint("(method = 'strata') = (bounds_fen <> '{}')", name="bounds"),
        CheckConstraint("num_nulls(risk, tolerable_fen, expected_fen) IN (0, 3)", name="formula"),
        Index(None, "benefit_year", "id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small]
    method: Mapped[str]
    seed: Mapped[str]
    size: Mapped[Small]
    bounds_fen: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    risk: Mapped[Small | None]
    tolerable_fen: Mapped[Fen | None]
    expected_fen: Mapped[Fen | None]
    counted: Mapped[Small]
    total_fen: Mapped[Fen]
    digest: Mapped[str]
    drawn_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class AuditSampleItem(Base):
    """A payment of a sample, the `no`th by number."""

    __tablename__ = "audit_sample_item"
    __table_args__ = (
        ForeignKeyConstraint(["member_id", "payment_id"], ["payment.member_id", "payment.id"]),
        CheckConstraint("hits >= 1", name="hits"),
        Index(None, "member_id", "payment_id"),
    )

    sample_id: Mapped[Id] = mapped_column(ForeignKey("audit_sample.id"), primary_key=True)
    no: Mapped[Small] = mapped_column(primary_key=True)
    member_id: Mapped[Id]
    payment_id: Mapped[Id]
    claim_id: Mapped[Id]
    amount_fen: Mapped[Fen]
    stratum: Mapped[Small]
    hits: Mapped[Id]


class AuditFinding(Base):
    """What an auditor found in a benefit year, for the officers of a union to answer.

    `claim_id` with its member, or `sample_id`: what it is about, where it is about one.
    """

    __tablename__ = "audit_finding"
    __table_args__ = (
        CheckConstraint("weight IN ('high', 'middle', 'low')", name="weight"),
        CheckConstraint("length(btrim(title)) BETWEEN 4 AND 80", name="title"),
        CheckConstraint("length(btrim(says)) BETWEEN 4 AND 2000", name="says"),
        CheckConstraint("(member_id IS NULL) = (claim_id IS NULL)", name="claim"),
        ForeignKeyConstraint(["member_id", "claim_id"], ["claim.member_id", "claim.id"]),
        Index(None, "benefit_year", "id"),
        Index(None, "union_id", "id"),
        Index(None, "member_id", "claim_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small]
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    weight: Mapped[str]
    title: Mapped[str]
    says: Mapped[str]
    member_id: Mapped[Id | None]
    claim_id: Mapped[Id | None]
    sample_id: Mapped[Id | None] = mapped_column(ForeignKey("audit_sample.id"))
    found_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class AuditFindingStep(Base):
    """What was said to a finding: answered by an officer, asked again or closed by an auditor."""

    __tablename__ = "audit_finding_step"
    __table_args__ = (
        CheckConstraint("step IN ('answered', 'asked', 'closed')", name="step"),
        CheckConstraint("length(btrim(says)) BETWEEN 4 AND 2000", name="says"),
        CheckConstraint("seq >= 1", name="seq"),
    )

    finding_id: Mapped[Id] = mapped_column(ForeignKey("audit_finding.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    step: Mapped[str]
    says: Mapped[str]
    by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class AuditLook(Base):
    """A look over a year: making -> ready or failed. No fact: it is worked out again when wanted.

    `done` of `total` questions are answered; `answers`: by a pointer's name what `look` found.
    """

    __tablename__ = "audit_look"
    __table_args__ = (
        CheckConstraint("state IN ('making', 'ready', 'failed')", name="state"),
        Index(None, "benefit_year", "id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small]
    state: Mapped[str]
    done: Mapped[Small]
    total: Mapped[Small]
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    trouble: Mapped[str | None]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
