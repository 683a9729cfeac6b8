"""Searches that can be come back to, saved views, long files, and who searched or took a list."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


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
            "looked_for IN ('certno', 'tail', 'name', 'surname', 'pinyin', 'words')",
            name="looked_for",
        ),
        Index(None, "account_id", "id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    looked_for: Mapped[str]
    recorded_at: Mapped[Recorded]


class SavedView(Base):
    """A name that an account has given to a list with its filters; never words that were searched.

    `state` is the list: the state of claims in it, or a listing's name.

    A draft of nobody but the account: mutable, without evidence.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "state", "name"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    state: Mapped[str]
    filters: Mapped[str]
    recorded_at: Mapped[Recorded]


class ExportLog(Base):
    """That an account took a list away as a file: which one, with which filters."""

    __tablename__ = "export_log"
    __table_args__ = (
        CheckConstraint("form IN ('csv', 'xlsx')", name="form"),
        Index(None, "account_id", "id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    what: Mapped[str]
    filters: Mapped[str]
    form: Mapped[str]
    recorded_at: Mapped[Recorded]


class ListFile(Base):
    """A list too long for a request, made into a workbook by a worker: making -> ready, or failed.

    What was asked stands here as the address had it, `people` as members' numbers, `union_id` whose
    scope. `done` rows are written. No fact: it goes some time after its file.
    """

    __tablename__ = "list_file"
    __table_args__ = (
        CheckConstraint("state IN ('making', 'ready', 'failed')", name="state"),
        Index(None, "asked_by", "id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    listing: Mapped[str]
    part: Mapped[str]
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sort: Mapped[str]
    people: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    lang: Mapped[str]
    state: Mapped[str]
    done: Mapped[Small] = mapped_column(server_default=text("0"))
    file_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    trouble: Mapped[str | None]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
