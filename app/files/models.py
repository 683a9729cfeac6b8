"""Files that came in or wait to be fetched: sealed, in parts. No facts: they go when they are old.

They lie in the database so that web and workers need no shared disk, and that a file and what
speaks of it are written in one transaction.
"""

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class StoredFile(Base):
    """One file; `name` is what it is called when it is fetched."""

    __tablename__ = "stored_file"
    __table_args__ = (Index(None, "recorded_by", "recorded_at"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[Id]
    sha256: Mapped[str]
    recorded_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class StoredPart(Base):
    """A part of a file, sealed for its place in it."""

    __tablename__ = "stored_part"

    file_id: Mapped[Id] = mapped_column(
        ForeignKey("stored_file.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[Small] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
