"""Bundles that were asked for. No facts: the event of a bundle's making is."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class BundleOrder(Base):
    """One bundle on its way: making -> verifying -> ready, or failed. One of a kind at a time.

    Of the benefit years from `benefit_year` to `last_year`, or where `booked` of a calendar year.
    `done` of `total` steps are done of making or verifying. Once it is ready: the zip's `sha256`,
    `size` in bytes and the event up to which it was made, which stay when the file is let go; and
    `verdict`, what the verifier said, as JSON. `trouble`: why it failed, a refusal's name or an
    error's kind.
    """

    __tablename__ = "bundle_order"
    __table_args__ = (
        CheckConstraint("state IN ('making', 'verifying', 'ready', 'failed')", name="state"),
        Index(None, "benefit_year"),
        CheckConstraint(
            "last_year >= benefit_year AND (last_year = benefit_year OR NOT booked)", name="years"
        ),
        Index(
            "bundle_order_one_going_key",
            *("benefit_year", "last_year", "booked"),
            unique=True,
            postgresql_where=text("state IN ('making', 'verifying')"),
        ),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small]
    last_year: Mapped[Small]
    booked: Mapped[bool] = mapped_column(server_default=text("false"))
    state: Mapped[str]
    done: Mapped[Small] = mapped_column(server_default=text("0"))
    total: Mapped[Small] = mapped_column(server_default=text("0"))
    file_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    sha256: Mapped[str | None]
    size: Mapped[Id | None]
    made_from_event: Mapped[Id | None]
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    trouble: Mapped[str | None]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
