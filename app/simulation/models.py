"""Questions that officers asked. No facts: an answer is worked out again whenever it is wanted."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class WhatIf(Base):
    """One question: making -> ready or failed.

    `figures`: by dotted name what is supposed otherwise than in the scheme that ruled the last of
    the years; `ahead`: what is supposed of the years ahead. `done` of `total` steps of reading are
    done. Once it is ready, `answer` is what `app.simulation.told` says; `trouble`: why it failed,
    a refusal's name and facts or an error's kind.
    """

    __tablename__ = "what_if"
    __table_args__ = (
        CheckConstraint("state IN ('making', 'ready', 'failed')", name="state"),
        CheckConstraint("last_year >= first_year", name="years"),
        Index(None, "asked_by", "id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    first_year: Mapped[Small]
    last_year: Mapped[Small]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    ahead: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str]
    done: Mapped[Small]
    total: Mapped[Small]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    trouble: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
