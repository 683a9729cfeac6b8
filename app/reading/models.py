"""What was read from photos of sheets that wait for a claim. No facts: mutable, no evidence."""

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded

WAITING, READ, FAILED = "waiting", "read", "failed"
STATES: Final = (WAITING, READ, FAILED)


class SheetReading(Base):
    """One page's reading, sealed; it goes when its paper does: taken away, old, or on a claim."""

    __tablename__ = "sheet_reading"
    __table_args__ = (
        ForeignKeyConstraint(
            ["member_id", "paper_id"],
            ["kept_paper.member_id", "kept_paper.id"],
            ondelete="CASCADE",
        ),
        Index(None, "member_id", "paper_id"),  # papers go
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("(state = 'read') = (found_cipher IS NOT NULL)", name="found"),
    )

    paper_id: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[Id]
    state: Mapped[str]
    found_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_at: Mapped[Recorded]
