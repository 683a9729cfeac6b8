"""Journal entries and their postings, the periods that were closed, and what was reversed."""

from datetime import date
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, column, table, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Fen, Id, Recorded, Small


class JournalEntry(Base):
    """One balanced entry. A deferred constraint trigger refuses an unbalanced or empty one.

    The lines that one statement adds to an entry must balance too: a check at the end alone can be
    made early and then be got round.
    """

    __tablename__ = "entry"
    __table_args__ = (
        Index(None, "benefit_year"),
        Index(None, "booked_on"),
        Index(None, "memo", "about", "recorded_at"),
        CheckConstraint("document_on < booked_on", name="document_on"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    benefit_year: Mapped[Small]
    booked_on: Mapped[date]
    memo: Mapped[str]
    about: Mapped[Id | None]
    # The document's day, where that day's period was closed when it came.
    document_on: Mapped[date | None]
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
        Index(
            "posting_of_units_idx",
            *("entry_id", "account"),
            postgresql_where=text("unit_id IS NOT NULL"),
        ),
    )

    entry_id: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[Small] = mapped_column(primary_key=True)
    account: Mapped[str]
    amount_fen: Mapped[Fen]
    unit_id: Mapped[Id | None]
    member_id: Mapped[Id | None]
    claim_id: Mapped[Id | None]


class EntryOwnSum(Base):
    """One entry's turnover on one account, both sides positive, of the lines without a unit.

    The database writes it with the lines; nobody else can.
    """

    __tablename__ = "entry_own_sum"
    __table_args__ = (Index(None, "account", "entry_id"),)

    entry_id: Mapped[Id] = mapped_column(primary_key=True, autoincrement=False)
    account: Mapped[str] = mapped_column(primary_key=True)
    lines: Mapped[Small]
    debit_fen: Mapped[Fen]
    credit_fen: Mapped[Fen]


ENTRY_SUM: Final = table(
    "entry_sum",
    *map(column, ("entry_id", "account", "unit_id", "lines", "debit_fen", "credit_fen")),
)
"""The view: the same of all lines, by account and unit (0: of none); a unit's as they stand.

A drain's entry has a line a claim, and is a few rows here.
"""


class LedgerClose(Base):
    """A month or a year that two people closed: nothing is booked in or before it any more.

    Every entry up to `last_entry_id` was there when it was closed, every later one came after.
    December is closed with its year.
    """

    __tablename__ = "ledger_close"
    __table_args__ = (
        CheckConstraint("closed_by <> approved_by", name="two_people"),
        CheckConstraint(
            "period = to_char(CAST(last_on AS timestamp), 'YYYY')"
            " AND to_char(CAST(last_on AS timestamp), 'MM-DD') = '12-31'"
            " OR period = to_char(CAST(last_on AS timestamp), 'YYYY-MM')"
            " AND extract(month FROM last_on) < 12 AND extract(day FROM last_on + 1) = 1",
            name="period",
        ),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(unique=True)
    last_on: Mapped[date] = mapped_column(unique=True)
    last_entry_id: Mapped[Id]
    digest: Mapped[str]
    closed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class ClosedBalance(Base):
    """The trial balance as it was closed, by benefit year; debit positive."""

    __tablename__ = "closed_balance"

    close_id: Mapped[Id] = mapped_column(ForeignKey("ledger_close.id"), primary_key=True)
    benefit_year: Mapped[Small] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    balance_fen: Mapped[Fen]


class EntryReversal(Base):
    """An entry that was wrong and that no other act undoes, and the entry that takes it back."""

    __tablename__ = "entry_reversal"
    __table_args__ = (
        CheckConstraint("reversed_by <> approved_by", name="two_people"),
        CheckConstraint("why <> ''", name="why"),
    )

    entry_id: Mapped[Id] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    reversal_id: Mapped[Id] = mapped_column(ForeignKey("entry.id"), unique=True)
    reversed_on: Mapped[date]
    why: Mapped[str]
    reversed_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class BooksAsked(Base):
    """What one officer asked to have closed or reversed, for a second to approve."""

    __tablename__ = "books_asked"
    __table_args__ = (CheckConstraint("(period IS NULL) <> (entry_id IS NULL)", name="one"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    period: Mapped[str | None]
    entry_id: Mapped[Id | None] = mapped_column(ForeignKey("entry.id"))
    why: Mapped[str]
    asked_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]


class BooksAskedBack(Base):
    """What was asked for by mistake: nobody approves it any more. It can be asked for again."""

    __tablename__ = "books_asked_back"

    asked_id: Mapped[Id] = mapped_column(ForeignKey("books_asked.id"), primary_key=True)
    taken_back_by: Mapped[Id] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[Recorded]
