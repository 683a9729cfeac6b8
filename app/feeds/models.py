"""Feeds that were taken part by part, and what came of each part."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class Feed(Base):
    """How far a feed has come: open -> whole, or stopped by a fault. Mutable; no evidence.

    `source`: file | pull (of the bureau's interface; `name` is the day, `cursor` the next page).
    `run_id`: once something of it became a bill, a refund or a row nobody can take. A `fault` is
    the refusal that stopped it, with its facts.
    """

    __tablename__ = "feed"
    __table_args__ = (
        CheckConstraint("source IN ('file', 'pull')", name="source"),
        CheckConstraint("state IN ('open', 'whole', 'stopped')", name="state"),
        CheckConstraint("(state = 'stopped') = (fault IS NOT NULL)", name="fault"),
        UniqueConstraint("run_id"),
        Index(None, "file_sha256"),
        Index(None, "source", "name"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    source: Mapped[str]
    name: Mapped[str]
    file_sha256: Mapped[str | None]
    cursor: Mapped[str | None]
    run_id: Mapped[Id | None] = mapped_column(ForeignKey("run.id"))
    state: Mapped[str]
    fault: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    moved_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("transaction_timestamp()")
    )
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class FeedPart(Base):
    """What became of some rows of a feed; they add up. `duplicate_lines`: what was known already.

    `sums_differ` of the rows that count have parts that do not make the whole.
    """

    __tablename__ = "feed_part"
    __table_args__ = (
        CheckConstraint(
            "rows_in = new + changed + duplicate + refund + no_member + faulty", name="rows_in"
        ),
        CheckConstraint(
            "least(new, changed, duplicate, refund, no_member, faulty) >= 0", name="counts"
        ),
        CheckConstraint("seq >= 1", name="seq"),
    )

    feed_id: Mapped[Id] = mapped_column(ForeignKey("feed.id"), primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    through_line: Mapped[Id]
    rows_in: Mapped[Small]
    new: Mapped[Small]
    changed: Mapped[Small]
    duplicate: Mapped[Small]
    refund: Mapped[Small]
    no_member: Mapped[Small]
    faulty: Mapped[Small]
    sums_differ: Mapped[Small]
    duplicate_lines: Mapped[list[Range[int]]] = mapped_column(INT4MULTIRANGE)
    recorded_at: Mapped[Recorded]


class FeedFault(Base):
    """A row of a feed that a person should look at, and why. `reason` is a key of the texts.

    `setl_id`: the bill's number, or nothing where the row has none that can be told for one.
    """

    __tablename__ = "feed_fault"

    feed_id: Mapped[Id] = mapped_column(ForeignKey("feed.id"), primary_key=True)
    line: Mapped[Id] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    setl_id: Mapped[str] = mapped_column(server_default="")
    recorded_at: Mapped[Recorded]
