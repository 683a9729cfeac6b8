"""Public lists (公示): which batch is shown to everybody, from which day to which. Facts."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded


class PublicList(Base):
    """That an officer or operator wants a batch shown; it is not before another officer agrees."""

    __tablename__ = "public_list"
    __table_args__ = (
        CheckConstraint("until_on BETWEEN from_on AND from_on + 60", name="days"),
        Index(None, "batch_id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    batch_id: Mapped[Id] = mapped_column(ForeignKey("payment_batch.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    proposed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class PublicListApproval(Base):
    """That another officer approved it."""

    __tablename__ = "public_list_approval"
    __table_args__ = (CheckConstraint("proposed_by <> approved_by", name="two_people"),)

    list_id: Mapped[Id] = mapped_column(ForeignKey("public_list.id"), primary_key=True)
    proposed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class PublicListEnd(Base):
    """That it was dropped, or taken down before its last day: one officer is enough."""

    __tablename__ = "public_list_end"

    list_id: Mapped[Id] = mapped_column(ForeignKey("public_list.id"), primary_key=True)
    ended_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
