"""Journal entries and their postings."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class JournalEntry(Base):
    """One balanced entry. A deferred constraint trigger refuses an unbalanced or empty one.

    The lines that one statement adds to an entry must balance too: a check at the end alone can be
    made early and then be got round.
    """

    __tablename__ = "entry"
    __table_args__ = (Index(None, "benefit_year"), Index(None, "booked_on"))

    id: Mapped[Id] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small]
    booked_on: Mapped[date]
    memo: Mapped[str]
    about: Mapped[Id | None]
    # The transaction that made it: postings may be added only there.
    made_in: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint")
    )
    recorded_at: Mapped[Recorded]


class JournalPosting(Base):
    """One line of an entry: debit positive, credit negative, never zero.

    No foreign key: the trigger that ties postings to their entry's own transaction looks the
    entry up once a statement, a foreign key would do it once a line.
    """

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        Index(None, "account", "entry_id"),
    )

    entry_id: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[Small] = mapped_column(primary_key=True)
    account: Mapped[str]
    amount_fen: Mapped[Fen]
    unit_id: Mapped[Id | None]
    member_id: Mapped[Id | None]
    claim_id: Mapped[Id | None]
