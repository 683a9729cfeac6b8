"""Searches that can be come back to, and who searched."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded


class KeptSearch(Base):
    """The words of a search, sealed, for an hour."""

    __tablename__ = "kept_search"
    __table_args__ = (Index(None, "recorded_at"),)

    id: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    words_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[Recorded]


class SearchLog(Base):
    """That an account searched, and for what kind of thing (`app.lists.wanted.Kind`)."""

    __tablename__ = "search_log"
    __table_args__ = (
        CheckConstraint(
            "looked_for IN ('certno', 'tail', 'name', 'pinyin', 'words')", name="looked_for"
        ),
        Index(None, "account_id", "id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    looked_for: Mapped[str]
    recorded_at: Mapped[Recorded]
