"""What each month came to, as it was last worked out, and which years waiting claims belong to."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class ClaimMonth(Base):
    """Claims received, decided or paid in a month, of the people below a union: no facts, mutable.

    And, in the first month of a benefit year, caps that its members have reached in it.

    `days`: of those paid, working days from filing to the money; -1 where that is not known.
    """

    __tablename__ = "claim_month"
    __table_args__ = (
        CheckConstraint("what IN ('received', 'decided', 'paid', 'capped')", name="what"),
    )

    union_id: Mapped[Id] = mapped_column(ForeignKey("union_node.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[Small] = mapped_column(primary_key=True)
    counted: Mapped[Id]
    fen: Mapped[Fen]
    recorded_at: Mapped[Recorded]


class WaitingYear(Base):
    """Of a claim that waits, as its move `seq` left it: its live determination's year, and grant.

    No fact: kept for pages (`app.desks.keep_waiting`), never changed, forgotten when it moves on.
    """

    __tablename__ = "waiting_year"

    member_id: Mapped[Id] = mapped_column(primary_key=True)
    claim_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Small] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small]
    payable_fen: Mapped[Fen]
