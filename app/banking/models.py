"""The fund's own accounts at banks."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, Recorded


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
