"""The event table."""

from typing import Any

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded


class Event(Base):
    """One thing that happened. `by` is empty where a machine acted by the rules."""

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "act", "id"),
        Index(None, "act", "about"),
        Index(None, "by", "id"),
        Index(None, "recorded_at"),
        Index(None, "benefit_years", postgresql_using="gin"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    act: Mapped[str]
    by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    about: Mapped[Id | None]
    benefit_years: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    recorded_at: Mapped[Recorded]
