"""How long things are kept, and what was erased. Facts; `erasure` is written by its owner alone."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class Retention(Base):
    """How many years something is kept from the end of its year on; empty: for ever."""

    __tablename__ = "retention"
    __table_args__ = (CheckConstraint("years >= 1", name="years"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    years: Mapped[Small | None]
    source: Mapped[str]


class ErasureAsked(Base):
    """What one officer asks to have erased.

    scope: reached_by (phone, what was asked and answered, drafts) | person (that, and who it is) |
    statements (whom lines of bank statements name, before a year).
    """

    __tablename__ = "erasure_asked"
    __table_args__ = (
        CheckConstraint("scope IN ('reached_by', 'person', 'statements')", name="scope"),
        CheckConstraint(
            "(scope = 'statements') = (member_id IS NULL)"
            " AND (scope = 'statements') = (before_year IS NOT NULL)",
            name="what",
        ),
        CheckConstraint(
            "why IN ('kept_long_enough', 'person_asks', 'no_reason_to_keep')", name="why"
        ),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    scope: Mapped[str]
    member_id: Mapped[Id | None] = mapped_column(ForeignKey("member.id"))
    before_year: Mapped[Small | None]
    why: Mapped[str]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class Erasure(Base):
    """What was erased, approved by another; how many rows of which table."""

    __tablename__ = "erasure"

    asked_id: Mapped[Id] = mapped_column(ForeignKey("erasure_asked.id"), primary_key=True)
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    erased: Mapped[dict[str, Any]] = mapped_column(JSONB)
    recorded_at: Mapped[Recorded]
