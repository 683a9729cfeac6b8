"""Settlement files that a bureau's program sent: what waits to be taken, and what became of it."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded


class SettlementFeed(Base):
    """One file: waiting -> taken or refused. Mutable, no evidence: its run and bills are the facts.

    `sent_with` is the number of the token; `request_key` the program's own. `counts` and `listed`
    (sealed) are the report, `fault` is why the whole file was refused.
    """

    __tablename__ = "settlement_feed"
    __table_args__ = (
        UniqueConstraint("sent_with", "request_key"),
        CheckConstraint("state IN ('waiting', 'taken', 'refused')", name="state"),
        CheckConstraint("(state = 'taken') = (counts IS NOT NULL)", name="counts"),
        CheckConstraint("(state = 'refused') = (fault IS NOT NULL)", name="fault"),
        Index(None, "recorded_by", "id"),
        Index(None, "file_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    sent_with: Mapped[Id] = mapped_column(ForeignKey("api_token.id"))
    request_key: Mapped[str]
    file_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    file_sha256: Mapped[str]
    state: Mapped[str]
    run_id: Mapped[Id | None] = mapped_column(ForeignKey("run.id"))
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    listed: Mapped[bytes | None] = mapped_column(LargeBinary)
    fault: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
