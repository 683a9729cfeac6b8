"""The table of published schemes."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded


class PublishedScheme(Base):
    """A scheme in force for covers that start from `starts_on` on.

    `published_by` is empty for the schemes that came with the program.
    """

    __tablename__ = "scheme"

    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    starts_on: Mapped[date] = mapped_column(unique=True)
    canonical: Mapped[bytes] = mapped_column(LargeBinary)
    published_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
