"""Roster files that officers sent. Drafts, no facts: what is enrolled stands in `roster`."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class RosterUpload(Base):
    """One file on its way: reading -> checked | refused; checked -> enrolling -> enrolled.

    `phase`, `done` and `total` are the progress. `report` is what was found, sealed.
    """

    __tablename__ = "roster_upload"
    __table_args__ = (
        CheckConstraint(
            "state IN ('reading', 'checked', 'refused', 'enrolling', 'enrolled')", name="state"
        ),
        Index(None, "unit_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    unit_id: Mapped[Id] = mapped_column(ForeignKey("unit.id"))
    benefit_year: Mapped[Small]
    starts_on: Mapped[date]
    confirmed_on: Mapped[date]
    file_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    marked_file_id: Mapped[Id | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL")
    )
    state: Mapped[str]
    phase: Mapped[str]
    done: Mapped[Small] = mapped_column(server_default=text("0"))
    total: Mapped[Small] = mapped_column(server_default=text("0"))
    report: Mapped[bytes | None] = mapped_column(LargeBinary)
    roster_id: Mapped[Id | None] = mapped_column(ForeignKey("roster.id"))
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
