"""The tables of published schemes and of those being written."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class PublishedScheme(Base):
    """A scheme in force for covers that start from `starts_on` on.

    `published_by` and `draft_id` are empty for the schemes that came with the program.
    """

    __tablename__ = "scheme"
    __table_args__ = (
        CheckConstraint("(draft_id IS NULL) = (published_by IS NULL)", name="drafted"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    starts_on: Mapped[date] = mapped_column(unique=True)
    canonical: Mapped[bytes] = mapped_column(LargeBinary)
    published_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
    draft_id: Mapped[Id | None] = mapped_column(ForeignKey("scheme_draft.id"), unique=True)


class SchemeDraft(Base):
    """A scheme that is being written: open, then published or discarded. Mutable."""

    __tablename__ = "scheme_draft"
    __table_args__ = (CheckConstraint("state IN ('open', 'published', 'discarded')", name="state"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    from_scheme_id: Mapped[str] = mapped_column(ForeignKey("scheme.id"))
    state: Mapped[str]
    drafted_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class SchemeVersion(Base):
    """What a draft said at one time, and who wrote it so; the highest `version` stands."""

    __tablename__ = "scheme_version"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    draft_id: Mapped[Id] = mapped_column(ForeignKey("scheme_draft.id"), primary_key=True)
    version: Mapped[Small] = mapped_column(primary_key=True)
    toml: Mapped[str]
    digest: Mapped[str]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
