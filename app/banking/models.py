"""The fund's own accounts at banks; payment notices that were asked for."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded, Small


class FundAccount(Base):
    """An account the fund holds at a bank: where units pay to, and what batches are paid from.

    `code` is what people and commands call it. The two formats name the bank's column map of
    statements and its template of payment files.
    """

    __tablename__ = "fund_account"

    id: Mapped[Id] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    holder: Mapped[str]
    bank: Mapped[str]
    number: Mapped[str] = mapped_column(unique=True)
    statement_format: Mapped[str]
    payment_format: Mapped[str]
    recorded_by: Mapped[Id | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class NoticeOrder(Base):
    """The payment notices of a year's units, as one zip on its way: making -> ready, or failed.

    Of `total` units `done` are done. `left_out`: units whose paper could not be made, named in the
    zip. `trouble`: why all of it failed, an error's kind. No fact: a notice can be made again.
    """

    __tablename__ = "notice_order"
    __table_args__ = (
        CheckConstraint("state IN ('making', 'ready', 'failed')", name="state"),
        Index(None, "asked_by", "benefit_year"),
        Index(
            "notice_order_one_going_key",
            "asked_by",
            unique=True,
            postgresql_where=text("state = 'making'"),
        ),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small]
    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"))
    made_on: Mapped[date]
    state: Mapped[str]
    done: Mapped[Small] = mapped_column(server_default=text("0"))
    total: Mapped[Small] = mapped_column(server_default=text("0"))
    left_out: Mapped[Small] = mapped_column(server_default=text("0"))
    file_id: Mapped[Id | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    trouble: Mapped[str | None]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
