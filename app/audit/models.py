"""Bundles that were asked for. No facts: the event of a bundle's making is."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class BundleOrder(Base):
    """One bundle on its way: making -> verifying -> ready, or failed.

    `phase`, `done` and `total` are the progress; `verdict` is what the verifier said, as JSON.
    """

    __tablename__ = "bundle_order"
    __table_args__ = (
        CheckConstraint("state IN ('making', 'verifying', 'ready', 'failed')", name="state"),
        Index(None, "benefit_year"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small]
    state: Mapped[str]
    phase: Mapped[str]
    done: Mapped[Small] = mapped_column(server_default=text("0"))
    total: Mapped[Small] = mapped_column(server_default=text("0"))
    file_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
