"""What was spent, as it was last added up."""

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Small


class SpentSum(Base):
    """What claims of one roster's covers cost, by care and both years: no fact, rebuilt from them.

    `booked_year` is the calendar year of the entries; corrections can make an amount negative.
    """

    __tablename__ = "spent_sum"

    benefit_year: Mapped[Small] = mapped_column(primary_key=True)
    booked_year: Mapped[Small] = mapped_column(primary_key=True)
    care: Mapped[str] = mapped_column(primary_key=True)
    scheme_id: Mapped[str] = mapped_column(primary_key=True)
    roster_id: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    amount_fen: Mapped[Fen]


class SpentUpto(Base):
    """Up to which entry the sums hold, and by determinations up to which grant; always one row."""

    __tablename__ = "spent_upto"
    __table_args__ = (CheckConstraint("one", name="one"),)

    one: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    last_entry: Mapped[Id]
    last_grant: Mapped[Id]
